#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-jobs run --at as a user runs it: the outputs of a run here, a slow reader, nodes that are killed, stand still,
# leave and refuse, a coordinator that is lost, signals, a client that is killed, a log to go on from.
#   jobs_far_cli_test.sh BINARIES
# shellcheck disable=SC2016  # what stands in single quotes is for other shells
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$(realpath "$1")
cd "$temp"
mark=97$$ # of this test's sleeping processes
long=${mark}1

# run COMMAND...: sets code, and leaves what was printed in out and err. It has ended after two minutes.
run() {
  code=0
  timeout --foreground 120 "$@" >out 2>err </dev/null || code=$?
}
code_is() { [[ $code -eq $1 ]] || { printf 'exit code %s\n' "$code" >&2; head --lines=5 err >&2; false; }; }
err_is_one_line() { [[ $(wc --lines <err) -eq 1 ]] || { cat err >&2; false; }; }
has() { grep --quiet --fixed-strings -- "$2" "$1" || { head --lines=5 "$1" >&2; false; }; }
refused() { # WORDS COMMAND...
  run "${@:2}"
  check "refused: ${*:2}" test "$code" -ne 0
  check "one line: ${*:2}" err_is_one_line
  check "says '$1': ${*:2}" has err "$1"
}
# wait_for COMMAND...: a minute at most.
wait_for() {
  local i
  for ((i = 0; i < 600; i++)); do
    if "$@"; then
      return 0
    fi
    sleep 0.1
  done
  return 1
}
running() { pgrep --full --count "^sleep $1\$" || true; } # SECONDS: programs that this test alone has
running_is() { [[ $(running "$1") -eq $2 ]]; }
tj() { "$bin/troupe-jobs" run --at "$at" "$@"; }
far() { run "$bin/troupe-jobs" run --at "$at" "$@"; }

# -- usage
refused 'is no HOST:PORT' "$bin/troupe-jobs" run --at nowhere true ::: a
refused '--wait' "$bin/troupe-jobs" run --at 127.0.0.1:9 --wait 0 true ::: a
refused '--wait requires --at' "$bin/troupe-jobs" run --wait 3 true ::: a
refused 'are for --join with --roles jobs' "$bin/troupe-node" --join 127.0.0.1:9 --roles primes --jobs-slots 3
refused 'are for --join with --roles jobs' "$bin/troupe-node" --join 127.0.0.1:9 --roles primes --jobs-allow true
refused 'are for --join with --roles jobs' "$bin/troupe-node" --coordinate --listen 127.0.0.1:0 --jobs-folder .
refused 'a coordinator runs no jobs' "$bin/troupe-node" --coordinate --listen 127.0.0.1:0 --roles jobs
refused 'neither a name nor an absolute path' "$bin/troupe-node" --join 127.0.0.1:9 --roles jobs --jobs-allow ./x
refused 'does not exist' "$bin/troupe-node" --join 127.0.0.1:9 --roles jobs --jobs-folder nowhere
refused 'not expected' "$bin/troupe-jobs" play --at 127.0.0.1:9 song
refused 'not expected' "$bin/troupe-jobs" unpack --at 127.0.0.1:9 a.tar
run "$bin/troupe-jobs" run --at 127.0.0.1:9 --wait 1 true ::: a
check 'no coordinator: 255' code_is 255
check 'says so' has err 'no coordinator for 1 s'
refused 'TLS on both sides' "$bin/troupe-jobs" run --at 192.0.2.1:7000 true ::: a
run "$bin/troupe-jobs" run --at 127.0.0.1:9 --dry-run echo {} ::: 'a b'
check 'a dry run needs nobody' test "$(cat out)" = "echo 'a b'"

