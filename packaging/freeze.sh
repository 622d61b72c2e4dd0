#!/usr/bin/env bash
# Freezes the source tree this lies in into one file, with the python, compiler and tools on the path (see build.sh).
#
#   freeze.sh WORK ZSTD LEVEL LARGE_LEVEL REVISION EPOCH: WORK/out gets the executable, the SBOM and the notices; WORK/tree the folder
set -euo pipefail
work=$1 zstd=$2 level=$3 large_level=$4 revision=$5 epoch=$6
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# One order of hashing, one date, no compression of what is compressed as a whole later.
export PYTHONHASHSEED=0 SOURCE_DATE_EPOCH=$epoch PYINSTALLER_ZLIB_COMPRESSION_LEVEL=0 PYINSTALLER_CONFIG_DIR=$work/pyinstaller
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' frostbyte/__init__.py)
rm -rf "$work/out" "$work/tree" "$work/analysis" "$work/launcher"
mkdir -p "$work/out" "$work/analysis"
printf '%s\n' "$revision" >"$work/analysis/REVISION"
date --utc --date="@$epoch" +%Y-%m-%dT%H:%M:%SZ >"$work/analysis/BUILT" # a clock before it is wrong (doctor)
umask 022

rm -f frostbyte/parse/pdf_each.so # never one from elsewhere
bash packaging/compile.sh
python packaging/compile_modules.py .
python -m PyInstaller --noconfirm --clean --log-level=FATAL --distpath "$work" --workpath "$work/analysis" appliance.spec
mv "$work/frostbyte" "$work/tree"
python packaging/slim.py "$work/tree"
python packaging/sbom.py "$work/analysis/appliance" "$work/tree" --version "$version" --out "$work/out"
cp "$work/out/SBOM.cdx.json" "$work/out/THIRD-PARTY.txt" LICENSE "$work/tree/"
make --silent --directory=packaging/launcher ZSTD="$zstd" OUT="$work/launcher"
python packaging/pack.py "$work/tree" "$work/launcher/launcher" "$work/out/frostbyte" --version "$version" \
  --level "$level" --large-level "$large_level"
