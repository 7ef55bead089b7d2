#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-serve with a ledger, under clients over HTTP, is killed at random moments, again and again. After each kill the
# audit has to pass, and every key whose answer a client had has to be in the history exactly once. At the end all of
# them are sent again, and have to be answered as they were the first time.
#   serve_bank_kill_test.sh BINARIES [KILLS] [SEED]
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$(realpath "$1")
kills=${2:-12}
RANDOM=${3:-$$}
seed=$RANDOM
seconds_max=120 # then it ends with fewer kills, and says how many
client=$(realpath "$(dirname -- "${BASH_SOURCE[0]}")")/serve_bank_client.py
unset http_proxy HTTP_PROXY all_proxy ALL_PROXY

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

# says FILE WORD PID: within twenty seconds, while PID runs.
says() {
  local i
  for ((i = 0; i < 1000; i++)); do
    grep --quiet "$2" "$1" && return 0
    kill -0 "$3" 2>/dev/null || return 1
    sleep 0.02
  done
  return 1
}

# serve ENGINE PARTITIONS: sets server and port.
serve() {
  : >"$temp/out"
  "$bin/troupe-serve" --listen 127.0.0.1:0 --engine "$1" --bank "$temp/$1$2.db" --bank-partitions "$2" \
    >"$temp/out" 2>"$temp/err" &
  server=$!
  started+=("$server")
  says "$temp/out" listening "$server" || die "no server: $(cat "$temp/err")"
  port=$(sed --quiet 's|^listening on http://127.0.0.1:\([0-9]*\) .*|\1|p' "$temp/out" 2>/dev/null) || true # it may not be there yet
}

command -v sqlite3 >/dev/null || die "needs sqlite3, so that ids are counted by another program than ours"
ways=("actors 1" "actors 3" "pool 1")
done_kills=0
for ((i = 0; i < kills && SECONDS < seconds_max; i++)); do
  read -r engine partitions <<<"${ways[i % ${#ways[@]}]}"
  name=$temp/$engine$partitions
  serve "$engine" "$partitions"
  : >"$temp/client"
  python3 "$client" load "$port" "$name.log" "$name.ids" 6 $((seed + i)) >"$temp/client" 2>"$temp/client_err" &
  loader=$!
  started+=("$loader")
  check "kill $i: the clients begin" says "$temp/client" loading "$loader"
  sleep "0.$(printf '%03d' $((RANDOM % 400)))"
  kill -KILL "$server" 2>/dev/null || check "kill $i: it still ran ($(cat "$temp/err"))" false
  wait "$server" 2>/dev/null || true
  check "kill $i: the clients end" wait "$loader"
  started=()
  done_kills=$((done_kills + 1))
  # What the killed one left, before anybody opens it for writing.
  check "kill $i: audit" "$bin/troupe-bank" audit --db "$name.db" >"$temp/audit"
  history_ids "$name.db" "$partitions" >"$temp/history"
  check "kill $i: ids" acknowledged_once "$name.ids" "$temp/history"
  if ((failed > 0)); then
    cat "$temp/audit" "$temp/client_err" >&2
    die "failed at kill $i; seed $seed"
  fi
done
for way in "${ways[@]}"; do
  read -r engine partitions <<<"$way"
  name=$temp/$engine$partitions
  [[ -e $name.log ]] || continue
  serve "$engine" "$partitions"
  check "$way: the same answers" python3 "$client" replay "$port" "$name.log" >"$temp/replay"
  # One process at a time has a ledger, and who comes second is told so at once.
  begun=$SECONDS
  code=0
  timeout 20 "$bin/troupe-serve" --listen 127.0.0.1:0 --bank "$name.db" >"$temp/second" 2>&1 || code=$?
  check "$way: a second one is refused" test "$code" -eq 1
  check "$way: at once" test $((SECONDS - begun)) -lt 10
  check "$way: in one line that says by whom" grep --quiet "process $server is writing to it" "$temp/second"
  end_process "$server"
  started=()
  check "$way: audit" "$bin/troupe-bank" audit --db "$name.db" >"$temp/audit"
  say "$way: $(sort --unique "$name.ids" | wc --lines) acknowledged; $(cat "$temp/replay"); $(cat "$temp/audit")"
done
((failed == 0)) || die "$failed of $((passed + failed)) checks failed; seed $seed"
say "$done_kills kills, $passed checks passed"
