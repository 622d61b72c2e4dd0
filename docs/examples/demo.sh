#!/usr/bin/env bash
# The main job on docs/examples/drop/, and a check that what happened is what should have. `./run demo [FOLDER]` starts it
# with frostbyte on the path; FOLDER (.demo by default) is emptied first and holds the appliance's home.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=${1:-.demo}
export FROSTBYTE_HOME=$folder/home
if [[ $# -gt 0 && -e $folder && ! -e $folder/.demo ]]; then # made by something else
  printf 'demo: %s is not a folder of this demo\n' "$folder" >&2
  exit 2
fi
rm -rf "$folder"
mkdir -p "$folder"
touch "$folder/.demo"

# run STATUS WORD...: print a command and run it; it must end with STATUS.
run() {
  local wanted=$1 status=0 word line=
  shift
  for word in "$@"; do
    if [[ $word == *' '* ]]; then word="\"$word\""; fi
    line+=" $word"
  done
  printf '\n$ frostbyte%s\n' "$line"
  frostbyte "$@" || status=$?
  [[ $status -eq $wanted ]] || { printf 'demo: exit status %d, expected %d\n' "$status" "$wanted" >&2; exit 1; }
}

# search FILENAME QUERY: the best passage must come from FILENAME, and every passage must be proved.
search() {
  run 0 search "$2" --tenant northgate --top-k 2 --verify | tee "$folder/found"
  grep -q "^1\. $1," "$folder/found" || { printf 'demo: the best passage is not from %s\n' "$1" >&2; exit 1; }
  [[ $(grep -c ' proved: ' "$folder/found") -eq $(grep -c '^[0-9]\. ' "$folder/found") ]] || { printf 'demo: not proved\n' >&2; exit 1; }
}

run 0 model verify
run 0 init
run 0 tenant create "Northgate Medical Supply" --id northgate --config docs/examples/tenant.json
run 3 ingest docs/examples/drop --tenant northgate # 3: done in part, for three of the thirteen files must not get through
frostbyte report batch_northgate_2025_04 --tenant northgate --json | python docs/examples/check_demo.py
search cold-chain-sop.pdf "how long may vaccines stay outside the refrigerator"
search supply-agreement.pdf "interest on late payment"
search delivery-note-scan.png "why was the vaccine delivery late"
run 0 audit verify --tenant northgate
