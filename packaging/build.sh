#!/usr/bin/env bash
# Makes dist/frostbyte, the program as one file. `./run build` starts it, with .venv in place.
#
#   packaging/build.sh [--fast] [--level N] [--large-level N] [--out DIR]
#
# The build that is released happens in a Debian root of its own, an old one, so that the result runs on old systems: compiler,
# C library and Python are made or taken there, the packages of Python are wheels for that C library or an older one. The root
# sees no network. --fast uses this machine's interpreter and compiler and packs less tightly: minutes less, for development;
# what comes out needs a C library as new as this machine's. --level is zstd's: 19, or 3 with --fast; --large-level is that of
# files of 1 MiB and more where they need not be packed as tightly (packaging/reproduce.sh).
#
# Everything that goes in is pinned by hash: packaging/requirements.lock, build.lock, inputs.lock and root.lock. Downloads and
# finished steps are kept in .cache/build. Needs bash, curl and apt; root or sudo for the Debian root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
CACHE=$ROOT/.cache/build
SUITE=bullseye # glibc 2.31
TAGS=(manylinux_2_28 manylinux_2_27 manylinux_2_26 manylinux_2_24 manylinux_2_17 manylinux2014 manylinux_2_12 manylinux2010
  manylinux_2_5 manylinux1)
ROOT_PACKAGES=gcc,libc6-dev,make,patch,patchelf,binutils,musl-tools,xz-utils,zlib1g-dev,libffi-dev,libbz2-dev,liblzma-dev,libssl-dev

fast=0 level='' large_level='' out=$ROOT/dist renew=0
while [[ $# -gt 0 ]]; do
  case $1 in
    --fast) fast=1 ;;
    --level) level=$2 && shift ;;
    --large-level) large_level=$2 && shift ;;
    --out) out=$(realpath -m "$2") && shift ;;
    --renew-root-lock) renew=1 ;;
    *) sed -n '4s/^# *//p' "${BASH_SOURCE[0]}" >&2 && exit 2 ;;
  esac
  shift
done

