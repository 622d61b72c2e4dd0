#!/usr/bin/env bash
# Builds the committed source once more, from nothing, in a clean clone in another folder, and compares the result with dist/.
#
#   packaging/reproduce.sh [--build] [DIR]     DIR is dist/ where not given; it must have been built from what is committed
#
# The clone has no cache: it makes its own Debian root, its own Python and fetches its own wheels. Every file must be the same to
# the byte. The clone is removed when it was, and kept to be looked at when not.
#
# --build makes dist/ too, at the same time, for whoever checks a change and releases nothing: the clone packs its large files
# loosely, as nearly all of the time of packing goes into those. Then every file in the two programs must be the same to the byte,
# and of the small ones the packed bytes too (packaging/compare.py). A release is compared without --build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=0 packing=()
if [[ ${1:-} == --build ]]; then build=1 packing=(--large-level 3) && shift; fi
dir=$(realpath -m "${1:-dist}")
die() { printf 'reproduce: %s\n' "$@" >&2; exit 1; }

[[ $build -eq 1 || -x $dir/frostbyte ]] || die "$dir/frostbyte is missing: build first"
git diff --quiet HEAD -- frostbyte models packaging appliance.spec CHANGELOG.md LICENSE || die "there are changes that are not committed"
clone=$(mktemp -d "${TMPDIR:-/var/tmp}/frostbyte-again-XXXXXX")
git clone --quiet . "$clone/elsewhere"
if [[ $build -eq 1 ]]; then
  ./run build --out "$dir" &
  first=$!
  trap 'kill "$first" 2>/dev/null || true' EXIT
fi
"$clone/elsewhere/run" build "${packing[@]}"
if [[ $build -eq 1 ]]; then
  wait "$first" || die "the build in this folder failed"
  trap - EXIT
fi

# whole PROGRAM: what it unpacks to is what its index says, which is all that compare.py reads of a large file.
whole() {
  local FROSTBYTE_RUNTIME_DIR
  FROSTBYTE_RUNTIME_DIR=$(mktemp -d "$clone/unpacked-XXXXXX")
  export FROSTBYTE_RUNTIME_DIR
  "$1" version >/dev/null && "$1" verify-install >/dev/null
}

# same_program FIRST SECOND
same_program() {
  if [[ $build -eq 0 ]]; then cmp "$1" "$2"; return; fi
  whole "$1" && whole "$2" && .venv/bin/python packaging/compare.py "$1" "$2"
}

different=0
for name in SBOM.cdx.json THIRD-PARTY.txt; do cmp "$dir/$name" "$clone/elsewhere/dist/$name" || different=1; done
same_program "$dir/frostbyte" "$clone/elsewhere/dist/frostbyte" || different=1
[[ $different -eq 0 ]] || die "what was built in $clone/elsewhere differs"
(cd "$dir" && sha256sum frostbyte SBOM.cdx.json THIRD-PARTY.txt | sed 's|$|: the same|')
if [[ $(id -u) -eq 0 ]]; then rm -rf "$clone"; else sudo -n rm -rf "$clone"; fi # the Debian root in it is root's
