#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-compare race as a user runs it: arguments, the stories, replays, JSON, timelines, pages, exit codes.
#   compare_race_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

compare=$1/troupe-compare

# run ARGUMENT...: sets code, and leaves what was printed in $temp/out and $temp/err.
run() {
  code=0
  timeout 60 "$compare" "$@" >"$temp/out" 2>"$temp/err" </dev/null || code=$?
}
code_is() { [[ $code -eq $1 ]] || { printf 'exit code %s\n' "$code" >&2; cat "$temp/err" >&2; false; }; }
out_has() { grep --quiet --fixed-strings -- "$1" "$temp/out" || { cat "$temp/out" >&2; false; }; }
out_lacks() { ! grep --quiet --fixed-strings -- "$1" "$temp/out" || { cat "$temp/out" >&2; false; }; }
err_has() { grep --quiet --fixed-strings -- "$1" "$temp/err" || { cat "$temp/err" >&2; false; }; }
err_is_one_line() { [[ $(wc --lines <"$temp/err") -eq 1 ]] || { cat "$temp/err" >&2; false; }; }
json() { python3 -c 'import json, sys; x = json.load(sys.stdin); sys.exit(0 if eval(sys.argv[1]) else 1)' "$1" <"$temp/out"; }
sound() { python3 "$root/scripts/check_trace.py" "$@" >"$temp/sound" 2>&1 || { cat "$temp/sound" >&2; false; }; }
story_of() { grep --extended-regexp '^ +[0-9]+\. |^      -- |^order ' "$1"; }

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
usage_error "--model" race --model heist
usage_error "philosophers has lock, ordered-locks, semaphore, actor-forks, actor-waiter, and no 'none'" race --model philosophers --engine none
usage_error "--engine" race --engine magic
usage_error "--tellers" race --tellers 0
usage_error "--tellers" race --tellers 9
usage_error "--tellers is not for philosophers" race --model philosophers --tellers 3
usage_error "--balance is not for philosophers" race --model philosophers --balance 3
usage_error "--draw is not for philosophers" race --model philosophers --draw 3
usage_error "--seats is for philosophers only" race --seats 3
usage_error "--seats" race --model philosophers --seats 1
usage_error "--seats" race --model philosophers --seats 9
usage_error "--balance" race --balance=-1
usage_error "--draw" race --draw 0
usage_error "--schedules" race --schedules 0
usage_error "--schedules" race --seed 3
usage_error "--schedules" race --replay 3 --schedules 3
usage_error "which order" race --replay ""
usage_error "--worlds-max" race --worlds-max 0
usage_error "--expect" race --expect luck
usage_error "loud" race loud
run --help
check "--help exits 0" code_is 0
check "--help names the commands" out_has "race "
run --version
check "--version" out_has "troupe-compare "
run race --help
check "race --help exits 0" code_is 0
check "race --help names the models" out_has "philosophers"
run race --list
check "--list exits 0" code_is 0
check "--list names all engines" test "$(grep --count '^  ' "$temp/out")" -eq 23
check "and says which fail" test "$(grep --count ': fails' "$temp/out")" -eq 9

# -- what fails ---------------------------------------------------------------
run race
check "the account exits 0" code_is 0
check "it fails" out_has "4 of 6 orders fail: 4 overdrawn"
check "in four steps" out_has "the shortest that fails so: 4 steps, 2 changes of who runs; there is no shorter one"
check "at -600" out_has "order 3 of 6 (abba) overdrawn: A holds -600"
check "with the step that decides it" test "$(grep --line-number 'no order holds any more' "$temp/out" | cut --delimiter=: --fields=1)" -eq 6
run race --engine none-fine
check "finer steps fail in two ways" out_has "18 of 20 orders fail: 6 overdrawn, 12 miscounted"
run race --engine late-lock
check "a lock that comes too late is caught" out_has "6 of 10 orders fail: 6 overdrawn"
run race --model transfer
check "two locks: a deadlock" out_has "2 of 4 orders fail: 2 deadlocked"
check "in two steps" out_has "2 steps, 1 change of who runs"
check "who waits for whom" out_has "ta waits for the lock of B, which tb holds; tb waits for the lock of A, which ta holds"
run race --model transfer --engine none
check "transfers without locks make money" out_has "32 of 70 orders fail: 32 miscounted"
check "which is said" out_has "800 came from nowhere"
run race --model transfer --engine none --replay baaaab
check "or lose it" out_has "miscounted: A holds 200, B holds 200, 800 are lost"
run race --model get-then-set
check "the trap of actors" out_has "84 of 98 orders fail: 84 miscounted"
check "makes money" out_has "800 came from nowhere"
run race --model get-then-set --engine none
check "the trap of threads" out_has "4 of 6 orders fail: 4 miscounted"
run race --model philosophers
check "philosophers are stuck" out_has "6 of 912 orders fail: 6 deadlocked"
run race --model philosophers --engine actor-forks
check "forks that are actors are no cure" out_has "23166 of 3159870 orders fail: 23166 deadlocked"
run race --model philosophers --seats 5
check "five philosophers" out_has "120 of 5375346365 orders fail"

