#!/usr/bin/env bash
# Compiles what the parser has in C, beside its source. Without it the program works the same, only slower (pdf_calls.py).
#
#   packaging/compile.sh     nothing to do where it is newer than its source; exit status 127 without a C compiler
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../frostbyte/parse"
[[ pdf_each.so -nt pdf_each.c && pdf_each.so -nt pdf_shapes.c ]] && exit
# No paths, no build id: the same source is the same file. Renamed at the end, so that nobody loads half of it.
"${CC:-cc}" -std=c11 -O2 -fPIC -shared -s -Wl,--build-id=none -Wl,-z,relro,-z,now,-z,noexecstack -ffp-contract=off -o "pdf_each.$$" \
  pdf_each.c pdf_shapes.c
mv "pdf_each.$$" pdf_each.so
