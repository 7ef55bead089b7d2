#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-jobs run as a user runs it: arguments, outputs, exit codes, full disks, signals.
#   jobs_cli_test.sh BINARIES
# shellcheck disable=SC2016  # what stands in single quotes is for other shells
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$(realpath "$1")
cd "$temp"
tj() { "$bin/troupe-jobs" "$@"; }

# gives CODE WORDS COMMAND...: leaves its outputs in out and err.
gives() {
  local expected=$1 words=$2 code=0
  shift 2
  "$@" >out 2>err || code=$?
  check "$words: exit code $expected, not $code ($(head --bytes=300 err))" test "$code" -eq "$expected"
}
says() { check "$1: says '$2'" grep --quiet --fixed-strings -- "$2" "${3:-err}"; }
out_is() { check "$1: $(head --bytes=200 out)" test "$(cat out)" = "$2"; }
# How many processes run this very command line, which no other has.
processes_of() { pgrep --full --count "$1" || true; }

# -- arguments and quoting
gives 0 'appends' tj run -k -- printf '<%s>\n' ::: a 'b c' "it's" "\$HOME" '*' ''
out_is 'appends' $'<a>\n<b c>\n<it\'s>\n<$HOME>\n<*>\n<>'
gives 0 'two lists' tj run -k echo '{2}-{1}' ::: a b ::: 1 2
out_is 'two lists' $'1-a\n2-a\n1-b\n2-b'
gives 0 'paths' tj run -k echo '{.} {/} {//} {/.} {#}' ::: d/e.tar.gz
out_is 'paths' 'd/e.tar e.tar.gz d e.tar 1'
gives 0 'no shell' tj run echo 'a;b' '|' '{}' '> x' ::: '$(id)'
out_is 'no shell' "a;b | \$(id) > x"
check 'no file came of it' test ! -e x
gives 0 'a shell' tj run --shell 'echo {} | tr a-z A-Z' ::: "it's \$HOME; exit 3"
out_is 'a shell' "IT'S \$HOME; EXIT 3"
for quoted in 'echo "{}"' "echo '{}'" 'echo `echo {}`'; do
  gives 255 "$quoted" tj run --shell "$quoted" ::: '$(touch ran)' ';touch ran'
  says "$quoted" 'where it is not safe'
done
check 'no code came of arguments' test ! -e ran
printf 'a b\n\nlast' >lines
gives 0 'lines' tj run -k --file lines -- printf '<%s>\n'
out_is 'lines' $'<a b>\n<>\n<last>'
printf 'a\nb\0c\0' >zeros
gives 0 'zeros' tj run -k -0 --file zeros -- printf '<%s>\n'
out_is 'zeros' $'<a\nb>\n<c>'
gives 255 'a zero in a line' tj run --file zeros echo
says 'a zero in a line' 'zeros:2: has a zero byte'
printf '# commands\n\necho "a  b" c\\ d\nprintf %%s\\\\n "x>y" # and a comment\n' >commands
gives 0 'commands' tj run -k --file commands
out_is 'commands' $'a  b c d\nx>y'
printf 'echo one\necho "two\necho three\n' >bad
gives 255 'a bad line' tj run -k --file bad
says 'a bad line' 'bad:2: a " has no end'
out_is 'what is before it runs' one
printf '%s\n' 'echo $((1+2))' >shell
gives 0 'commands for a shell' tj run --shell --file shell
out_is 'commands for a shell' 3
seq 3 | tj run -k echo >out
out_is 'standard input' $'1\n2\n3'
gives 0 'nothing to do' tj run echo </dev/null
out_is 'nothing to do' ''
gives 0 'dry run' tj run --dry-run echo {} ::: 'a b' "c'd"
out_is 'dry run' $'echo \'a b\'\necho \'c\'\\\'\'d\''