# -- a coordinator, two nodes
coordinate() { # LISTEN OPTION...
  : >head.out
  "$bin/troupe-node" --coordinate --listen "$@" >>head.out 2>>head.err &
  head=$!
  started+=("$head")
  wait_for grep --quiet '^listening on' head.out || die 'the coordinator did not start'
  at=$(sed --quiet 's/^listening on \([^ ]*\).*/\1/p' head.out)
}
declare -A pid
worker() { # NAME OPTION...
  OF_NODE=$1 "$bin/troupe-node" --join "$at" --roles jobs ${1:+--name "$1"} "${@:2}" >>"$1.log" 2>&1 &
  pid[${1:-tls}]=$!
  started+=("$!")
}
state_is() { [[ $("$bin/troupe-node" status --at "$at" 2>/dev/null | awk -v n="$1" '$1 == n { print $2 }') == "$2" ]]; }
up() { check "$1 is up" wait_for state_is "$1" up; }
end_with() { # SIGNAL PID
  kill "-$1" "$2"
  wait "$2" 2>/dev/null || true
  forget_process "$2"
}
# begin NAME OPTION...: in the background; sets job. What it prints goes to NAME.out and .err.
begin() {
  local name=$1
  shift
  env --default-signal=INT "$bin/troupe-jobs" run --at "$at" "$@" >"$name.out" 2>"$name.err" </dev/null &
  job=$!
  started+=("$job")
}
# end_of NAME: sets code.
end_of() {
  code=0
  wait "$job" || code=$?
  forget_process "$job"
  cp "$1.err" err
}
ran_are() { [[ -e $1.ran && $(wc --lines <"$1.ran") -ge $2 ]]; }
done_are() { [[ -e $1.log && $(rows "$1.log" '"exit":0') -ge $2 ]]; }
rows() { grep --count "$2" "$1" || true; } # LOG WORDS
hwm() { awk '/^VmHWM/ { print $2 }' "/proc/$1/status"; } # KiB

coordinate 127.0.0.1:0
begin early echo ::: a b
check 'without a node it says so' wait_for grep --quiet 'no node runs jobs' early.err
mkdir there
worker anna --jobs-slots 2 --jobs-folder there
end_of early
check 'and goes on when there is one: 0' code_is 0
check 'with both' test "$(sort early.out | tr --delete '\n')" = ab
worker bert --workers 2
up anna
up bert

# -- the same as here
same() { # WORDS OPTION... : byte for byte, and the exit code
  local words=$1 here=0
  shift
  "$bin/troupe-jobs" run --keep-order "$@" >expected 2>expected.err </dev/null || here=$?
  far --keep-order "$@"
  check "$words: exit code $here" code_is "$here"
  check "$words: its output" cmp expected out
}
seq 300 >list
same 'three hundred jobs' --file list --shell 'echo {}; seq {} | tail --lines=3; echo e{} >&2'
check 'their errors' cmp expected.err err
same 'words as they are' printf '<%s>\n' ::: a 'b c' "it's" "\$HOME" '*' '' $'\xff\n'
same 'places' echo '{2}-{1} {#}' ::: d/e.tar.gz f ::: 1 2
same 'tags' --tag printf 'x\ny' ::: a b c
same 'failures' sh -c 'echo {}; exit {}' ::: 0 3 1
same 'no such program' no-such-program-here ::: a
same 'retries' --retries 2 --retry-delay 0.05 --shell 'echo {}; exit 1 #' ::: a b
same 'too much output' --output-max 1000 sh -c 'head --bytes=5000 /dev/zero | tr "\0" x' ::: a
head --bytes=3000000 /dev/urandom >noise
same 'three megabytes' cat ::: "$temp/noise"
same 'a long command' sh -c 'printf "%s\n" "$@" | wc --bytes' sh "$(printf 'x%.0s' {1..100000})" "$(printf 'y%.0s' {1..100000})" "$(printf 'z%.0s' {1..100000})" ::: a
far --line-buffer cat ::: "$temp/noise"
check 'line by line: not a byte more' cmp out noise
far --line-buffer --tag -j 1 printf 'x\ny' ::: a b
check 'tags line by line' test "$(cat out)" = $'a\tx\na\ty\nb\tx\nb\ty'
far --timeout 0.3 sleep ::: "$long"
check 'a timeout' has err 'took too long'
check 'nothing is left' running_is "$long" 0
far --halt first -j 1 --keep-order sh -c 'echo {}; test {} != 2' ::: 1 2 3 4
check 'halt' test "$(cat out)" = $'1\n2'
far --json true ::: a b
check 'json' python3 -c 'import json; r = json.load(open("err")); assert r["done"] == 2 and r["exit"] == 0, r'

