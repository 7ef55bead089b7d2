#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-primes as a user runs it: arguments, streams, junk, exit codes, signals, outputs that cannot be written, memory.
#   primes_cli_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

primes=$(realpath "$1")/troupe-primes
all_engines=(serial threads processes actors)
stream_numbers=1000000
rss_kb_max=400000 # sanitizers need most of it

# run ARGUMENT...: sets code, and leaves what was printed in $temp/out and $temp/err.
run() {
  code=0
  "$primes" "$@" >"$temp/out" 2>"$temp/err" </dev/null || code=$?
}
# feed TEXT ARGUMENT...: the same, with standard input.
feed() {
  local text=$1
  shift
  code=0
  printf '%b' "$text" | "$primes" "$@" >"$temp/out" 2>"$temp/err" || code=$?
}
code_is() { [[ $code -eq $1 ]] || { printf 'exit code %s\n' "$code" >&2; cat "$temp/err" >&2; false; }; }
out_is() { [[ $(cat "$temp/out") == "$1" ]] || { cat "$temp/out" >&2; false; }; }
out_has() { grep --quiet --fixed-strings -- "$1" "$temp/out" || { cat "$temp/out" >&2; false; }; }
err_has() { grep --quiet --fixed-strings -- "$1" "$temp/err" || { cat "$temp/err" >&2; false; }; }
err_lines() { [[ $(wc --lines <"$temp/err") -eq $1 ]] || { cat "$temp/err" >&2; false; }; }
gone() { # PID: it has ended within five seconds
  local i
  for ((i = 0; i < 100; i++)); do
    kill -0 "$1" 2>/dev/null || return 0
    [[ $(sed 's/.*) \(.\) .*/\1/' "/proc/$1/stat" 2>/dev/null || echo Z) == Z ]] && return 0
    sleep 0.05
  done
  false
}

# until_so COMMAND...: as soon as it succeeds, within 20 seconds; a program of the sanitizers on a busy machine starts slowly.
until_so() {
  local i
  for ((i = 0; i < 400; i++)); do
    "$@" && return 0
    sleep 0.05
  done
}
# A shell starts what it puts behind with SIGINT ignored, until the program means its own.
hears_int() { (((0x$(sed --quiet 's/^SigIgn:[^0-9a-f]*//p' "/proc/$1/status" 2>/dev/null || true) & 2) == 0)); }
has_workers() { [[ -n $(cat "/proc/$1/task/"*/children 2>/dev/null || true) ]]; }

# -- usage errors: one clear line, exit 2
usage_error() { # WORDS ARGUMENT...
  local words=$1
  shift
  run "$@"
  check "exit 2: $*" code_is 2
  check "one line: $*" err_lines 1
  check "says '$words': $*" err_has "$words"
}
usage_error --engine --engine magic 7
usage_error --method --method guess 7
usage_error --workers --workers 0 7
usage_error "one of them" --file - 7
usage_error "one of them" --prove --method trial 7
usage_error "one at a time" --factor --certificate 7
usage_error "A..B" --range 7
usage_error "is above" --range 9..7
usage_error "A..B" --range ''
usage_error "takes no numbers" --check-certificate - 7
usage_error "--count is for --range" --count 7
usage_error --runs tutorial --runs 0
run --file "$temp/nothing"
check "a file that is not there: exit 1" code_is 1
check "and its name" err_has "$temp/nothing: No such file"
run --file ''
check "a file without a name: exit 1" code_is 1
run --file "$temp"
check "a folder: exit 1" code_is 1
check "and why" err_has "$temp: Is a directory"