# -- what holds ---------------------------------------------------------------
holds() { # N ARGUMENT...
  local n=$1
  shift
  run race "$@" --expect hold
  check "exit 0: $*" code_is 0
  check "all $n orders hold: $*" out_has "all $n orders hold"
  check "no story: $*" out_lacks "   1. "
}
holds 2 --engine lock
holds 6 --engine lock --tellers 3
holds 6 --engine atomics
holds 14 --engine actor
holds 636 --engine actor --tellers 3
holds 2 --model transfer --engine one-lock
holds 4 --model transfer --engine ordered-locks
holds 20 --model transfer --engine atomics
holds 202 --model transfer --engine actor
holds 2 --model get-then-set --engine lock
holds 6 --model get-then-set --engine atomics
holds 98 --model get-then-set --engine actor-set-if
holds 14 --model get-then-set --engine actor-one-message
holds 403 --model philosophers --engine ordered-locks
holds 93351 --model philosophers --engine semaphore
holds 330 --model philosophers --engine actor-waiter
holds 6 --balance 2000 # enough for both
run race --expect hold
check "--expect hold: exit 1 where an order fails" code_is 1
check "and says so" err_has "an order fails, and all were expected to hold"
run race --expect fail
check "--expect fail: exit 0 where one does" code_is 0
run race --engine lock --expect fail
check "--expect fail: exit 1 where none does" code_is 1
check "and says that" err_has "no order fails, and one was expected to"

# -- replays ------------------------------------------------------------------
replays() { # ARGUMENT...: the story of the shortest is the same by its number, by its word and by the line that is printed
  local number word again
  run race "$@"
  cp "$temp/out" "$temp/told"
  number=$(sed --quiet 's/^order \([0-9]*\) of .*/\1/p' "$temp/told")
  word=$(sed --quiet 's/^order .*(\([a-zA-Z]*\)).*/\1/p' "$temp/told")
  again=$(sed --quiet 's/^again: troupe-compare //p' "$temp/told")
  run race "$@" --replay "$number"
  check "by its number: $*" cmp --silent <(story_of "$temp/out") <(story_of "$temp/told")
  run race "$@" --replay "$word"
  check "by its word: $*" cmp --silent <(story_of "$temp/out") <(story_of "$temp/told")
  read -r -a line <<<"$again"
  run "${line[@]}"
  check "by the line: $*" cmp --silent <(story_of "$temp/out") <(story_of "$temp/told")
  check "a replay exits 0: $*" code_is 0
}
replays
replays --engine none-fine --tellers 3
replays --balance 900 --draw 500 --tellers 3
replays --model transfer
replays --model transfer --engine none
replays --model get-then-set
replays --model philosophers --seats 4 --worlds-max 400000
run race --replay 6
check "the last order is there" out_has "order 6 of 6 (bba) holds: A holds 200"
run race --replay 7
check "one beyond it exits 1" code_is 1
check "and says so" err_has "there is no order 7: they go from 1 to 6"
run race --replay ab
check "a beginning is played" out_has "order ab not over: others could go on"
run race --replay abx
check "nobody's letter exits 1" code_is 1
check "and names whose there are" err_has "'x' is nobody here: a for ta, b for tb"
run race --replay aaa
check "a step that cannot be exits 1" code_is 1
check "and is named" err_has "step 3 of the order: ta cannot go on there"
run race --replay ab --expect hold
check "--expect goes by the order that is replayed" code_is 0
run race --replay abba --expect hold
check "which may fail" code_is 1

# -- orders drawn at random ---------------------------------------------------
run race --model philosophers --schedules 300 --seed 4
cp "$temp/out" "$temp/first"
check "drawn orders exit 0" code_is 0
check "so many were drawn" out_has "of 300 schedules of seed 4 fail"
check "the first that fails is numbered" grep --quiet '^schedule [0-9]* is the first' "$temp/out"
check "and made as short as can be" out_has "3 steps, 2 changes of who runs; there is no shorter one"
run race --model philosophers --schedules 300 --seed 4
check "the same seed finds the same" cmp --silent "$temp/out" "$temp/first"
run race --model philosophers --schedules 300 --seed 5
check "another seed finds others" test "$(head --lines=3 "$temp/out")" != "$(head --lines=3 "$temp/first")"
run race --engine actor --schedules 50
check "where all orders hold all schedules do" out_has "none of 50 schedules of seed 1 fails"
run race --model philosophers --seats 8 --engine actor-forks --worlds-max 1000
check "too many worlds exit 1" code_is 1
check "and say what to do" err_has "there are more than 1000 worlds"
run race --model philosophers --seats 8 --engine actor-forks --worlds-max 1000 --schedules 100
check "then they are drawn" code_is 0
check "and shrunk without a promise" out_has "whether there is a shorter one is not known"
word=$(sed --quiet 's/^order \([a-zA-Z]*\) deadlocked.*/\1/p' "$temp/out")
cp "$temp/out" "$temp/told"
run race --model philosophers --seats 8 --engine actor-forks --worlds-max 1000 --replay "$word"
check "and replayed by their word" cmp --silent <(story_of "$temp/out") <(story_of "$temp/told" | grep --invert-match '^      --')

