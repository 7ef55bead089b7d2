#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# A hundred thousand numbers by trial division, checked by three workers of a cluster, to which twenty times something
# happens: one is killed and started again, stopped and let go on, or told to end and started again, at times and in
# an order drawn from a seed. Each number has exactly one verdict, and the right one.
#   cluster-kills.sh BINARIES [SEED]
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

bin=${1:?usage: cluster-kills.sh BINARIES [SEED]}
RANDOM=${2:-$$}
seed=${2:-$$}
node=$bin/troupe-node
primes=$bin/troupe-primes
numbers=100000
blows=20
names=(anna bert cleo)
declare -A pid

coordinator_log=$temp/coordinator.log
"$node" --coordinate --listen 127.0.0.1:0 >"$coordinator_log" 2>&1 &
started+=("$!")
for ((i = 0; i < 600; i++)); do
  at=$(sed --quiet 's/^listening on \([^ ]*\).*/\1/p' "$coordinator_log" 2>/dev/null) || true # it may not be there yet
  [[ -z $at ]] || break
  sleep 0.1
done
[[ -n $at ]] || die "the coordinator did not start"

worker() {
  "$node" --join "$at" --roles primes --name "$1" --workers 1 >>"$temp/$1.log" 2>&1 &
  pid[$1]=$!
  started+=("$!")
}
end_worker() { # SIGNAL NAME
  kill "-$1" "${pid[$2]}"
  wait "${pid[$2]}" 2>/dev/null || true
  forget_process "${pid[$2]}"
}

for name in "${names[@]}"; do
  worker "$name"
done
# One of eight is a prime near 10^13: half a million divisions and more.
"$primes" --range 9999999990000..10000000000000 >"$temp/primes"
awk -v n="$numbers" 'BEGIN { srand(11) } { p[NR] = $1 }
  END { for (i = 0; i < n; i++) print rand() < 0.12 ? p[1 + int(rand() * NR)] : "99999999" sprintf("%05d", 90001 + 2 * int(rand() * 4999)) }' \
  "$temp/primes" >"$temp/numbers"
"$primes" --file "$temp/numbers" >"$temp/expected" # the quick way

say "-- $numbers numbers, $blows blows (seed $seed)"
code=0
begin=$SECONDS
timeout 900 "$primes" --at "$at" --file "$temp/numbers" --method trial >"$temp/got" 2>"$temp/errors" &
job=$!
struck=0
for ((b = 0; b < blows; b++)); do
  sleep "0.$((RANDOM % 6 + 2))"
  kill -0 "$job" 2>/dev/null || break
  struck=$((struck + 1))
  name=${names[RANDOM % 3]}
  case $((RANDOM % 3)) in
    0)
      say "   $name is killed"
      end_worker KILL "$name"
      worker "$name"
      ;;
    1)
      pause=$((RANDOM % 4))
      say "   $name stands still for $pause s"
      kill -STOP "${pid[$name]}"
      sleep "$pause"
      kill -CONT "${pid[$name]}"
      ;;
    2)
      say "   $name is told to end"
      end_worker TERM "$name"
      worker "$name"
      ;;
  esac
done
wait "$job" || code=$?
say "   $((SECONDS - begin)) s"
check "the job lasted as long as all $blows blows" test "$struck" -eq "$blows"
check "it ends with 0" test "$code" -eq 0
check "each number has one verdict, the right one, in its place" cmp "$temp/expected" "$temp/got"
check "nobody was told of trouble" test ! -s "$temp/errors"
"$node" status --at "$at"

say
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
