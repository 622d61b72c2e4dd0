#!/usr/bin/env bash
# Inside the Debian root: makes Python in /opt/python and installs the wheels into it, without a network.
#
# Upstream's source, with the corrections (and only those) that Debian's security team keeps for it: what comes after
# shutdown-deadlock.diff in its series. No profile-guided optimisation: it would make every build another one.
set -euo pipefail
cd /build
export SOURCE_DATE_EPOCH=1735689600

mkdir -p zstd && tar -xf inputs/libzstd_*.orig.tar.xz -C zstd --strip-components=1
rm -rf python && mkdir python && tar -xf inputs/python3.11_*.orig.tar.gz -C python --strip-components=1
mkdir -p debian && tar -xf inputs/python3.11_*.debian.tar.xz -C debian --strip-components=1
cd python
sed -n '/^shutdown-deadlock.diff/,$p' ../debian/patches/series | grep -v '^skip-' | while read -r name; do
  patch --quiet --forward --strip=1 --fuzz=2 <"../debian/patches/$name" >/dev/null || { echo "python: $name does not apply" >&2; exit 1; }
done
{
  ./configure --prefix=/opt/python --enable-shared --without-ensurepip --disable-test-modules \
    CFLAGS="-fno-semantic-interposition -ffile-prefix-map=/build/python=." LDFLAGS="-fno-semantic-interposition"
  make -j"$(nproc)"
  echo /opt/python/lib >/etc/ld.so.conf.d/python.conf
  make install
  ldconfig
} >/build/python.log 2>&1 || { tail -n 30 /build/python.log >&2; exit 1; }
/opt/python/bin/python3 -c 'import bz2, ctypes, hashlib, lzma, ssl, zlib; hashlib.new("sha256", usedforsecurity=False)'
ln -sf python3 /opt/python/bin/python
cd /build
# Debian's copy of the source carries no pip; its wheel can be run as it is.
PYTHONPATH=$(echo /build/wheels/pip-*.whl) /opt/python/bin/python3 -m pip install -qq --no-index --find-links /build/wheels --require-hashes --only-binary :all: --no-deps \
  --no-warn-script-location --root-user-action=ignore -r /build/requirements.lock -r /build/build.lock
rm -rf /build/python /build/debian