# -- junk
for junk in '--bogus' '--jobs 0' '--jobs x' '--timeout -1' '--halt 0' '--halt 200%' '--retries -1' '--resume' \
  '--keep-order --line-buffer' '--progress maybe' '--output-max 0' '--file lines echo ::: a' 'echo {2} ::: a' '::: a'; do
  # shellcheck disable=SC2086
  gives 255 "junk $junk" tj run $junk </dev/null
  check "junk $junk: one line" test "$(wc --lines <err)" -eq 1
done
for empty in --log --file; do
  gives 255 "an empty $empty" tj run "$empty" '' echo ::: a
  says "an empty $empty" "$empty names no file"
done
for seconds in --timeout --grace --retry-delay; do
  gives 255 "$seconds nan" tj run "$seconds" nan true ::: a
done
gives 255 'no command' tj
gives 255 'no such command' tj fly
gives 255 'no such file' tj run --file nowhere echo
says 'no such file' 'nowhere: No such file'
gives 255 'a folder' tj run --file . echo
for help in '--help' 'run --help' 'unpack --help' 'play --help' '--version'; do
  # shellcheck disable=SC2086
  gives 0 "$help" tj $help
done

# -- exit codes
gives 3 'failures are counted' tj run -k sh -c 'exit {}' ::: 1 0 2 3
says 'failures are counted' '1 job done, 3 failed'
gives 100 'a hundred' bash -c "seq 100 | '$bin/troupe-jobs' run false"
gives 101 'more than a hundred' bash -c "seq 105 | '$bin/troupe-jobs' run false"
gives 1 'no such program' tj run no-such-program-here ::: a
says 'no such program' 'not started: no-such-program-here'
gives 1 'a signal' tj run --shell 'kill -9 $$ #' ::: a
says 'a signal' 'signal 9 (KILL)'
gives 1 'halt' tj run -j 1 --halt first -k sh -c 'echo {}; test {} != 2' ::: 1 2 3 4
out_is 'halt' $'1\n2'
says 'halt' halted
gives 0 'retries' tj run --retries 3 --retry-delay 0.05 -- sh -c 'echo {} >>tries; test "$(wc -l <tries)" -eq 3' ::: a
check 'three tries' test "$(wc --lines <tries)" -eq 3
gives 0 'json' tj run --json true ::: a b
check 'json' python3 -c 'import json,sys; r=json.load(open("err")); assert r["done"]==2 and r["exit"]==0 and r["error"]=="", r'
for word in $'\xff' "$(printf 'ü%.0s' {1..300})" $'a\e[31m\nb'; do
  gives 1 'json of odd words' tj run --json false ::: "$word"
  check 'json of odd words' python3 -c 'import json; assert json.load(open("err", "rb"))["failed"] == 1'
done
tj run --log escapes true ::: $'a\e[31m\nb' >out 2>err
gives 255 'another list' tj run --log escapes --resume false ::: $'a\e[31m\nb'
check 'another list: one line, no escape' test "$(wc --lines <err) $(grep --count $'\e' err)" = '1 0'

# -- outputs
gives 0 'order' tj run -k -j 4 --shell 'sleep 0.{}; echo {}; echo e{} >&2' ::: 4 3 2 1
out_is 'order' $'4\n3\n2\n1'
check 'order of errors' test "$(cat err)" = $'e4\ne3\ne2\ne1'
gives 0 'not mixed' tj run -j 8 --shell 'for i in 1 2 3 4 5; do echo {}; sleep 0.01; done' ::: 1 2 3 4 5 6 7 8
check 'not mixed' test "$(uniq out | wc --lines)" -eq 8
gives 0 'tags' tj run -k --tag printf 'x\ny' ::: a
out_is 'tags' $'a\tx\na\ty'
gives 0 'line by line' tj run -j 2 --line-buffer --shell 'echo {}1; sleep 0.4; echo {}2' ::: a b
check 'line by line' test "$(cut --bytes=2 out | tr --delete '\n')" = 1122
head --bytes=3000000 /dev/zero | tr '\0' x >long
head --bytes=3000000 /dev/urandom >noise
for bytes in long noise; do
  gives 0 "$bytes line by line" tj run --line-buffer cat ::: "$bytes"
  check "$bytes line by line: not a byte more" cmp out "$bytes"
