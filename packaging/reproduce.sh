#!/usr/bin/env bash
# Builds the committed source once more, from nothing, in a clean clone in another folder, and compares the result with dist/.
#
#   packaging/reproduce.sh [--build] [DIR]     DIR is dist/ where not given; it must have been built from what is committed
#
# --build makes dist/ too, at the same time. The clone has no cache: it makes its own Debian root, its own Python and fetches
# its own wheels. Every file must be the same to the byte. The clone is removed when it was, and kept to be looked at when not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=0
if [[ ${1:-} == --build ]]; then build=1 && shift; fi
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
"$clone/elsewhere/run" build
if [[ $build -eq 1 ]]; then
  wait "$first" || die "the build in this folder failed"
  trap - EXIT
fi
different=0
for name in frostbyte SBOM.cdx.json THIRD-PARTY.txt; do
  if cmp "$dir/$name" "$clone/elsewhere/dist/$name"; then
    sha256sum "$clone/elsewhere/dist/$name" | sed "s|  .*|  $name: the same|"
  else
    different=1
  fi
done
[[ $different -eq 0 ]] || die "what was built in $clone/elsewhere differs"
if [[ $(id -u) -eq 0 ]]; then rm -rf "$clone"; else sudo -n rm -rf "$clone"; fi # the Debian root in it is root's
