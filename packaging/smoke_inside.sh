# Run by smoke.sh in a bare root, with nothing but sh and coreutils: every command, with its status. $1 is the mode.
mode=$1
program=/opt/frostbyte
out=/srv/out err=/srv/err
export FROSTBYTE_HOME=/srv/home
failed=0 count=0 refused=0

# try STATUS COMMAND...: the command must end with STATUS; under `ram` it may refuse instead, as long as it says why.
try() {
  wanted=$1
  shift
  status=0
  "$program" "$@" >"$out" 2>"$err" </dev/null || status=$?
  count=$((count + 1))
  if grep -qE 'Traceback|internal error|Illegal|dumped|No such file.*\.so' "$err" "$out"; then
    echo "frostbyte $*: a crash"
  elif [ "$status" -eq "$wanted" ]; then
    return 0
  elif [ "$mode" = ram ] && { [ "$status" -eq 1 ] || [ "$status" -eq 6 ]; } && grep -q '^frostbyte: ' "$err"; then
    refused=$((refused + 1))
    return 0
  elif [ "$mode" = ram ] && [ "$1" = doctor ] && [ "$status" -eq 1 ] && grep -q '^fail  ram_directory ' "$out"; then
    refused=$((refused + 1)) # these two are there to find it
    return 0
  elif [ "$mode" = ram ] && [ "$1" = selftest ] && [ "$status" -eq 4 ] && grep -qE '^FAIL .*(RAM|No space left)' "$out"; then
    refused=$((refused + 1))
    return 0
  else
    echo "frostbyte $*: status $status, expected $wanted"
  fi
  cat "$out" "$err"
  failed=1
}

if command -v python3 >/dev/null || ls /usr/lib/x86_64-linux-gnu/libmagic* >/dev/null 2>&1; then
  echo "this root is not bare"
  exit 1
fi
if [ "$mode" = place ]; then
  "$program" version >"$out" 2>"$err"
  if [ $? -ne 1 ] || ! grep -q '^frostbyte: found no folder to unpack into; tried ' "$err" || ! grep -q '^hint: ' "$err"; then
    cat "$out" "$err"
    exit 1
  fi
  head -n 1 "$err"
  exit 0
fi

try 0 --version
try 0 version
try 0 --help
try 0 doctor
try 0 model verify
try 0 init
try 0 tenant create "Northgate Medical Supply" --id northgate --config /opt/tenant.json
try 0 tenant list
try 3 ingest /opt/drop --tenant northgate
try 0 report batch_northgate_2025_04 --tenant northgate
for question in "how long may vaccines stay outside the refrigerator" "why was the vaccine delivery late"; do
  try 0 search "$question" --tenant northgate --top-k 2 --verify
  [ "$mode" = ram ] || grep -q ' proved: \|proved: ' "$out" || { echo "search: nothing is proved"; cat "$out"; failed=1; }
done
try 0 audit verify --tenant northgate
try 0 audit events --tenant northgate --json
event=$(sed -n 's/.*"event_id": *"\([^"]*\)".*/\1/p' "$out" | head -n 1)
try 0 audit event "$event" --tenant northgate
try 0 audit head --tenant northgate
try 0 audit export --tenant northgate --output /srv/audit.jsonl
try 0 search "interest on late payment" --tenant northgate --mode text --answer --json
chunk=$(grep -o 'chk_[0-9a-f]\{12\}' "$out" | head -n 1)
document=$(grep -o 'doc_[0-9a-f]\{12\}' "$out" | head -n 1)
case $mode:$event:$chunk:$document in ram:* | *:?*:?*:?*) ;; *) echo "no ids in the answers" && failed=1 ;; esac
try 0 audit chain "${chunk:-chk_000000000000}" --tenant northgate
try 0 chunk show "${chunk:-chk_000000000000}" --tenant northgate
try 0 document show "${document:-doc_000000000000}" --tenant northgate
try 0 tenant show northgate
try 0 tenant config northgate --set retrieval_top_k_default=3
try 0 verify --deep
for name in supply-agreement.pdf pump-service-report.docx invoice-0417.xlsx deliveries-march.csv court-filing.txt delivery-note-scan.png; do
  try 0 parse "/opt/drop/$name"
done
mkdir -p /srv/lines
echo '{"id":"a","text":"write to kay@example.org"}' | tee /srv/lines/corpus.jsonl >/srv/lines/queries.jsonl
printf 'query\tdocument\trelevance\na\ta\t1\n' >/srv/lines/qrels.tsv
echo '{"id":"r","doc_id":"doc_000000000000","page":1,"start_char":0,"end_char":5}' >/srv/ids.jsonl
try 0 policy scan /srv/lines/corpus.jsonl
try 0 eval /srv/lines
try 0 parity run ids /srv/ids.jsonl
try 0 parity compare /srv/ids.jsonl /srv/ids.jsonl
try 0 model install /opt/model
cd /srv
try 0 bench scale --size 100
cd /
try 0 selftest
try 0 install --prefix /srv/prefix
[ "$mode" = ram ] || [ "$(/srv/prefix/bin/frostbyte --version)" = "$("$program" --version)" ] || { echo "what was installed does not run"; failed=1; }
try 0 uninstall --prefix /srv/prefix
try 0 verify-install
try 0 prune-install
try 2 no-such-command
echo "$count commands, $refused refused with a reason"
exit "$failed"
