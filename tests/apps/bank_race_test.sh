#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-bank race as a user runs it: arguments, the stories, the tally, every order, exit codes.
#   bank_race_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$1
bank=$bin/troupe-bank

# run ARGUMENT...: sets code, and leaves what was printed in $temp/out and $temp/err.
run() {
  code=0
  timeout 60 "$bank" "$@" >"$temp/out" 2>"$temp/err" </dev/null || code=$?
}
code_is() { [[ $code -eq $1 ]] || { printf 'exit code %s\n' "$code" >&2; cat "$temp/err" >&2; false; }; }
out_has() { grep --quiet --fixed-strings -- "$1" "$temp/out" || { cat "$temp/out" >&2; false; }; }
out_lacks() { ! grep --quiet --fixed-strings -- "$1" "$temp/out" || { cat "$temp/out" >&2; false; }; }
out_is() { [[ $(cat "$temp/out") == "$1" ]] || { cat "$temp/out" >&2; false; }; }
err_has() { grep --quiet --fixed-strings -- "$1" "$temp/err" || { cat "$temp/err" >&2; false; }; }
err_is_one_line() { [[ $(wc --lines <"$temp/err") -eq 1 ]] || { cat "$temp/err" >&2; false; }; }

# until_out_has WORDS ARGUMENT...: a race may be missed on a busy machine: ten attempts.
until_out_has() {
  local words=$1 i
  shift
  for ((i = 0; i < 10; i++)); do
    run "$@"
    if grep --quiet --fixed-strings -- "$words" "$temp/out"; then
      return 0
    fi
  done
  cat "$temp/out" >&2
  false
}

# -- usage errors: one clear line, exit 2 -------------------------------------
usage_error() { # WORDS ARGUMENT...
  local words=$1
  shift
  run "$@"
  check "exit 2: $*" code_is 2
  check "one line: $*" err_is_one_line
  check "says '$words': $*" err_has "$words"
}
usage_error "no command given"
usage_error "no such command: rob" rob
usage_error "--engine" race --engine magic
usage_error "--tellers" race --tellers 0
usage_error "--tellers" race --tellers 101
usage_error "--draw" race --draw 0
usage_error "--balance" race --balance -1
usage_error "--balance" race --balance 99999999999999999999
usage_error "--rounds" race --rounds 0
usage_error "--pause: '5'" race --pause 5
usage_error "--pause: '-5ms'" race --pause=-5ms
usage_error "--pause: '61s'" race --pause 61s
usage_error "--pause: '1m'" race --pause 1m
usage_error "nobody can put threads in order" race --engine lock --orders
usage_error "nobody can put threads in order" race --engine none --order 1
usage_error "--transfer" race --engine actor-get-then-set --transfer
usage_error "--rounds" race --orders --rounds 2
usage_error "--order" race --orders --order 2
usage_error "--orders-max" race --orders-max 2
usage_error "--order" race --order 0
usage_error "loud" race loud
run --help
check "--help exits 0" code_is 0
check "--help names the commands" out_has "race "
run --version
check "--version" out_has "troupe-bank "
run race --help
check "race --help exits 0" code_is 0
check "race --help names the engines" out_has "actor-get-then-set"

# -- the tutorial's story -----------------------------------------------------
check "none reproduces -600" until_out_has "A holds -600" race --engine none --pause 200ms
check "and exits 0" code_is 0
check "a teller sees enough" out_has "tb sees 1000"
check "and draws" out_has "tb drew 800"
check "the tally says so" out_has "1 round: 0 held, 1 broke (overdrawn 1)"
check "and why that is meant" out_has "to break is what it shows"
for engine in lock ordered-locks atomics actor; do
  run race --engine "$engine" --pause 5ms --rounds 20 --tellers 3
  check "$engine exits 0" code_is 0
  check "$engine never breaks" out_has "20 rounds: 20 held, 0 broke"
  check "$engine leaves 200" out_has "round 1 held: A holds 200"
  check "$engine refuses the others" test "$(grep --count 'refused: the balance is too short' "$temp/out")" -eq 2
