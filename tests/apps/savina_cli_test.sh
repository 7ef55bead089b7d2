#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-savina as a user runs it: arguments, words, JSON, exit codes; every benchmark by every engine.
#   savina_cli_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

savina=$(cd -- "$1" && pwd)/troupe-savina

# run ARGUMENT...: sets code, and leaves what was printed in $temp/out and $temp/err.
run() {
  code=0
  timeout 120 "$savina" "$@" >"$temp/out" 2>"$temp/err" </dev/null || code=$?
}
code_is() { [[ $code -eq $1 ]] || { printf 'exit code %s\n' "$code" >&2; cat "$temp/err" >&2; false; }; }
out_has() { grep --quiet --extended-regexp -- "$1" "$temp/out" || { cat "$temp/out" >&2; false; }; }
err_has() { grep --quiet --fixed-strings -- "$1" "$temp/err" || { cat "$temp/err" >&2; false; }; }
err_is_one_line() { [[ $(wc --lines <"$temp/err") -eq 1 ]] || { cat "$temp/err" >&2; false; }; }
answer() { sed --quiet 's/.*"answer":"\([^"]*\)".*/\1/p' "$temp/out"; }

# -- usage errors: one clear line, exit 2 -------------------------------------
usage_error() { # WORDS ARGUMENT...
  local words=$1
  shift
  run "$@"
  check "exit 2: $*" code_is 2
  check "one line: $*" err_is_one_line
  check "says '$words': $*" err_has "$words"
  check "nothing else: $*" test ! -s "$temp/out"
}
usage_error "no benchmark given"
usage_error "no such benchmark: ping" ping
usage_error "--loud" --loud
usage_error "--engine" ping-pong --engine threads
usage_error "--engine" ping-pong --engine actors-forks
usage_error "--pings" ping-pong --pings 0
usage_error "--pings" ping-pong --pings 1000000001
usage_error "--pings" ping-pong --pings many
usage_error "--pings" ping-pong --pings -1
usage_error "--members" threadring --members 1
usage_error "--members" threadring --members 1001
usage_error "--workers" fjcreate --workers 0
usage_error "--threads-at-once" fjcreate --threads-at-once 0
usage_error "--producers" counting --producers 65
usage_error "--unanswered-max" counting --unanswered-max 1
usage_error "--creatures" chameneos --creatures 1
usage_error "--members" big --members 1001
usage_error "--accounts" banking --accounts 1
usage_error "--tellers" banking --tellers 0
usage_error "--seats" philosophers --seats 1
usage_error "--chairs" barber --chairs 0
usage_error "--threads" ping-pong --threads 65
usage_error "--policy" ping-pong --policy none
usage_error "more" ping-pong more
run ping-pong --pings 0 --json
check "with --json: exit 2" code_is 2
check "with --json: an object too" out_has '^\{"error":"usage","message":".*--pings.*"\}$'

# -- help and list ------------------------------------------------------------
run --help
check "--help exits 0" code_is 0
check "--help says how it ends" out_has "Exit codes: 0 done"
run --version
check "--version" out_has '^troupe-savina [0-9]'
run --list
check "--list exits 0" code_is 0
benchmarks=(ping-pong threadring fjcreate counting chameneos big banking philosophers barber)
listed() { [[ "$(sed --quiet 's/^\([a-z][-a-z]*\) .*/\1/p' "$temp/out" | tr '\n' ' ')" == "${benchmarks[*]} " ]]; }
check "--list has all nine, in their order" listed
check "with their numbers" out_has '^ +--seats 20 --rounds 10000 --engine actors\|actors-forks\|locks$'
for name in "${benchmarks[@]}"; do
  run "$name" --help
  check "$name --help exits 0" code_is 0
  check "$name --help has the engines" out_has "--engine"
done

# -- every benchmark by every engine: one answer ------------------------------
# same NUMBERS ANSWER NAME OPTION...
same() {
  local expected=$1 name=$2 engine engines=(actors locks)
  shift 2
  if [[ $name == philosophers ]]; then
    engines+=(actors-forks)
  fi
  for engine in "${engines[@]}"; do
    run "$name" --engine "$engine" "$@" --json
    check "$name by $engine: exit 0" code_is 0
    check "$name by $engine: quiet" test ! -s "$temp/err"
    check "$name by $engine: $expected" grep --quiet --extended-regexp "^$expected$" <(answer)
    check "$name by $engine: it holds" out_has "\"benchmark\":\"$name\",\"engine\":\"$engine\",.*\"holds\":true,\"fault\":\"\""
    check "$name by $engine: it took time" out_has '"wall_s":[0-9.]+(E-?[0-9]+)?,"cpu_s":'
    answers+=("$(answer)")
  done
  check "$name: one answer" test "$(printf '%s\n' "${answers[@]}" | sort --unique | wc --lines)" -eq 1
  answers=()
}
answers=()
same '300 pings, 300 pongs' ping-pong --pings 300
same '1234 hops, ended at member 4' threadring --members 10 --hops 1234
same '500 workers, sum [0-9a-f]{16}' fjcreate --workers 500
same '20000 counted' counting --increments 20000 --producers 3
same '900 meetings, 1800 counted by creatures' chameneos --creatures 10 --meetings 900
same '600 pings, 600 pongs' big --members 6 --pings 100
same '2000 transfers among 10 accounts, balances [0-9a-f]{16}' banking --accounts 10 --transfers 2000 --seed 5
same '5 philosophers, 500 meals, 5 forks on the table' philosophers --seats 5 --rounds 100
same '200 haircuts, 200 customers content, hair [0-9a-f]{16}' barber --haircuts 200 --chairs 2 --seed 7
run barber --haircuts 200 --chairs 2 --json --seed 7
check "numbers that were given are told" out_has '"parameters":\{"haircuts":200,"chairs":2,"arrival-steps":1000,"haircut-steps":1000,"seed":7\}'
hair=$(answer)
run barber --haircuts 200 --chairs 2 --json --seed 8
check "another seed, another answer" test "$(answer)" != "$hair"
for how in "--threads 1" "--threads 3 --policy sharing"; do
  read -r -a line <<<"$how"
  run chameneos --creatures 10 --meetings 900 "${line[@]}"
  check "in words, $how" out_has '^chameneos by actors: 900 meetings, 1800 counted by creatures; [0-9.]+ s, CPU [0-9.]+ s$'
  check "and what may differ, $how" out_has '^  each met [0-9]+ to [0-9]+ others, [0-9]+ of them of its own colour$'
done

# -- what cannot be had -------------------------------------------------------
code=0
"$savina" ping-pong --json >/dev/full 2>"$temp/err" || code=$?
check "a full disk: exit 1" code_is 1
check "which is said" err_has "standard output cannot be written"
few_threads() { # ARGUMENT...: where a process can have no more memory than for some threads
  code=0
  (ulimit -v 400000 && exec timeout 60 "$savina" "$@") >"$temp/out" 2>"$temp/err" </dev/null || code=$?
}
if [[ -z ${TROUPE_BIG_ADDRESSES-} ]]; then # sanitizers reserve more than that
  few_threads big --engine locks --members 1000 --pings 1
  check "too few threads: exit 1" code_is 1
  check "too few threads: one line" err_is_one_line
fi

say
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