# -- where and as whom they run
far --log node.log --shell 'echo $OF_NODE; pwd; echo "${SECRET-none}"; sleep 0.2 #' ::: 1 2 3 4 5 6 7 8
check 'each row names its node' test "$(rows node.log '"node":"\(anna\|bert\)"')" -eq 8
check 'both have had some' test "$(grep --only-matching '"node":"[a-z]*"' node.log | sort --unique | wc --lines)" -eq 2
check 'in the folder of one' has out "$temp/there"
SECRET=x far --shell 'echo "${SECRET-none}" #' ::: a
check "this one's environment stays here" test "$(cat out)" = none
far -j 2 --shell 'echo $(($(date +%s%N) / 1000000)); sleep 0.3; echo $(($(date +%s%N) / 1000000)) #' ::: 1 2 3 4 5 6
check 'no more than -j at the same time' python3 - <<'PY'
times = [int(x) for x in open("out")]
pairs = list(zip(times[::2], times[1::2]))
most = max(sum(b <= t < e for b, e in pairs) for t, _ in pairs)
assert most == 2 and len(pairs) == 6, pairs
PY
end_with TERM "${pid[anna]}"
check 'anna has left' wait_for state_is anna left
worker anna --jobs-slots 2 --jobs-allow echo --jobs-allow /usr/bin/printf
end_with TERM "${pid[bert]}"
up anna
check 'bert has left' wait_for state_is bert left
far --keep-order echo ::: a
check 'what is allowed runs: 0' code_is 0
far /usr/bin/printf ::: a
check 'a path as well: 0' code_is 0
for program in sh /bin/echo printf ./echo; do
  far --log allow.log "$program" ::: a
  check "$program is refused: 1" code_is 1
  check "$program: in words" has err "not started: $program is not among the programs that this node runs"
  check "$program: in the log" has allow.log '"end":"not_started"'
  rm --force allow.log
done
end_with TERM "${pid[anna]}"
check 'anna has left' wait_for state_is anna left
for name in anna bert; do
  worker "$name" --jobs-slots 2
  up "$name"
done

# -- a slow reader holds up the program, and nobody's memory grows
lines=1000000 # of a hundred bytes
before=$(hwm "$head")
nodes=$(($(hwm "${pid[anna]}") + $(hwm "${pid[bert]}")))
(tj --line-buffer --shell "yes $(printf 'x%.0s' {1..99}) | head --lines=$lines; touch written #" ::: a 2>err || true) | (
  sleep 3
  if [[ -e written ]]; then
    touch not-held-up
  fi
  cat
) >big
check 'a slow reader holds up the program' test ! -e not-held-up
check 'all of it comes' test "$(stat --format=%s big)" -eq 100000000
after=$(hwm "$head")
check "the coordinator's memory: $before KiB, then $after" test $((after - before)) -lt 20000
grown=$(($(hwm "${pid[anna]}") + $(hwm "${pid[bert]}") - nodes))
check "the nodes' memory: $nodes KiB, and then $grown more" test "$grown" -lt 40000
rm big written
far --shell "yes $(printf 'x%.0s' {1..99}) | head --lines=$lines #" ::: a
check 'a hundred megabytes, kept here: 0' code_is 0
check 'all of it' test "$(stat --format=%s out)" -eq 100000000
check "the coordinator's memory: $before KiB, then $(hwm "$head")" test $(($(hwm "$head") - before)) -lt 20000

# -- a node is killed: its jobs are lost, and run no second time unasked
begin killed --log killed.log --shell 'echo {} >>killed.ran; exec sleep 2 #' ::: 1 2 3 4 5 6
check 'four run' wait_for ran_are killed 4
end_with KILL "${pid[anna]}"
end_of killed
check 'two jobs failed: 2' code_is 2
check 'says of which node' has err 'node anna was lost'
check 'two are lost in the log' test "$(rows killed.log '"end":"worker_lost".*"node":"anna"')" -eq 2
check 'four are done' test "$(rows killed.log '"exit":0')" -eq 4
check 'none ran twice' test "$(sort killed.ran | uniq | wc --lines)" -eq "$(wc --lines <killed.ran)"
worker anna --jobs-slots 2
up anna
begin again --keep-order --retries 1 --log again.log --shell 'echo {} >>again.ran; sleep 2; echo {} #' ::: 1 2 3 4 5 6
check 'four run' wait_for ran_are again 4
end_with KILL "${pid[anna]}"
end_of again
check 'with --retries all are done: 0' code_is 0
check 'in order' test "$(tr --delete '\n' <again.out)" = 123456
check 'two were tried again' test "$(rows again.log '"final":false')" -eq 2
far --log killed.log --resume-failed --shell 'echo {} >>killed.ran; exec sleep 2 #' ::: 1 2 3 4 5 6
check 'the log is gone on from: 0' code_is 0
check 'with the two that were lost' test "$(rows killed.log '"exit":0')" -eq 6
worker anna --jobs-slots 2
up anna