# -- verdicts
run --help
check "--help" out_has "probable prime"
run --version
check "--version" out_has "troupe-primes "
for engine in "${all_engines[@]}"; do
  run --engine "$engine" 7 9 18446744073709551557 170141183460469231731687303715884105727
  check "four numbers ($engine)" out_is $'7 prime\n9 composite\n18446744073709551557 prime\n170141183460469231731687303715884105727 probable prime'
  check "exit 0 ($engine)" code_is 0
  feed '7\r\n\n x\n9' --engine "$engine" --file -
  check "junk in its place ($engine)" out_is $'7 prime\ninvalid\n9 composite'
  check "junk is told ($engine)" err_has "standard input: line 3 is no whole number"
  check "junk: exit 1 ($engine)" code_is 1
  feed '7\nx\n9\n' --engine "$engine" --strict
  check "--strict ends ($engine)" out_is $'7 prime\ninvalid'
  check "--strict: exit 2 ($engine)" code_is 2
  check "--strict: one line ($engine)" err_lines 1
done
run --prove 170141183460469231731687303715884105727
check "--prove" out_is "170141183460469231731687303715884105727 prime"
run --json 8
check "--json" out_is '{"number":"8","verdict":"composite"}'
run --method trial 112272535095293
check "trial" out_is "112272535095293 prime"
run --method trial 18446744073709551616
check "trial has a limit" out_is "18446744073709551616 too large"
check "and says so" err_has "number 1 is too large"
run '7
9'
check "an argument is one number" out_is invalid
run --factor 60 340282366920938463463374607431768211457
check "--factor" out_is $'60: 2 2 3 5\n340282366920938463463374607431768211457: 59649589127497217 5704689200685129054721'
run --certificate 1000000000000000000000007
check "--certificate" out_has "primality-certificate 1"
run --certificate 9
check "of a composite: exit 1" code_is 1
check "and why" err_has "number 1: not prime"
run --certificate 1000000000000000000000007 18446744073709551629
cp "$temp/out" "$temp/certificates"
run --check-certificate "$temp/certificates"
check "--check-certificate" out_is $'1000000000000000000000007 prime\n18446744073709551629 prime'
check "they hold: exit 0" code_is 0
last=$(grep --line-number '^factor' "$temp/certificates" | tail --lines=1 | cut --delimiter=: --fields=1)
sed "$last s/^factor [0-9]*/factor 4/" "$temp/certificates" >"$temp/damaged"
run --check-certificate "$temp/damaged"
check "one that is damaged: exit 1" code_is 1
check "the other holds" out_is "1000000000000000000000007 prime"
step=$(grep --line-number '^n-1' "$temp/damaged" | tail --lines=1 | cut --delimiter=: --fields=1)
check "the flaw and its line" err_has "$temp/damaged: line $step: a factor is neither a prime below 2^64 nor proved"
feed '' --check-certificate -
check "an empty one: exit 1" code_is 1
check "and why" err_has "standard input: line 1: it does not begin with"
# 101 * 103, in PARI's form: all holds but the size of q
feed '[[10403, 10301, 1, 5254, [0, 7315]]]' --check-certificate -
check "of PARI, false: exit 1" code_is 1
check "of PARI, its step" err_has "standard input: step 1: q is too small"
if command -v gp >/dev/null; then
  feed "$(gp -qf -s 400M <<<'primecert(nextprime(10^60))')" --check-certificate -
  check "of PARI, true" out_is "$(gp -qf <<<'nextprime(10^60)') prime"
fi
run --check-certificate "$temp/nothing"
check "no such certificate: exit 1" code_is 1
run --range 10..30
check "--range" out_is $'11\n13\n17\n19\n23\n29'
run --range 0..1000000 --count
check "--count" out_is 78498
run tutorial --runs 1 --json
check "tutorial" test "$(grep --count '"speed_up":' "$temp/out")" -eq 4

