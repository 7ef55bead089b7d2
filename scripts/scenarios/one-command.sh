#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# One command for all: what is there, what it takes, and that `troupe X` is `troupe-X`.
#   one-command.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

bin=$(realpath "${1:?usage: one-command.sh BINARIES}")
troupe() {
  say "\$ troupe $*" >&2
  "$bin/troupe" "$@"
}

say "-- what is there"
troupe --help | tee "$temp/help"
for name in crawl bank compare primes jobs serve node savina site; do
  check "it tells of $name" grep --quiet "^  $name " "$temp/help"
done

say "-- the same program, the same answers, the same exit code"
for line in 'primes 91 97 junk' 'bank race --engine actor-get-then-set --order 7' 'crawl resolve http://a.example/b/ ../c'; do
  read -r -a words <<<"$line"
  code=0 own=0
  troupe "${words[@]}" | tee "$temp/answers" || code=$?
  "$bin/troupe-${words[0]}" "${words[@]:1}" >"$temp/own" 2>/dev/null || own=$?
  check "$line: exit code $own" test "$code" -eq "$own"
  check "$line: the same" diff <(sed 's/[0-9.]* ms//' "$temp/own") <(sed 's/[0-9.]* ms//' "$temp/answers")
done

say "-- a slip of the finger"
code=0
troupe cralw 2>&1 | tee "$temp/slip" || code=$?
check "exit code 2" test "$code" -eq 2
check "the nearest" grep --quiet 'did you mean crawl?' "$temp/slip"

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
