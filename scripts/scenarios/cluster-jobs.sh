#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Programs at a cluster's nodes: a coordinator and three nodes, each a process. The files of a folder are packed and
# counted, as one machine would do it; then again while one node is killed, one stands still, one leaves and the
# coordinator itself is killed. With --retries the result stays that of an undisturbed run; without, what was lost is
# named, and a second run goes on from the log. What nodes do not let run is refused.
#   cluster-jobs.sh BINARIES
# shellcheck disable=SC2016  # what stands in single quotes is for other shells
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

bin=$(realpath "${1:?usage: cluster-jobs.sh BINARIES}")
node=$bin/troupe-node
jobs=$bin/troupe-jobs
files=60
cd "$temp"

declare -A pid
# start NAME COMMAND...: in the background, its output in NAME.log; sets pid[NAME].
start() {
  local name=$1
  shift
  "$@" >>"$name.log" 2>&1 &
  pid[$name]=$!
  started+=("$!")
}
said() { grep --quiet --fixed-strings -- "$2" "$1.log"; }
coordinate() { # PORT: sets at, its address
  : >coordinator.log
  start coordinator "$node" --coordinate --listen "127.0.0.1:$1"
  wait_for 60 said coordinator 'listening on' || die "the coordinator did not start"
  at=$(sed --quiet 's/^listening on \([^ ]*\).*/\1/p' coordinator.log)
}
worker() { # NAME OPTION...
  start "$1" "$node" --join "$at" --roles jobs --name "$1" --jobs-slots 2 --jobs-folder files "${@:2}"
}
state_is() { [[ $("$node" status --at "$at" 2>/dev/null | awk -v n="$1" '$1 == n { print $2 }') == "$2" ]]; }
end_with() { # SIGNAL NAME
  kill "-$1" "${pid[$2]}"
  wait "${pid[$2]}" 2>/dev/null || true
  forget_process "${pid[$2]}"
}
same() { cmp --silent "$1" "$2"; }
rows() { grep --count "$2" "$1" 2>/dev/null || true; } # LOG WORDS
done_are() { [[ $(rows "$1" '"exit":0') -ge $2 ]]; }

mkdir files
for ((i = 1; i <= files; i++)); do
  seq "$i" $((i * 50)) >"files/$(printf '%03d' "$i").txt"
done
# What is done to a file; it takes a moment.
work='sleep 0.3; gzip --no-name --stdout {} | sha256sum; wc --lines <{}'
names=$(cd files && ls)
far() { # OUT OPTION...: by the cluster; in the background, sets job
  local out=$1
  shift
  # shellcheck disable=SC2086  # names without blanks
  timeout --foreground 240 "$jobs" run --at "$at" --keep-order --tag "$@" --shell "$work" ::: $names \
    >"$out" 2>"$out.err" </dev/null &
  job=$!
}
end_of() { # OUT: sets code
  code=0
  wait "$job" || code=$?
  tail --lines=2 "$1.err"
}

say "-- a coordinator, three nodes with two slots each"
coordinate 0
for name in anna bert cleo; do worker "$name"; done
for name in anna bert cleo; do check "$name is up" wait_for 60 state_is "$name" up; done
"$node" status --at "$at"
# shellcheck disable=SC2086
(cd files && "$jobs" run --keep-order --tag --shell "$work" ::: $names) >expected

say
say "-- the same bytes as here"
far undisturbed --log undisturbed.jsonl
end_of undisturbed
check "exit code 0" test "$code" -eq 0
check "the output of $files jobs" same expected undisturbed
for name in anna bert cleo; do
  say "$name ran $(rows undisturbed.jsonl "\"node\":\"$name\"")"
done

say
say "-- one node is killed, one stands still, one leaves, while they work; --retries 2"
far disturbed --log disturbed.jsonl --retries 2
check "it is under way" wait_for 60 done_are disturbed.jsonl 8
end_with KILL anna
kill -STOP "${pid[bert]}"
check "the killed one is down" wait_for 60 state_is anna down
check "the one that stands still is down" wait_for 60 state_is bert down
worker dora
check "another one has come" wait_for 60 state_is dora up
check "cleo drains" "$node" drain cleo --at "$at"
forget_process "${pid[cleo]}"
check "and has left" wait_for 20 state_is cleo left
kill -CONT "${pid[bert]}"
check "the one that stood still is back" wait_for 60 state_is bert up
end_of disturbed
check "exit code 0" test "$code" -eq 0
check "the same output" same expected disturbed
say "$(rows disturbed.jsonl '"final":false') attempts were lost and made again"
check "some were" test "$(rows disturbed.jsonl '"final":false')" -ge 1
check "each is done once" test "$(rows disturbed.jsonl '"exit":0')" -eq "$files"

say
say "-- the coordinator is killed, and started again; no --retries"
far orphaned --log orphaned.jsonl
check "it is under way" wait_for 60 done_are orphaned.jsonl 8
port=${at##*:}
end_with KILL coordinator
check "the client has told of it" wait_for 20 grep --quiet 'the coordinator was lost' orphaned.err
coordinate "$port"
end_of orphaned
lost=$(rows orphaned.jsonl '"end":"worker_lost"')
check "what ran then has failed, and nothing else ($lost)" test "$code" -eq "$lost"
check "the log has a row for each" test "$(rows orphaned.jsonl '"final":true')" -eq "$files"
for name in bert dora; do check "$name has come to the new one" wait_for 60 state_is "$name" up; done
far resumed --log orphaned.jsonl --resume-failed
end_of resumed
check "a second run does those that were lost: exit code 0" test "$code" -eq 0
check "both outputs together are the whole" same <(sort expected) <(sort orphaned resumed)

say
say "-- what a node does not let run"
for name in bert dora; do end_with TERM "$name"; done
worker emma --jobs-allow sha256sum
check "emma is up" wait_for 60 state_is emma up
code=0
"$jobs" run --at "$at" --keep-order sha256sum ::: 001.txt 002.txt >allowed || code=$?
check "what it lets run: exit code 0" test "$code" -eq 0
check "as here" same allowed <(cd files && sha256sum 001.txt 002.txt)
code=0
"$jobs" run --at "$at" --shell 'echo pwned' ::: a 2>refused || code=$?
check "a shell is not: exit code 1" test "$code" -eq 1
cat refused
check "in words" grep --quiet 'not among the programs that this node runs' refused

say
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
