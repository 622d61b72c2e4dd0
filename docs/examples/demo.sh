#!/usr/bin/env bash
# The main job on docs/examples/drop/, in a fresh home under .demo/, and a check that what happened is what should have.
# Started by `./run demo`, which puts frostbyte on the path.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export FROSTBYTE_HOME=.demo/home
rm -rf .demo && mkdir -p .demo

show() { printf '\n\033[1m$ frostbyte %s\033[0m\n' "${*@Q}" | sed "s/'\([A-Za-z0-9_./-]*\)'/\1/g"; frostbyte "$@"; }
expect() { # expect STATUS ARGUMENTS...: the command must end with STATUS
  local wanted=$1 status=0
  shift
  show "$@" || status=$?
  [[ $status -eq $wanted ]] || { printf 'demo: exit status %d, expected %d\n' "$status" "$wanted" >&2; exit 1; }
}
finds() { # finds FILENAME QUERY: the first passage must come from FILENAME
  local answer
  answer=$(frostbyte search "$2" --tenant northgate --top-k 3 --verify --json)
  python docs/examples/check_demo.py search "$1" <<<"$answer"
}

frostbyte model verify
expect 0 init
expect 0 tenant create "Northgate Medical Supply" --id northgate
# Three of the thirteen files must not get through, so the batch is done in part: status 3.
expect 3 ingest docs/examples/drop --tenant northgate
frostbyte report batch_northgate_2025_04 --tenant northgate --json | python docs/examples/check_demo.py report

expect 0 search "how long may vaccines stay outside the refrigerator" --tenant northgate --top-k 2 --verify
expect 0 search "interest on late payment" --tenant northgate --top-k 2 --verify
expect 0 search "why was the vaccine delivery late" --tenant northgate --top-k 2 --verify
expect 0 audit verify --tenant northgate