done
check "the trap makes money" until_out_has "A holds 200, 800 from nowhere" race --engine actor-get-then-set --pause 200ms
check "and exits 0" code_is 0
run race --engine lock --pause 0 --balance 10 --draw 3 --tellers 5
check "amounts as given" out_has "held: A holds 1"

# -- transfers ----------------------------------------------------------------
check "naive locks: the deadlock is told" until_out_has "wait for each other (deadlock)" race --engine lock --transfer --pause 200ms
check "and exits 0" code_is 0
check "and counted" out_has "broke (deadlocked 1)"
check "no coin is lost in it" out_lacks "lost"
check "without locks updates are lost" until_out_has "broke (miscounted 1)" race --engine none --transfer --pause 200ms
for engine in ordered-locks atomics actor; do
  run race --engine "$engine" --transfer --pause 2ms --rounds 20 --tellers 6
  check "$engine: transfers exit 0" code_is 0
  check "$engine: transfers hold" out_has "20 rounds: 20 held, 0 broke"
  check "$engine: nobody gives up" out_lacks "gives up"
done

# -- every order --------------------------------------------------------------
run race --engine actor --orders
check "actor: orders exit 0" code_is 0
check "actor: all orders hold" out_has "orders hold"
run race --engine actor --orders --transfer
check "actor: all orders of transfers hold" out_has "orders hold"
run race --engine actor-get-then-set --orders
check "the trap: orders exit 0" code_is 0
if grep --quiet --fixed-strings "does not let orders be chosen" "$temp/out"; then
  say "this build cannot choose orders: their cases are left out"
else
  check "the trap: some orders break" out_has "of 98 orders break"
  number=$(sed --quiet 's/^order \([0-9]*\) miscounted.*/\1/p' "$temp/out")
  sed '1d;/orders break$/,$d' "$temp/out" >"$temp/story"
  check "the failing order is numbered" test -n "$number"
  check "it is a numbered sequence" grep --quiet '^   3\. account A gets' "$temp/story"
  run race --engine actor-get-then-set --order "$number"
  check "its replay exits 0" code_is 0
  check "its replay tells the same story" cmp --silent <(sed 1d "$temp/out") "$temp/story"
  run race --engine actor-get-then-set --order 98
  check "the last order is there" code_is 0
  run race --engine actor-get-then-set --order 99
  check "one beyond it exits 1" code_is 1
  check "and says so" err_has "there is no order 99"
  run race --engine actor --orders --tellers 3 --orders-max 50
  check "a cut is told" out_has "only the first 50 orders were tried"
  check "and not called all" out_lacks "all 50 orders hold"
fi

# -- JSON ---------------------------------------------------------------------
json() { python3 -c 'import json, sys; x = json.load(sys.stdin); sys.exit(0 if eval(sys.argv[1]) else 1)' "$1" <"$temp/out"; }
run race --engine lock --json --pause 1ms --rounds 3
check "json: one line" test "$(wc --lines <"$temp/out")" -eq 1
check "json: the tally" json 'x["rounds"] == 3 and x["held"] == 3 and x["broken"] == 0'
check "json: the story" json '"ta drew 800" in x["first"]["story"] or "tb drew 800" in x["first"]["story"]'
check "json: the balances" json 'x["first"]["balances"] == [200]'
run race --engine actor --json --orders
check "json: orders" json 'x["broken"] == 0 and x["cut"] is False'
run race --engine actor --json --order 1
check "json: one order" json 'x["order"]["verdict"] == "held" and x["order"]["number"] == 1'

# -- what fails says so -------------------------------------------------------
code=0
"$bank" race --engine lock --pause 0ms >/dev/full 2>"$temp/err" || code=$?
check "a full disk exits 1" code_is 1
check "and says so" err_has "standard output cannot be written"

printf '%s passed, %s failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