done
gives 0 'a line without an end' tj run --line-buffer printf ::: x
check 'a line without an end' test "$(stat --format=%s out)" -eq 1
gives 0 'tags line by line' tj run -j 1 --line-buffer --tag printf 'x\ny' ::: a b
out_is 'tags line by line' $'a\tx\na\ty\nb\tx\nb\ty'
gives 255 'a full disk' bash -c "'$bin/troupe-jobs' run echo ::: a b >/dev/full"
says 'a full disk' 'standard output: No space left on device'
gives 255 'a full disk, line by line' bash -c "'$bin/troupe-jobs' run --line-buffer echo ::: a b >/dev/full"
gives 255 'a full disk for the log' tj run --log /dev/full echo ::: a b
says 'a full disk for the log' '/dev/full: No space left on device'
gives 255 'a closed output' bash -c "'$bin/troupe-jobs' run echo ::: a >&-"
for how in --jobs=2 --line-buffer; do
  (
    code=0
    seq 1000 | tj run "$how" sh -c 'seq 100000' || code=$?
    printf '%s\n' "$code" >code
  ) 2>err | head --lines=1 >out
  check "$how: a reader that leaves ends the run" test "$(cat code)" -eq 255
  says "$how: a reader that leaves" 'standard output: Broken pipe'
done
gives 1 'too much output' tj run --output-max 1000 yes ::: a
says 'too much output' 'wrote too much'
gives 1 'no room for outputs' env TMPDIR=/proc "$bin/troupe-jobs" run head -c 1000000 ::: /dev/zero
says 'no room for outputs' 'its output was lost'
# A gigabyte, and what it costs us of memory.
code=0
/usr/bin/python3 - "$bin/troupe-jobs" >rss <<'PY' || code=$?
import os, resource, subprocess, sys
p = subprocess.Popen([sys.argv[1], "run", "head", "-c", "1000000000", ":::", "/dev/zero"], stdout=subprocess.PIPE)
n = 0
while chunk := p.stdout.read(1 << 20):
    n += len(chunk)
_, status, used = os.wait4(p.pid, 0)
print(n, used.ru_maxrss)
sys.exit(0 if status == 0 and n == 10**9 and used.ru_maxrss < 100_000 else 1)
PY
check "a gigabyte in bounded memory ($(cat rss))" test "$code" -eq 0

# -- many, and a list without an end
gives 0 '200 at once' bash -c "seq 200 | '$bin/troupe-jobs' run -j 200 --shell 'sleep 0.3; echo {}'"
check '200 outputs' test "$(sort --numeric-sort out | uniq | wc --lines)" -eq 200
gives 1 'an endless list' bash -c "yes | '$bin/troupe-jobs' run -j 1 --halt first false"
(echo a && sleep 1.5 && echo b) | tj run --shell 'date +%s #' >out # a job starts while its list is still being written
check 'starts as lines come' test $(($(tail --lines=1 out) - $(head --lines=1 out))) -ge 1

# -- few descriptors: fewer jobs at once, and no output lost
for order in '' --keep-order; do
  gives 0 "64 descriptors $order" bash -c "ulimit -n 64; seq 40 |
    '$bin/troupe-jobs' run -j 30 $order --shell 'head -c 100000 /dev/zero; head -c 100000 /dev/zero >&2; sleep 0.1; test {} -gt 1 || sleep 0.5'"
  check "64 descriptors $order: all there" test "$(stat --format=%s out)" -eq 4000000
  says "64 descriptors $order" 'jobs at the same time, not 30'
done
gives 0 'a limit below the hard one' bash -c "ulimit -S -n 128; seq 200 | '$bin/troupe-jobs' run -k -j 40 --shell 'ulimit -n; test {} != 1 || sleep 1; head -c 70000 /dev/zero #'"
check 'a limit below the hard one: said nothing' test ! -s err
check 'jobs have the limit that we had' test "$(tr --delete '\0' <out | uniq)" = 128

