#!/usr/bin/env bash
# Runs the program where nothing is: in Debian roots without Python, libmagic or a network, as root and as nobody known.
#
#   packaging/smoke.sh BINARY [SUITE ...]      bullseye and trixie where no suite is named; needs root (or sudo)
#
# In every root and scenario each command must do its work or refuse with a message. Roots are made by debootstrap, kept
# in .cache/roots, and never written to: a scenario sees a copy in memory (overlayfs).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
binary=$(realpath "${1:?usage: packaging/smoke.sh BINARY [SUITE ...]}")
shift
[[ $# -gt 0 ]] || set -- bullseye trixie
if [[ $(id -u) -ne 0 ]]; then exec sudo -n "${BASH_SOURCE[0]}" "$binary" "$@"; fi

say() { printf 'smoke: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

# base SUITE: make the root of a suite where it is not there.
base() {
  local folder=$ROOT/.cache/roots/$1
  [[ ! -e $folder/.complete ]] || return 0
  PATH=$PATH:/usr/sbin command -v debootstrap >/dev/null \
    || { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap >/dev/null; }
  say "making a $1 root"
  rm -rf "$folder" && mkdir -p "$folder"
  debootstrap --variant=minbase "$1" "$folder" >"$folder.log" 2>&1 || die "debootstrap $1 failed, see $folder.log"
  touch "$folder/.complete"
}

# scenario SUITE NAME UID MODE PREPARE: in a copy of the root, after PREPARE (run outside it, with $r its path), as UID,
# run every command. MODE: `work` they must work; `place` the launcher must find no place; `ram` they may refuse for lack of RAM.
scenario() {
  local suite=$1 name=$2 uid=$3 mode=$4 prepare=$5 log
  log=$(mktemp)
  if unshare --mount --net --pid --ipc --fork --kill-child bash -c '
    set -e
    mount --make-rprivate /
    r=$(mktemp -d)
    mount -t tmpfs none "$r" && mkdir "$r"/{upper,work,root}
    mount -t overlay overlay -o "lowerdir=$1,upperdir=$r/upper,workdir=$r/work" "$r/root"
    r=$r/root
    mount -t proc proc "$r/proc"
    mkdir -p "$r/dev/shm" "$r/opt/drop" "$r/opt/model" "$r/srv"
    mount -t tmpfs -o mode=1777 none "$r/dev/shm"
    mount -t tmpfs -o mode=700,uid="$5",gid="$5" none "$r/srv"
    touch "$r/opt/frostbyte"
    mount --bind "$2" "$r/opt/frostbyte"
    mount --bind "$3/docs/examples/drop" "$r/opt/drop"
    mount --bind "$3/models/minilm-l6-768" "$r/opt/model"
    cp "$3/docs/examples/tenant.json" "$3/packaging/smoke_inside.sh" "$r/opt/"
    eval "$4"
    cd "$r"
    exec chroot --userspec="$5:$5" --groups= "$r" /usr/bin/env -i PATH=/usr/bin:/bin HOME="${home:-/nonexistent}" ${runtime:+FROSTBYTE_RUNTIME_DIR=$runtime} \
      /bin/sh /opt/smoke_inside.sh "$6"
  ' bash "$ROOT/.cache/roots/$suite" "$binary" "$ROOT" "$prepare" "$uid" "$mode" >"$log" 2>&1; then
    say "$suite, $name: $(tail -n 1 "$log")"
  else
    cat "$log" >&2
    say "$suite, $name: FAILED"
    failed=1
  fi
  rm -f "$log"
}

# old_processor: on one without AVX2 (emulated), the launcher works, and the program says what is the matter and never crashes.
old_processor() {
  local scratch tree status=0
  command -v qemu-x86_64 >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends qemu-user >/dev/null
  scratch=$(mktemp -d)
  emulated() { # the program starts itself once more to set its library path, which would leave the emulator: it is set here
    FROSTBYTE_HOME=$scratch/home LD_LIBRARY_PATH=$tree/_internal _PYI_ARCHIVE_FILE=$tree/frostbyte _PYI_PARENT_PROCESS_LEVEL=-1 \
      qemu-x86_64 -cpu Nehalem "$tree/frostbyte" "$@" >"$scratch/out" 2>&1
  }
  FROSTBYTE_RUNTIME_DIR=$scratch/run qemu-x86_64 -cpu Nehalem "$binary" --version >"$scratch/out" 2>&1 || status=$?
  tree=$(echo "$scratch"/run/*-*)
  { [[ $status -eq 0 ]] && emulated version && emulated policy --help; } || status=1
  if emulated doctor || ! grep -q '^fail  cpu .*avx2' "$scratch/out"; then status=1; fi
  if emulated tenant list || ! grep -q '^frostbyte: this processor lacks .*avx2' "$scratch/out"; then status=1; fi
  if [[ $status -eq 0 ]]; then
    say "a processor without AVX2: $(head -n 1 "$scratch/out")"
  else
    cat "$scratch/out" >&2
    say "a processor without AVX2: FAILED"
    failed=1
  fi
  chmod -R u+w "$scratch" && rm -rf "$scratch"
}

# every_scenario SUITE: all of them, one after the other; 1 when one failed.
every_scenario() {
  local suite=$1
  scenario "$suite" "root" 0 work 'home=/root'
  scenario "$suite" "an unknown uid without a home" 48151 work ''
  scenario "$suite" "a read-only root" 48151 work 'mount -o remount,ro "$r"'
  scenario "$suite" "a read-only root, as root" 0 work 'mount -o remount,ro "$r"; home=/root'
  scenario "$suite" "noexec /tmp, /var/tmp and home" 48151 work \
    'for d in tmp var/tmp; do mount -t tmpfs -o noexec,mode=1777 none "$r/$d"; done; mount -t tmpfs -o noexec,mode=700,uid=48151 none "$r/home"; home=/home'
  scenario "$suite" "a full runtime directory" 48151 work \
    'mkdir "$r/run/full"; mount -t tmpfs -o size=8m,mode=700,uid=48151 none "$r/run/full"; runtime=/run/full'
  scenario "$suite" "no place at all" 48151 place \
    'mount -t tmpfs -o noexec,mode=1777 none "$r/var/tmp"; mount -o remount,noexec "$r/dev/shm"'
  scenario "$suite" "64 MB of shared memory" 48151 ram 'mount -o remount,size=64m "$r/dev/shm"'
  scenario "$suite" "1 MB of shared memory" 48151 ram 'mount -o remount,size=1m "$r/dev/shm"'
  return "$failed"
}

failed=0
old_processor
for suite in "$@"; do base "$suite"; done
running=()
trap '[[ ${#running[@]} -eq 0 ]] || kill "${running[@]}" 2>/dev/null || true' EXIT
for suite in "$@"; do # side by side: a scenario has its own namespaces and a copy of the root in memory
  every_scenario "$suite" &
  running+=($!)
done
for process in "${running[@]}"; do wait "$process" || failed=1; done
[[ $failed -eq 0 ]] || die "not every scenario passed"
