#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Backups of a ledger of several partitions that is written to meanwhile: each is a ledger of its own, of one moment, good by
# the audit. And what a backup or a reader says where files are missing, in the way or mixed up.
#   bank_backup_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
# shellcheck source=tests/apps/bank_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/bank_lib.sh"

bin=$1
db=$temp/bank.db
accounts=40
transfers=20000
backups=4

{
  printf 'id,kind,from,to,amount,currency\n'
  for ((i = 1; i <= accounts; i++)); do
    printf '%032x,open,,%d,,EUR\n%032x,deposit,,%d,1000,\n' "$i" "$i" $((1000 + i)) "$i"
  done
} >"$temp/open.csv"
works "done, 0 failed" --partitions 3 import "$temp/open.csv"
{
  printf 'id,kind,from,to,amount\n'
  for ((i = 0; i < transfers; i++)); do
    printf '%032x,transfer,%d,%d,%d\n' $((10000 + i)) $((RANDOM % accounts + 1)) $((RANDOM % accounts + 1)) $((RANDOM % 50 + 1))
  done
} >"$temp/move.csv"
"$bin/troupe-bank" ledger --db "$db" import "$temp/move.csv" >"$temp/moved" 2>/dev/null &
import=$!
started+=("$import")
sleep 0.3
under_way=0
for ((b = 1; b <= backups; b++)); do
  works "backup: 3 partitions of one moment in $temp/copy$b.db" backup "$temp/copy$b.db"
  if kill -0 "$import" 2>/dev/null; then
    under_way=$((under_way + 1))
  fi
  run audit --db "$temp/copy$b.db"
  check "backup $b is good" code_is 0
  check "backup $b has all money" out_has "clients have $((accounts * 1000)) EUR"
done
check "they were made while money moved ($under_way)" test "$under_way" -ge 2
kill -KILL "$import" 2>/dev/null || true
wait "$import" 2>/dev/null || true
started=()
check "a copy goes on where it was" "$bin/troupe-bank" ledger --db "$temp/copy1.db" import "$temp/open.csv" >/dev/null
audit_good "of what was copied"

works '{"backup":"' backup "$temp/json.db" --json
fails 1 "copy1.db: is there already; a backup writes over nothing" backup "$temp/copy1.db"
fails 1 "bank.db: is there already" backup "$db"
touch "$temp/odd.db-wal"
fails 1 "odd.db-wal: is there already" backup "$temp/odd.db"
fails 1 "none/copy.db" backup "$temp/none/copy.db"
touch "$temp/half.db.2"
fails 1 "half.db.2: is there already" backup "$temp/half.db"
check "what was begun is taken away" test "$(cd "$temp" && echo half.db*)" = half.db.2

mv "$db.2" "$temp/away"
for reader in "balance 2" "export" "backup $temp/torn.db"; do
  IFS=' ' read -ra words <<<"$reader"
  fails 1 "bank.db.2: is missing: it is partition 2 of 3" "${words[@]}"
done
mv "$temp/away" "$db.2"
first=$db
db=$first.1
fails 1 "bank.db.1: is partition 1 of 3: give the first one's file" balance 1
fails 1 "bank.db.1: is partition 1 of 3: give the first one's file" export
db=$first

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
