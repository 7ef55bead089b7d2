#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# A ledger under eight clients is killed at random moments, again and again. After each kill the audit has to pass, and
# every id whose receipt a client had has to be in the history exactly once.
#   bank_kill_test.sh BINARIES [KILLS] [SEED]
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$1
kills=${2:-50}
RANDOM=${3:-$$}
seed=$RANDOM
seconds_max=100 # then it ends with fewer kills, and says how many

# history_ids DB PARTITIONS: the ids of clients' operations, as they are in the files.
history_ids() {
  local k file
  for ((k = 0; k < $2; k++)); do
    file=$1
    ((k == 0)) || file=$1.$k
    sqlite3 -readonly "$file" 'SELECT lower(hex(id)) FROM history WHERE id IS NOT NULL AND kind < 20'
  done
}

# acknowledged_once IDS HISTORY: all of IDS are in HISTORY, and nothing is there twice.
acknowledged_once() {
  local twice lost
  twice=$(sort "$2" | uniq --repeated | wc --lines)
  lost=$(comm -23 <(sort --unique "$1") <(sort "$2") | wc --lines)
  [[ $twice -eq 0 && $lost -eq 0 ]] || {
    printf '%s ids are there twice, %s are lost\n' "$twice" "$lost" >&2
    false
  }
}

# Returns: 1 if the loader did not begin in ten seconds.
begun() {
  local i
  for ((i = 0; i < 1000; i++)); do
    grep --quiet loading "$1" && return 0
    kill -0 "$2" 2>/dev/null || return 1
    sleep 0.01
  done
  return 1
}

command -v sqlite3 >/dev/null || die "needs sqlite3, so that ids are counted by another program than ours"
done_kills=0
for ((i = 0; i < kills && SECONDS < seconds_max; i++)); do
  # One partition and three take turns, each in files of its own that live on from kill to kill.
  partitions=$((i % 2 == 0 ? 1 : 3))
  db=$temp/bank$partitions.db
  ids=$temp/acknowledged$partitions
  : >"$temp/out" # what the last one said must not be taken for this one's word
  "$bin/bank_loader" "$db" "$partitions" 40 8 $((seed + i)) "$ids" >"$temp/out" 2>"$temp/err" &
  loader=$!
  started+=("$loader")
  check "kill $i: the loader begins" begun "$temp/out" "$loader"
  sleep "0.$(printf '%03d' $((RANDOM % 250)))"
  kill -KILL "$loader" 2>/dev/null || check "kill $i: it still ran ($(cat "$temp/err"))" false
  wait "$loader" 2>/dev/null || true
  started=()
  done_kills=$((done_kills + 1))
  # What the killed one left, before anybody opens it for writing.
  check "kill $i: audit" "$bin/troupe-bank" audit --db "$db" >"$temp/audit"
  history_ids "$db" "$partitions" >"$temp/history"
  check "kill $i: ids" acknowledged_once "$ids" "$temp/history"
  if ((failed > 0)); then
    cat "$temp/audit" >&2
    die "failed at kill $i; seed $seed"
  fi
done
for partitions in 1 3; do
  ids=$temp/acknowledged$partitions
  [[ -e $ids ]] || continue
  # Whoever opens it next finishes what was on its way.
  "$bin/troupe-bank" ledger --db "$temp/bank$partitions.db" deposit 1 1 >/dev/null
  say "$partitions partition(s): $(wc --lines <"$ids") acknowledged; $("$bin/troupe-bank" audit --db "$temp/bank$partitions.db")"
done
check "posts crossed partitions" test "$(sqlite3 -readonly "$temp/bank3.db" \
  'SELECT count(*) FROM history WHERE kind = 7 AND pending = 1')" -ge 10
check "there were kills" test "$done_kills" -ge 10
check "and something to lose" test "$(cat "$temp"/acknowledged* | wc --lines)" -ge 1000
say "$done_kills kills in ${SECONDS}s, seed $seed"
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