# -- JSON ---------------------------------------------------------------------
run race --model get-then-set --json
check "json: one line" test "$(wc --lines <"$temp/out")" -eq 1
check "json: counts" json 'x["counted"]["orders"] == 98 and x["counted"]["miscounted"] == 84 and x["fails"]'
check "json: the order" json 'x["shown"]["number"] == 9 and x["shown"]["word"] == "abAAabAA" and x["shown"]["shortest"]'
check "json: each step with its world" json '[s["world"]["accounts"][0]["balance"] for s in x["shown"]["steps"]] == [1000] * 6 + [200, 200]'
check "json: where money comes from nowhere" json '[s["money_off"] for s in x["shown"]["steps"]] == [0] * 7 + [800]'
check "json: where it is lost" json 'x["shown"]["lost_after"] == 2 and x["shown"]["steps"][1]["ways_on"]["orders"] == x["shown"]["steps"][1]["ways_on"]["fail"]'
run race --json --engine lock --schedules 5 --seed 9
check "json: drawn orders" json 'x["drawn"] == {"seed": 9, "schedules": 5, "fail": 0, "first_number": 0, "first_word": ""}'
run race --json --engine magic
check "json: a usage error too" json 'x["error"] == "usage" and "magic" in x["message"]'
run race --json --replay 7
check "json: a failure too" json 'x["error"] == "failed"'

# -- timelines ----------------------------------------------------------------
for arguments in "" "--model transfer" "--model transfer --engine none" "--model get-then-set" "--model philosophers" \
  "--model philosophers --engine actor-forks" "--model philosophers --engine semaphore" "--model transfer --engine actor"; do
  read -r -a words <<<"$arguments"
  run race "${words[@]+"${words[@]}"}" --trace "$temp/trace.json"
  check "trace: exit 0: $arguments" code_is 0
  check "trace: sound: $arguments" sound "$temp/trace.json"
done
run race --model get-then-set --trace "$temp/trace.json"
check "trace: arrows for letters" sound "$temp/trace.json"
check "trace: six of them" grep --quiet '8 slices, 6 arrows, 4 spans' "$temp/sound"
# spoil SED: the checker has to see it.
spoil() {
  sed "$1" "$temp/trace.json" >"$temp/spoilt.json"
  check "the checker sees: $1" test "$(cmp "$temp/trace.json" "$temp/spoilt.json" >/dev/null 2>&1 && echo same || echo other)" = other
  check "and refuses: $1" test "$(python3 "$root/scripts/check_trace.py" "$temp/spoilt.json" >/dev/null 2>&1 && echo 0 || echo 1)" = 1
}
spoil 's/"ph":"f"/"ph":"s"/'
spoil 's/"dur":900/"dur":1100/g'
spoil 's/"ts":1000,/"ts":"1000",/'
spoil 's/"ph":"e"/"ph":"b"/'
spoil 's/"ts":2100,/"ts":2950,/'
spoil 's/"thread_name"/"thread"/'
spoil 's/]}$//'
spoil 's/"balance":200/"balance":"200"/'

# -- pages --------------------------------------------------------------------
run race --html "$temp/page.html"
check "page: exit 0" code_is 0
check "page: it has the story" grep --quiet --fixed-strings 'ta takes 800 from A, which holds -600 now' "$temp/page.html"
check "page: and asks for no other file" test "$(grep --count --extended-regexp 'src=|href=|url\(|https?:' "$temp/page.html")" -eq 0
check "page: and allows none" grep --quiet --fixed-strings "default-src 'none'" "$temp/page.html"

# -- what fails says so -------------------------------------------------------
run race --trace "$temp/no/such/folder"
check "a file that cannot be written exits 1" code_is 1
check "and is named" err_has "no/such/folder cannot be written: No such file or directory"
run race --html /dev/full
check "a full disk exits 1" code_is 1
check "and is said" err_has "/dev/full cannot be written: No space left on device"
code=0
"$compare" race >/dev/full 2>"$temp/err" || code=$?
check "a full standard output exits 1" code_is 1
check "and says so" err_has "standard output cannot be written"

printf '%s passed, %s failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