# -- one stands still: it is lost, and what it ran ends when it wakes up
begin still --log still.log --shell "exec sleep ${mark}2 #" ::: 1 2 3 4
check 'four run' wait_for running_is "${mark}2" 4
kill -STOP "${pid[bert]}"
check 'bert is down' wait_for state_is bert down
check 'two are lost' wait_for bash -c '[[ $(grep --count worker_lost still.log) -eq 2 ]]'
kill -CONT "${pid[bert]}"
check 'what it ran was killed' wait_for running_is "${mark}2" 2
check 'bert has come back' wait_for state_is bert up
kill -INT "$job"
end_of still
check 'Ctrl-C: 130' code_is 130
check 'ends all' running_is "${mark}2" 0
check 'two rows say so' test "$(rows still.log '"end":"stopped"')" -eq 2

# -- one is told to leave: it ends what it has begun
begin drained --keep-order --log drained.log --shell 'echo {} >>drained.ran; sleep 2; echo {} #' ::: 1 2 3 4 5 6 7 8
check 'four run' wait_for ran_are drained 4
check 'bert drains' "$bin/troupe-node" drain bert --at "$at"
forget_process "${pid[bert]}"
end_of drained
check 'nothing was lost: 0' code_is 0
check 'in order' test "$(tr --delete '\n' <drained.out)" = 12345678
check 'each ran once' test "$(wc --lines <drained.ran)" -eq 8
check 'bert has had no more than two' test "$(rows drained.log '"node":"bert"')" -eq 2
worker bert --jobs-slots 2
up bert

# -- signals
begin stubborn --grace 60 --log stubborn.log --shell "trap '' TERM; echo {}; while :; do sleep ${mark}3; done #" ::: 1 2
check 'two run' wait_for running_is "${mark}3" 2
kill -TERM "$job"
sleep 0.5
check 'the first one waits' kill -0 "$job"
kill -TERM "$job"
end_of stubborn
check 'the second one does not: 143' code_is 143
check 'and kills' wait_for running_is "${mark}3" 0
check 'two rows' test "$(rows stubborn.log '"end":"stopped"')" -eq 2
begin gone --shell "sleep ${mark}4 & exec sleep ${mark}4 #" ::: 1 2 3 4
check 'eight run' wait_for running_is "${mark}4" 8
end_with KILL "$job"
check 'a client that is killed leaves no program' wait_for running_is "${mark}4" 0
far --keep-order echo ::: 1 2 3 4
check 'and no hand' test "$(tr --delete '\n' <out)" = 1234

# -- the coordinator is lost
begin lost --keep-order --retries 1 --log lost.log --shell 'echo {} >>lost.ran; sleep 1; echo {} #' ::: 1 2 3 4 5 6 7 8 9
check 'some are done' wait_for done_are lost 4
end_with KILL "$head"
check 'it says so' wait_for grep --quiet 'the coordinator was lost' lost.err
coordinate "$at"
end_of lost
check 'and goes on at the next one: 0' code_is 0
check 'says so' has err 'the run goes on'
check 'in order' test "$(tr --delete '\n' <lost.out)" = 123456789
check 'nothing done was done again' test "$(wc --lines <lost.ran)" -le $((9 + $(rows lost.log '"final":false')))
for name in anna bert; do up "$name"; done
begin orphan --wait 2 --log orphan.log --shell "exec sleep ${mark}5 #" ::: 1 2 3 4 5 6
check 'four run' wait_for running_is "${mark}5" 4
end_with KILL "$head"
end_of orphan
check 'if none comes: 255' code_is 255
check 'and why' has err 'no coordinator for 2 s'
check 'four are lost' test "$(rows orphan.log '"end":"worker_lost"')" -eq 4
check 'nodes kill what they ran for it' wait_for running_is "${mark}5" 0
coordinate "$at"
for name in anna bert; do up "$name"; done
for process in "${pid[anna]}" "${pid[bert]}" "$head"; do
  code=0
  kill -TERM "$process"
  wait "$process" || code=$?
  forget_process "$process"
  check 'SIGTERM: 0' code_is 0
done

# -- with TLS
"$root/scripts/make-certs.sh" certs head anna me >/dev/null
coordinate 127.0.0.1:0 --tls-dir certs/head
worker '' --tls-dir certs/anna --jobs-slots 1
begin tls --tls-dir certs/me --log tls.log echo ::: a
end_of tls
check 'with certificates: 0' code_is 0
check 'the node is called by its own' has tls.log '"node":"anna"'
far --wait 2 echo ::: a
check 'without one: 255' code_is 255

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
