#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's prime by trial division, many times over: checked by actors in one process, and by two nodes of a
# cluster with a worker each, in turns. What the way to other processes costs.
#   bench-near-far.sh BINARIES [ROUNDS [NUMBERS]]
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

bin=${1:?usage: bench-near-far.sh BINARIES [ROUNDS [NUMBERS]]}
rounds=${2:-7}
numbers=${3:-1000}
declare -A pid
yes 112272535095293 | head --lines="$numbers" >"$temp/numbers" || true

: >"$temp/head.log"
"$bin/troupe-node" --coordinate --listen 127.0.0.1:0 >>"$temp/head.log" 2>&1 &
pid[head]=$!
started+=("$!")
until grep --quiet '^listening on' "$temp/head.log"; do sleep 0.1; done
at=$(sed --quiet 's/^listening on \([^ ]*\).*/\1/p' "$temp/head.log")
for name in anna bert; do
  : >"$temp/$name.log"
  "$bin/troupe-node" --join "$at" --roles primes --name "$name" --workers 1 >>"$temp/$name.log" 2>&1 &
  pid[$name]=$!
  started+=("$!")
  until grep --quiet joined "$temp/$name.log"; do sleep 0.1; done
done

cpu_of_nodes() { # seconds, of all three
  local who sum=0
  for who in head anna bert; do
    sum=$((sum + $(awk '{ print $14 + $15 }' "/proc/${pid[$who]}/stat")))
  done
  awk -v t="$sum" -v hz="$(getconf CLK_TCK)" 'BEGIN { print t / hz }'
}
# timed NAME COMMAND...: sets wall and cpu, in seconds, of the command alone
timed() {
  local out=$1
  shift
  local TIMEFORMAT='%R %U %S'
  { time "$@" >"$temp/$out"; } 2>"$temp/time"
  read -r wall user system <"$temp/time"
  cpu=$(awk -v u="$user" -v s="$system" 'BEGIN { print u + s }')
}

printf '%5s %12s %9s %12s %9s %11s\n' round 'one process' CPU/wall 'two nodes' CPU/wall 'throughput'
for ((r = 1; r <= rounds; r++)); do
  timed near "$bin/troupe-primes" --workers 2 --method trial --file "$temp/numbers"
  near="$wall $cpu"
  before=$(cpu_of_nodes)
  timed far "$bin/troupe-primes" --at "$at" --method trial --file "$temp/numbers"
  cmp "$temp/near" "$temp/far"
  echo "$r $near $wall $cpu $before $(cpu_of_nodes)" |
    awk '{ printf "%5d %10.2f s %9.2f %10.2f s %9.2f %11.3f\n", $1, $2, $3 / $2, $4, ($5 + $7 - $6) / $4, $2 / $4 }'
done
