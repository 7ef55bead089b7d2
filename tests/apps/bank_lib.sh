# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2154  # temp, failed ... are scripts/lib.sh's; bin and db the test's
# What the tests of troupe-bank share; to be sourced behind scripts/lib.sh. The test sets bin and db.

# run ARGUMENT...: sets code, and leaves what was printed in $temp/out and $temp/err.
run() {
  code=0
  "$bin/troupe-bank" "$@" >"$temp/out" 2>"$temp/err" </dev/null || code=$?
}
ledger() { run ledger --db "$db" "$@"; }
code_is() { [[ $code -eq $1 ]] || { printf 'exit code %s\n' "$code" >&2; cat "$temp/err" >&2; false; }; }
out_is() { [[ $(cat "$temp/out") == "$1" ]] || { head --lines=5 "$temp/out" >&2; false; }; }
out_has() { grep --quiet --fixed-strings -- "$1" "$temp/out" || { head --lines=5 "$temp/out" >&2; false; }; }
err_has() { grep --quiet --fixed-strings -- "$1" "$temp/err" || { cat "$temp/err" >&2; false; }; }
err_is_one_line() { [[ $(wc --lines <"$temp/err") -eq 1 ]] || { cat "$temp/err" >&2; false; }; }
works() { # WORDS ARGUMENT...: exit 0, and WORDS in the answer
  local words=$1
  shift
  ledger "$@"
  check "exit 0: $*" code_is 0
  check "says '$words': $*" out_has "$words"
}
fails() { # CODE WORDS ARGUMENT...: one line
  local expected=$1 words=$2
  shift 2
  ledger "$@"
  check "exit $expected: $*" code_is "$expected"
  check "one line: $*" err_is_one_line
  check "says '$words': $*" err_has "$words"
}
balance_is() { # ACCOUNT LINE
  ledger balance "$1"
  check "account $1 has $2" out_is "$2"
}
id() { printf '%032x' "$1"; }
audit_good() {
  run audit --db "$db"
  check "audit: $1" code_is 0
}