# -- streams: in order, by all engines the same, in bounded memory
awk -v n="$stream_numbers" 'BEGIN { srand(3); for (i = 0; i < n; i++) printf "%d%09d\n", rand() * 9e8, rand() * 1e9 }' >"$temp/many"
expected=''
for engine in "${all_engines[@]}"; do
  # Its own high-water mark, as the kernel has it.
  "$primes" --engine "$engine" --progress never <"$temp/many" 2>"$temp/err" |
    tee >(md5sum >"$temp/sum") >/dev/null
  "$primes" --engine "$engine" <"$temp/many" >"$temp/answers" &
  pid=$!
  started+=("$pid")
  peak=0
  while kill -0 "$pid" 2>/dev/null; do
    now=$(sed --quiet 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status" 2>/dev/null || true)
    ((${now:-0} > peak)) && peak=$now
    sleep 0.02
  done
  check "the stream ends in order ($engine)" wait "$pid"
  check "a stream is $peak kB ($engine)" test "$peak" -lt "$rss_kb_max"
  check "an answer a number ($engine)" test "$(wc --lines <"$temp/answers")" -eq "$stream_numbers"
  sum=$(md5sum <"$temp/answers")
  check "the same into a pipe ($engine)" test "$sum" = "$(cat "$temp/sum")"
  check "the same as serial ($engine)" test "${expected:=$sum}" = "$sum"
done
check "in the input's order" cmp --silent "$temp/many" <(sed 's/ .*//' "$temp/answers")

# -- what fails says so
for engine in "${all_engines[@]}"; do
  code=0
  "$primes" --engine "$engine" <"$temp/many" >/dev/full 2>"$temp/err" || code=$?
  check "a full disk: exit 1 ($engine)" code_is 1
  check "one line ($engine)" err_lines 1
  check "that says so ($engine)" err_has "standard output: No space left on device"
  code=0
  yes 1000000007 | timeout 20 "$primes" --engine "$engine" 2>"$temp/err" | head --lines=2 >"$temp/out" || code=$?
  check "head ends an endless stream ($engine)" out_is $'1000000007 prime\n1000000007 prime'
  check "quietly ($engine)" err_lines 0
done

code=0
timeout 30 "$primes" tutorial --runs 1000 --json >/dev/full 2>"$temp/err" || code=$?
check "the tutorial says it at once" code_is 1
check "in one line" err_lines 1

# closed standard streams: nothing of ours takes their place
for engine in "${all_engines[@]}"; do
  code=0
  timeout 20 "$primes" --engine "$engine" <&- >"$temp/out" 2>"$temp/err" || code=$?
  check "no standard input: exit 1 ($engine)" code_is 1
  check "says so ($engine)" err_has "standard input: Bad file descriptor"
  check "and answers nothing ($engine)" test ! -s "$temp/out"
  code=0
  timeout 20 "$primes" --engine "$engine" 7 9 >&- 2>"$temp/err" || code=$?
  check "no standard output: exit 1 ($engine)" code_is 1
  check "says so once ($engine)" err_lines 1
  check "and which ($engine)" err_has "standard output: Bad file descriptor"
  code=0
  timeout 20 "$primes" --engine "$engine" 7 x 9 >"$temp/out" 2>&- || code=$?
  check "no standard error: exit 1 for the junk ($engine)" code_is 1
  check "no complaint is an answer ($engine)" out_is $'7 prime\ninvalid\n9 composite'
done
for tool in --factor --certificate; do
  code=0
  timeout 20 "$primes" "$tool" 1000003 >&- 2>"$temp/err" || code=$?
  check "$tool, no standard output: exit 1" code_is 1
  check "$tool says so" err_has "standard output"
done
code=0
timeout 20 "$primes" --range 1..100 >&- 2>"$temp/err" || code=$?
check "--range, no standard output: exit 1" code_is 1

# -- signals: what is written is whole, and nobody is left behind
for engine in "${all_engines[@]}"; do
  for signal in INT TERM; do
    mkfifo "$temp/pipe"
    yes 1000000007 >"$temp/pipe" 2>/dev/null &
    source_pid=$!
    started+=("$source_pid")
    "$primes" --engine "$engine" --file "$temp/pipe" >"$temp/out" 2>"$temp/err" &
    pid=$!
    started+=("$pid")
    until_so test -s "$temp/out"
    sleep 0.3
    workers=$(cat "/proc/$pid/task/"*/children 2>/dev/null || true)
    kill -"$signal" "$pid"
    code=0
    wait "$pid" || code=$?
    check "$signal ($engine)" code_is "$([[ $signal == INT ]] && echo 130 || echo 143)"
    check "something was written ($engine)" test -s "$temp/out"
    check "and is whole ($engine)" test "$(sort --unique "$temp/out")" = "1000000007 prime"
    for worker in $workers; do
      check "no worker is left after $signal" gone "$worker"
    done
    kill "$source_pid" 2>/dev/null || true
    rm "$temp/pipe"
  done
done
for engine in "${all_engines[@]}"; do
  "$primes" --engine "$engine" --method trial 18446744073709551557 >"$temp/out" 2>"$temp/err" &
  pid=$!
  started+=("$pid")
  until_so has_workers "$pid"
  sleep 0.2
  workers=$(cat "/proc/$pid/task/"*/children 2>/dev/null || true)
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null || true
  check "it had processes of its own ($engine)" test -n "$workers"
  for worker in $workers; do
    check "no process is left after KILL ($engine)" gone "$worker"
  done
done

# -- the tools: a reader who leaves, a stop in the middle, a process that dies
for arguments in "--range 0..100000000" "--factor --file $temp/many"; do
  read -ra parts <<<"$arguments"
  "$primes" "${parts[@]}" 2>"$temp/err" | head --lines=1 >"$temp/out" || true
  check "head ends ${parts[0]} quietly" err_lines 0
  check "${parts[0]}: head has its line" test -s "$temp/out"
done
# stopped WORDS ARGUMENT...: is started, hears SIGINT at once, and leaves no process and no file.
stopped() {
  local words=$1
  shift
  mkdir "$temp/folder" "$temp/scratch"
  (cd "$temp/folder" && exec env TMPDIR="$temp/scratch" "$primes" "$@" >"$temp/out" 2>"$temp/err") &
  pid=$!
  started+=("$pid")
  until_so has_workers "$pid"
  until_so hears_int "$pid"
  sleep 1
  workers=$(cat "/proc/$pid/task/"*/children 2>/dev/null || true)
  check "$words: in a process of its own" test -n "$workers"
  kill -INT "$pid"
  check "$words: ends at once" gone "$pid"
  code=0
  wait "$pid" || code=$?
  check "$words: exit 130" code_is 130
  for worker in $workers; do
    check "$words: no process is left" gone "$worker"
  done
  check "$words: no file is left" test -z "$(find "$temp/folder" "$temp/scratch" -type f)"
  rm --recursive "$temp/folder" "$temp/scratch"
}
hard=210000000000000000000000000004398200000000000000000000000012096237 # two primes of 33 digits
stopped --factor --factor "$hard"
stopped --certificate --certificate 730413925953676841981178304110266699612969559317415317193242307499463
stopped --count --range 18446744000000000000..18446744073709551615 --count
stopped "a list" --range 18446744000000000000..18446744073709551615
# to a reader who sleeps
mkfifo "$temp/pipe"
for arguments in "--range 0..1000000000" "--factor --file $temp/many"; do
  read -ra parts <<<"$arguments"
  # shellcheck disable=SC2217 # it does not read: that is the point
  sleep 60 <"$temp/pipe" &
  sleeper=$!
  started+=("$sleeper")
  "$primes" "${parts[@]}" >"$temp/pipe" 2>"$temp/err" &
  pid=$!
  started+=("$pid")
  until_so hears_int "$pid"
  sleep 1.5
  kill -INT "$pid"
  check "${parts[0]} to a reader who sleeps ends at once" gone "$pid"
  kill "$pid" "$sleeper" 2>/dev/null || true
  code=0
  wait "$pid" || code=$?
  check "and with 130" code_is 130
done
"$primes" --factor "$hard" 12 >"$temp/out" 2>"$temp/err" &
pid=$!
started+=("$pid")
until_so has_workers "$pid"
sleep 0.3
kill -KILL "$(cat "/proc/$pid/task/"*/children)"
code=0
wait "$pid" || code=$?
check "a process that dies: exit 1" code_is 1
check "its number is named" err_has "number 1: the process that did the work died"
check "and the next is answered" out_is "12: 2 2 3"

printf '%s passed, %s failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