say() { printf 'build: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }
as_root() { if [[ $(id -u) -eq 0 ]]; then "$@"; else sudo -n "$@"; fi; }

# need COMMAND=PACKAGE ...: install the packages whose command is not there.
need() {
  local pair missing=()
  for pair in "$@"; do
    PATH=$PATH:/usr/sbin command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  command -v apt-get >/dev/null || die "needs these, and there is no apt to get them: ${missing[*]}"
  say "installing ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# The Debian archive this machine is set up for; FROSTBYTE_DEBIAN_ARCHIVE names another.
archive() {
  local found=${FROSTBYTE_DEBIAN_ARCHIVE:-}
  if [[ -z $found ]]; then
    found=$(apt-get indextargets --format '$(SITE) $(ORIGIN) $(LABEL)' | sed -n 's/ Debian Debian$//p' | head -n 1)
  fi
  [[ -n $found ]] || die "no Debian archive is known here: set FROSTBYTE_DEBIAN_ARCHIVE"
  printf '%s' "$found"
}

# input NAME: the path of a pinned input, fetched where it is not there, compared with its hash in any case.
input() {
  local line path
  line=$(grep "/$1\$" packaging/inputs.lock) || die "no input named $1"
  path=$CACHE/inputs/$1
  mkdir -p "$CACHE/inputs"
  if [[ ! -f $path ]]; then
    say "fetching $1"
    curl --fail --silent --show-error --location --retry 3 --output "$path.partial" "$(archive)/${line#*  }" \
      || die "cannot fetch ${line#*  }; where a release of Debian has left the archive, put the file into .cache/build/inputs"
    mv "$path.partial" "$path"
  fi
  [[ $(sha256sum <"$path") == "${line%% *}  -" ]] || { rm -f "$path"; die "$1 is not what is pinned in packaging/inputs.lock"; }
  printf '%s' "$path"
}

# wheels: everything the two locks name, as wheels for an old C library.
wheels() {
  local wanted options=() tag
  wanted=$(cat packaging/requirements.lock packaging/build.lock | sha256sum | cut -d' ' -f1)
  if [[ $(cat "$CACHE/wheels/.complete" 2>/dev/null) == "$wanted" ]]; then return; fi
  rm -rf "$CACHE/wheels" && mkdir -p "$CACHE/wheels"
  for tag in "${TAGS[@]}"; do options+=(--platform "${tag}_x86_64"); done
  say "fetching wheels"
  .venv/bin/python -m pip download -qq --disable-pip-version-check --require-hashes --only-binary :all: --no-deps \
    --python-version 3.11 --implementation cp "${options[@]}" --platform any -d "$CACHE/wheels" \
    -r packaging/requirements.lock -r packaging/build.lock || die "cannot fetch the wheels; is a package index reachable?"
  printf '%s\n' "$wanted" >"$CACHE/wheels/.complete"
}

# inside COMMAND...: run it in the Debian root, without a network and with nothing of this machine's environment.
inside() {
  as_root unshare --mount --net bash -c '
    mount -t proc proc "$0/proc" 2>/dev/null || true
    root=$0
    exec env -i PATH=/opt/python/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TZ=UTC PYTHONDONTWRITEBYTECODE=1 \
      chroot "$root" "$@"' "$CACHE/root" "$@"
}

# What the root is made from, as a digest.
root_stamp() { { cat packaging/{requirements,build,inputs,root}.lock packaging/python.sh; echo "$SUITE $ROOT_PACKAGES ${TAGS[*]}"; } | sha256sum | cut -d' ' -f1; }

# root: the Debian root with its compiler, Python made from source, and the wheels installed.
root() {
  local wanted name
  wheels
  wanted=$(root_stamp)
  if [[ $(as_root cat "$CACHE/root/.complete" 2>/dev/null) == "$wanted" ]]; then return; fi
  mkdir -p "$CACHE/debs"
  for name in first second third; do # an archive that hiccups is asked again; packages it gave are kept
    say "making a $SUITE root, $name try"
    as_root rm -rf "$CACHE/root"
    as_root debootstrap --variant=minbase --include="$ROOT_PACKAGES" --cache-dir="$CACHE/debs" "$SUITE" "$CACHE/root" "$(archive)" \
      >"$CACHE/debootstrap.log" && break
    [[ $name != third ]] || die "debootstrap failed, see $CACHE/debootstrap.log; is $SUITE still in the archive?"
  done
  as_root chroot "$CACHE/root" dpkg-query -W -f '${Package} ${Version}\n' | LC_ALL=C sort >"$CACHE/root.packages"
  if [[ $renew -eq 1 ]]; then cp "$CACHE/root.packages" packaging/root.lock; fi
  diff packaging/root.lock "$CACHE/root.packages" >&2 || die "the root holds other packages than packaging/root.lock (--renew-root-lock)"
  as_root mkdir -p "$CACHE/root/build/inputs"
  for name in $(sed -n 's|^[^#].*/||p' packaging/inputs.lock); do as_root cp "$(input "$name")" "$CACHE/root/build/inputs/"; done
  as_root cp -r "$CACHE/wheels" packaging/requirements.lock packaging/build.lock packaging/python.sh "$CACHE/root/build/"
  say "making Python"
  inside bash /build/python.sh || die "could not make Python"
  wanted=$(root_stamp)
  as_root bash -c "printf '%s\n' $wanted >'$CACHE/root/.complete'"
}

# source DIR: what git tracks, as it is in the working tree; nothing else can get into the program.
source_tree() {
  rm -rf "$1" && mkdir -p "$1"
  if [[ -e .git ]]; then
    git ls-files -z -- frostbyte models packaging appliance.spec CHANGELOG.md LICENSE
  else
    find frostbyte models packaging appliance.spec CHANGELOG.md LICENSE -type f ! -path '*/__pycache__/*' -print0
  fi | LC_ALL=C sort -z | tar --create --null --files-from=- | tar --extract --directory "$1"
}

main() {
  local revision=unknown epoch=1735689600
  [[ -n $level ]] || level=$((fast ? 3 : 19))
  [[ -n $large_level ]] || large_level=$level
  if git rev-parse HEAD >/dev/null 2>&1; then
    revision=$(git rev-parse HEAD | cut -c1-12)
    epoch=$(git log -1 --format=%ct)
    git diff --quiet HEAD -- frostbyte models packaging appliance.spec || revision+=+changes
  fi
  mkdir -p "$CACHE" "$out"
  exec 9>"$CACHE/.lock" && flock 9 # two terminals, one build
  [[ -x .venv/bin/python ]] || die "there is no .venv; start me with ./run build"
  need curl=curl xz=xz-utils
  if [[ $fast -eq 1 ]]; then
    need gcc=gcc make=make musl-gcc=musl-tools patchelf=patchelf objdump=binutils
    fast_environment
    source_tree "$CACHE/fast/src"
    env -i PATH="$CACHE/venv/bin:$PATH" HOME="$HOME" LC_ALL=C.UTF-8 TZ=UTC PYTHONDONTWRITEBYTECODE=1 \
      bash "$CACHE/fast/src/packaging/freeze.sh" "$CACHE/fast" "$CACHE/zstd/lib" "$level" "$large_level" "$revision" "$epoch"
    cp "$CACHE/fast/out/"* "$out/"
  else
    need debootstrap=debootstrap
    root
    as_root rm -rf "$CACHE/root/making"
    source_tree "$CACHE/source"
    as_root mkdir -p "$CACHE/root/making"
    as_root cp -r "$CACHE/source" "$CACHE/root/making/src"
    inside bash /making/src/packaging/freeze.sh /making /build/libzstd/lib "$level" "$large_level" "$revision" "$epoch"
    as_root cp "$CACHE/root/making/out/"* "$out/"
    as_root chown "$(id -u):$(id -g)" "$out"/*
  fi
  say "$out/frostbyte, $(stat -c %s "$out/frostbyte") bytes"
}

# fast_environment: this machine's Python with what is to be frozen and PyInstaller, apart from .venv.
fast_environment() {
  local wanted
  wanted=$(cat packaging/requirements.lock packaging/build.lock | sha256sum | cut -d' ' -f1)
  if [[ ! -d $CACHE/zstd/lib ]]; then
    rm -rf "$CACHE/zstd.partial" && mkdir -p "$CACHE/zstd.partial"
    tar -xf "$(input 'libzstd_1.5.7+dfsg.orig.tar.xz')" -C "$CACHE/zstd.partial" --strip-components=1
    mv "$CACHE/zstd.partial" "$CACHE/zstd"
  fi
  if [[ $(cat "$CACHE/venv/.installed" 2>/dev/null) == "$wanted" ]]; then return; fi
  say "setting up $CACHE/venv"
  rm -rf "$CACHE/venv"
  .venv/bin/python -m venv "$CACHE/venv"
  "$CACHE/venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all: --no-deps \
    -r packaging/requirements.lock -r packaging/build.lock || die "cannot install the wheels; is a package index reachable?"
  printf '%s\n' "$wanted" >"$CACHE/venv/.installed"
}

main
