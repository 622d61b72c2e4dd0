#!/usr/bin/env bash
# Turns what build.sh made into a release: checks it, writes checksums, signs them.
#
#   packaging/release.sh [--key SECRET_KEY] [DIR]        DIR is dist/ where not given
#
# SHA256SUMS lists the program, its SBOM and its notices. With --key it is signed in minisign's form (SHA256SUMS.minisig); a key
# pair is made with `minisign -G`, and belongs on a machine that builds nothing. Whoever downloads:
#
#   minisign -V -p frostbyte.pub -m SHA256SUMS && sha256sum --check SHA256SUMS
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LIMIT=235000000 # bytes

key='' dir=$ROOT/dist
while [[ $# -gt 0 ]]; do
  case $1 in
    --key) key=$(realpath "$2") && shift ;;
    -*) sed -n '4s/^# *//p' "${BASH_SOURCE[0]}" >&2 && exit 2 ;;
    *) dir=$(realpath "$1") ;;
  esac
  shift
done
die() { printf 'release: %s\n' "$@" >&2; exit 1; }

cd "$dir"
for name in frostbyte SBOM.cdx.json THIRD-PARTY.txt; do [[ -f $name ]] || die "$dir/$name is missing: build first"; done

# One version everywhere: in the source, in the program, and the newest one the changelog names.
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$ROOT/frostbyte/__init__.py")
named=$(grep -oE '[0-9]+\.[0-9]+\.[0-9]+' "$ROOT/CHANGELOG.md" | head -n 1)
[[ $named == "$version" ]] || die "the changelog's newest version is $named, the source's $version"
unpacked=$(mktemp -d)
trap 'chmod -R u+w "$unpacked"; rm -rf "$unpacked"' EXIT
export FROSTBYTE_RUNTIME_DIR=$unpacked
[[ $(./frostbyte --version) == "frostbyte $version" ]] || die "the program says it is $(./frostbyte --version)"
./frostbyte verify-install >/dev/null || die "the program is not whole"

for name in SBOM.cdx.json THIRD-PARTY.txt; do
  cmp -s "$name" "$unpacked/$version"-*/"$name" || die "$name is not the one in the program: build again"
done

size=$(stat -c %s frostbyte)
[[ $size -le $LIMIT ]] || die "the program has $size bytes, more than $LIMIT: not a release build?"
python3 "$ROOT/packaging/floor.py" "$unpacked"/"$version"-* --at-most 2.31 || die "it needs too new a C library: not a release build?"

sha256sum frostbyte SBOM.cdx.json THIRD-PARTY.txt >SHA256SUMS
if [[ -n $key ]]; then
  command -v minisign >/dev/null || die "minisign is not installed"
  rm -f SHA256SUMS.minisig
  minisign -S -s "$key" -m SHA256SUMS -t "frostbyte $version" >/dev/null
else
  rm -f SHA256SUMS.minisig # of other sums
  printf 'release: no --key: SHA256SUMS is not signed\n' >&2
fi
printf 'release: frostbyte %s, %d bytes\n' "$version" "$size"
