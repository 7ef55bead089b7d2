#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Primes by a cluster: a coordinator and three workers, each a process. One is killed, one is stopped, the
# coordinator itself is killed; the answers stay those of an undisturbed run. Then who leaves in order, who is not
# let in, and TLS.
#   cluster-primes.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

bin=${1:?usage: cluster-primes.sh BINARIES}
node=$bin/troupe-node
primes=$bin/troupe-primes
numbers=20000
heavy=1500 # of the tutorial's number, by trial division

# start NAME COMMAND...: in the background, its output in $temp/NAME.log; sets pid[NAME].
declare -A pid
start() {
  local name=$1
  shift
  "$@" >>"$temp/$name.log" 2>&1 &
  pid[$name]=$!
  started+=("$!")
}

said() { grep --quiet --fixed-strings -- "$2" "$temp/$1.log"; }

# coordinate PORT OPTION...: sets at, its address.
coordinate() {
  local port=$1
  shift
  : >"$temp/coordinator.log"
  start coordinator "$node" --coordinate --listen "127.0.0.1:$port" "$@"
  wait_for 60 said coordinator 'listening on' || die "the coordinator did not start"
  at=$(sed --quiet 's/^listening on \([^ ]*\).*/\1/p' "$temp/coordinator.log")
}

worker() {
  local name=$1
  shift
  start "$name" "$node" --join "$at" --roles primes --name "$name" --workers 1 "$@"
}

tls=()           # options
state() { # NAME: what the coordinator says of it
  "$node" status --at "$at" "${tls[@]+"${tls[@]}"}" 2>/dev/null | awk -v n="$1" '$1 == n { print $2 }'
}
state_is() { [[ $(state "$1") == "$2" ]]; }

# gone PID: it has ended, and has been waited for.
end_with() { # SIGNAL NAME
  kill "-$1" "${pid[$2]}"
  wait "${pid[$2]}" 2>/dev/null || true
  forget_process "${pid[$2]}"
}

seconds_until() { # WORDS SECONDS COMMAND...: how long it took
  local words=$1 most=$2 begin
  shift 2
  begin=$(date +%s.%N)
  check "$words" wait_for "$most" "$@"
  awk -v b="$begin" -v t="$(date +%s.%N)" -v w="$words" 'BEGIN { printf "%s: after %.1f s\n", w, t - b }'
}

say "-- a coordinator, three workers"
coordinate 0
for name in anna bert cleo; do
  worker "$name"
done
for name in anna bert cleo; do
  check "$name is up" wait_for 60 state_is "$name" up
done
"$node" status --at "$at"

awk -v n="$numbers" 'BEGIN { srand(7); for (i = 0; i < n; i++) printf "%d%09d\n", rand() * 9e8, rand() * 1e9; print "seven" }' >"$temp/light"
awk -v n="$heavy" 'BEGIN { for (i = 0; i < n; i++) print i % 7 == 3 ? "112272535095299" : "112272535095293" }' >"$temp/heavy"
"$primes" --file "$temp/light" >"$temp/light.expected" 2>/dev/null || true
"$primes" --file "$temp/heavy" --method trial >"$temp/heavy.expected"

far() { # OUT ARGUMENT...: by the cluster
  local out=$1 code=0
  shift
  timeout 300 "$primes" --at "$at" "$@" >"$temp/$out" 2>"$temp/$out.errors" || code=$?
  printf '%s' "$code" >"$temp/$out.code"
}
same() { cmp --silent "$temp/$1" "$temp/$2"; }

say
say "-- the same answers as here"
far light.far --file "$temp/light"
check "a stream of $numbers numbers, junk in it" same light.expected light.far
check "whose line is told" grep --quiet 'is no whole number' "$temp/light.far.errors"
far heavy.far --file "$temp/heavy" --method trial
check "$heavy numbers by trial division" same heavy.expected heavy.far

say
say "-- one worker is killed, one is stopped, while they work"
far heavy.disturbed --file "$temp/heavy" --method trial &
job=$!
sleep 0.5
end_with KILL anna
kill -STOP "${pid[bert]}"
seconds_until "the killed one is down" 60 state_is anna down
seconds_until "the stopped one is down" 60 state_is bert down
check "the third one is not" state_is cleo up
check "the job was under way all the while" kill -0 "$job"
wait "$job"
check "the answers are the same, each once" same heavy.expected heavy.disturbed
kill -CONT "${pid[bert]}"
worker anna
seconds_until "the one that went on is up again" 60 state_is bert up
seconds_until "the one that was started again too" 60 state_is anna up

say
say "-- the coordinator is killed, and started again"
far heavy.orphaned --file "$temp/heavy" --method trial &
job=$!
sleep 0.5
end_with KILL coordinator
port=${at##*:}
sleep 0.5
coordinate "$port"
for name in anna bert cleo; do
  check "$name has come to the new one" wait_for 60 state_is "$name" up
done
check "the job was under way" kill -0 "$job"
wait "$job"
check "the answers are the same" same heavy.expected heavy.orphaned
check "the client has told of it" grep --quiet 'no coordinator' "$temp/heavy.orphaned.errors"

say
say "-- all workers restarted one after the other, under load"
far heavy.rolling --file "$temp/heavy" --method trial &
job=$!
for name in anna bert cleo; do
  code=0
  kill -TERM "${pid[$name]}"
  wait "${pid[$name]}" || code=$?
  forget_process "${pid[$name]}"
  check "$name ends with 0" test "$code" -eq 0
  check "$name is said to have left" wait_for 20 state_is "$name" left
  worker "$name"
  check "$name is up again" wait_for 60 state_is "$name" up
done
wait "$job"
check "the answers are the same" same heavy.expected heavy.rolling
check "cleo drains when the coordinator is asked" "$node" drain cleo --at "$at"
check "and has left" state_is cleo left
check "there is no such node" bash -c "! '$node' drain nobody --at '$at' 2>'$temp/nobody'"
check "which is said" grep --quiet 'there is no node nobody' "$temp/nobody"

say
say "-- who is not let in"
check "garbage" bash -c "head --bytes=4096 /dev/urandom >/dev/tcp/127.0.0.1/${at##*:}"
check "a coordinator that listens to all without TLS" \
  bash -c "! '$node' --coordinate --listen 0.0.0.0:0 2>'$temp/open'"
cat "$temp/open"
check "says what is missing" grep --quiet --ignore-case tls "$temp/open"
check "the cluster is well" state_is bert up
end_with TERM anna
end_with TERM bert
end_with TERM coordinator

say
say "-- with TLS"
"$root/scripts/make-certs.sh" "$temp/certs" head one >/dev/null
coordinate 0 --tls-dir "$temp/certs/head"
start one "$node" --join "$at" --roles primes --workers 1 --tls-dir "$temp/certs/one"
worker plain
tls=(--tls-dir "$temp/certs/one")
check "a worker with a certificate is up" wait_for 60 state_is one up
check "one without says that it is not let in" wait_for 60 said plain 'no coordinator'
check "and is not" test -z "$(state plain)"
far light.tls --file "$temp/light" "${tls[@]}"
check "the answers are the same" same light.expected light.tls

say
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
