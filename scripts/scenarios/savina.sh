#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The benchmarks of actors that the field knows, with troupe-savina: each by actors and by threads with locks, which have to come
# to the same answer; and the philosophers, who show that actors deadlock too if they are made to.
#   savina.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

bin=$(cd -- "${1:?usage: savina.sh BINARIES}" && pwd)

tells() { grep --quiet --extended-regexp -- "$1" "$temp/out"; }
# answer ENGINE NAME OPTION...: shows what it says, and leaves its answer, without the time, in $temp/ENGINE.
answer() {
  local engine=$1
  shift
  timeout 120 "$bin/troupe-savina" "$@" --engine "$engine" >"$temp/out" || return 1
  cat "$temp/out"
  sed --quiet '1s/^[^:]*: \(.*\); [0-9.]* s, CPU .*/\1/p' "$temp/out" >"$temp/$engine"
}
# both NAME OPTION...
both() {
  say
  say "-- troupe-savina $*"
  check "actors end in order: $1" answer actors "$@"
  check "locks end in order: $1" answer locks "$@"
  check "there is an answer: $1" test -s "$temp/actors"
  check "it is the same: $1" cmp --silent "$temp/actors" "$temp/locks"
}

"$bin/troupe-savina" --list
both ping-pong
both threadring
both fjcreate --workers 10000
both counting --increments 300000
both chameneos --meetings 50000
both big --pings 1000
both banking
both philosophers --rounds 1000
both barber
both barber --chairs 1 --haircut-steps 10000
check "a small room was full at times" tells '^  [1-9][0-9]* times the room was full$'

say
say "-- troupe-savina philosophers --engine actors-forks: each fork is an actor, the lower number is asked for first"
check "forks that are actors" answer actors-forks philosophers --rounds 1000
check "come to the same" cmp --silent "$temp/actors-forks" <(echo '20 philosophers, 20000 meals, 20 forks on the table')

say
say "-- with the left fork first they can deadlock, as locks do: every order of two of them"
"$bin/troupe-compare" race --model philosophers --seats 2 --engine actor-forks >"$temp/out"
head --lines=3 "$temp/out"
check "some orders are stuck" tells '^[0-9]+ of [0-9]+ orders fail: [0-9]+ deadlocked'
"$bin/troupe-compare" race --model philosophers --seats 2 --engine actor-waiter >"$temp/out"
head --lines=3 "$temp/out"
check "with a waiter none is" tells '^all [0-9]+ orders hold'

say
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
