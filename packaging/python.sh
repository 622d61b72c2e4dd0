#!/usr/bin/env bash
# Inside the Debian root: makes Python in /opt/python and installs the wheels into it, without a network.
#
# Upstream's source, with the corrections (and only those) that Debian's security team keeps for it: what comes from
# shutdown-deadlock.diff on in its series. Optimised as a whole when it is linked (a page is read in 2 to 4 % less time); not by a
# profile, which would make every build another one.
set -euo pipefail
cd /build
export SOURCE_DATE_EPOCH=1735689600

# source NAME: unpack the upstream source and Debian's folder for it.
source_of() {
  rm -rf "$1" "$1.debian" && mkdir "$1" "$1.debian"
  tar -xf inputs/"$1"_*.orig.tar.* -C "$1" --strip-components=1
  [[ ! -e $(echo inputs/"$1"_*.debian.tar.*) ]] || tar -xf inputs/"$1"_*.debian.tar.* -C "$1.debian" --strip-components=1
}

# correct NAME: apply the patches named on standard input to the source.
correct() {
  local name
  while read -r name; do
    patch --directory="$1" --quiet --forward --strip=1 --fuzz=2 <"$1.debian/patches/$name" >/dev/null \
      || { echo "python: $name does not apply" >&2; exit 1; }
  done
}

source_of libzstd
source_of python3.11
source_of expat
grep -v '^#' expat.debian/patches/series | correct expat
sed -n '/^shutdown-deadlock.diff/,$p' python3.11.debian/patches/series | grep -v '^skip-' | correct python3.11
# Python carries a copy of expat, the same version without the corrections; three of its headers are Python's own.
for file in python3.11/Modules/expat/*.[ch]; do
  case ${file##*/} in expat_config.h | expat_external.h | pyexpatns.h) ;; *) cp "expat/expat/lib/${file##*/}" "$file" ;; esac
done
# A correction of pyexpat uses a header for which Debian, who build it in, need not ask.
sed -i '1i #define Py_BUILD_CORE_MODULE 1' python3.11/Modules/pyexpat.c
cd python3.11
{
  ./configure --prefix=/opt/python --enable-shared --without-ensurepip --disable-test-modules --with-lto=full \
    CFLAGS="-fno-semantic-interposition -ffile-prefix-map=/build/python3.11=." LDFLAGS="-fno-semantic-interposition"
  make -j"$(nproc)"
  echo /opt/python/lib >/etc/ld.so.conf.d/python.conf
  make install
  ldconfig
} >/build/python.log 2>&1 || { tail -n 30 /build/python.log >&2; exit 1; }
/opt/python/bin/python3 -c 'import bz2, ctypes, hashlib, lzma, pyexpat, ssl, zlib; hashlib.new("sha256", usedforsecurity=False)'
ln -sf python3 /opt/python/bin/python
cd /build
# No pip was installed with it; the wheel of one can be run as it is.
PYTHONPATH=$(echo wheels/pip-*.whl) /opt/python/bin/python3 -m pip install -qq --no-index --find-links wheels --require-hashes \
  --only-binary :all: --no-deps --no-warn-script-location --root-user-action=ignore -r requirements.lock -r build.lock
rm -rf /build/python3.11* /build/expat*