# -- time and signals
gives 1 'timeout' tj run --timeout 0.3 sleep ::: 987001
says 'timeout' 'took too long'
check 'nothing is left' test "$(processes_of 'sleep 987001')" -eq 0
gives 1 'a child that ignores TERM' tj run --timeout 0.3 --grace 0.3 --shell 'trap "" TERM; while :; do sleep 987002; done #' ::: a
says 'a child that ignores TERM' 'signal 9 (KILL)'
gives 1 'one that heeds TERM' tj run --timeout 0.3 --shell 'trap "exit 0" TERM; while :; do sleep 0.05; done #' ::: a
says 'one that heeds TERM' 'took too long, then exited by itself'
gives 0 'one left behind' tj run --log left --shell '(sleep 987006; echo late) & echo now #' ::: a
says 'one left behind' 'what it left running was killed' left
check 'nothing is left of it' test "$(processes_of 'sleep 987002')" -eq 0

# started_run WORDS COMMAND...: starts it, waits for its first job. Sets pid.
started_run() {
  rm --force began
  env --default-signal=INT "$@" >out 2>err </dev/null & # bash has what it puts into the background ignore it
  pid=$!
  started+=("$pid")
  for ((i = 0; i < 200; i++)); do
    [[ ! -e began ]] || return 0
    sleep 0.05
  done
  check "it began: $*" false
}
ended_with() { # WORDS CODE
  local code=0
  wait "$pid" || code=$?
  check "$1: exit code $2, not $code" test "$code" -eq "$2"
}
for signal in INT TERM; do
  started_run "$bin/troupe-jobs" run -j 2 --log "stop-$signal" --shell 'echo {}; touch began; exec sleep 987003' ::: a b c d
  sleep 0.2
  kill -"$signal" "$pid"
  expected=143
  [[ $signal == TERM ]] || expected=130
  ended_with "$signal" "$expected"
  check "$signal: nothing is left" test "$(processes_of 'sleep 987003')" -eq 0
  check "$signal: two rows" test "$(grep --count '"end":"stopped"' "stop-$signal")" -eq 2
  check "$signal: what they wrote is there" test "$(sort out | tr --delete '\n')" = ab
done
mkfifo silent
sleep 987005 >silent & # a list that stays open and says nothing
holder=$!
for ((i = 0; i < 10; i++)); do
  env --default-signal=INT "$bin/troupe-jobs" run --file silent true 2>err &
  pid=$!
  for ((j = 0; j < 100; j++)); do # once it has threads, its signals are in hand
    [[ $(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 2>/dev/null | wc --lines) -lt 4 ]] || break
    sleep 0.02
  done
  kill -INT "$pid"
  ended_with 'INT while the list is silent' 130
  says 'INT while the list is silent' stopped
done
kill "$holder"
env --ignore-signal=HUP "$bin/troupe-jobs" run --shell 'touch hup; sleep 0.5; echo {}' ::: a >out 2>err &
pid=$!
while [[ ! -e hup ]]; do sleep 0.05; done
kill -HUP "$pid"
ended_with 'nohup' 0
out_is 'nohup' a
gives 0 'SIGCHLD ignored' env --ignore-signal=CHLD "$bin/troupe-jobs" run --shell 'echo x >>runs #' ::: a
check 'SIGCHLD ignored: it ran once' test "$(wc --lines <runs)" -eq 1
gives 0 "no signal of ours is a job's" tj run -k grep SigIgn ::: /proc/self/status
out_is "no signal of ours is a job's" "$(grep SigIgn /proc/self/status)"
started_run "$bin/troupe-jobs" run --grace 60 --shell 'trap "" TERM; touch began; while :; do sleep 987004; done #' ::: a
kill -TERM "$pid"
sleep 0.3
kill -TERM "$pid"
ended_with 'a second signal' 143
check 'a second signal: nothing is left' test "$(processes_of 'sleep 987004')" -eq 0

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
