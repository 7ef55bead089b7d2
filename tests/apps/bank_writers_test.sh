#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Several programs at one ledger: they come one after the other; who waits is told for whom; imports from a live pipe, ended
# by a signal, killed, fenced off; a receipt that cannot be written.
#   bank_writers_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
# shellcheck source=tests/apps/bank_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/bank_lib.sh"

bin=$1
db=$temp/bank.db
first=$db

works "done" open 1 --currency EUR
works "done" open 2 --currency EUR
works "1 has 1024" deposit 1 1024
works "2 has 1000" deposit 2 1000

# -- one writes at a time, and the others wait ---------------------------------------------------
deposit_at_once() { # COUNT: that many processes; sets good to how many said done
  local i pids=()
  for ((i = 0; i < $1; i++)); do
    "$bin/troupe-bank" ledger --db "$db" deposit 1 1 >/dev/null 2>>"$temp/err" &
    pids+=("$!")
  done
  good=0
  for i in "${pids[@]}"; do
    if wait "$i"; then
      good=$((good + 1))
    fi
  done
}
: >"$temp/err"
deposit_at_once 20
check "20 deposits at once are 20 done" test "$good" -eq 20
check "without a word" test ! -s "$temp/err"
balance_is 1 "1044 EUR"
check "no lock file stays" test ! -e "$db-lock"
db=$temp/made.db
pids=()
for ((i = 1; i <= 8; i++)); do
  "$bin/troupe-bank" ledger --db "$db" --partitions 2 open "$i" --currency EUR >/dev/null &
  pids+=("$!")
done
good=0
for i in "${pids[@]}"; do
  if wait "$i"; then
    good=$((good + 1))
  fi
done
check "8 that make the same ledger at once" test "$good" -eq 8
audit_good "of what they made"
check "8 accounts" out_has "2 partitions, 8 records (0 refused), 8 accounts"
db=$first

row() { # NUMBER OF ID, REST
  printf '%032x,%s\n' "$1" "$2"
}
# start_import: an import that reads what is written to descriptor 7; sets import
start_import() {
  rm --force "$temp/pipe"
  mkfifo "$temp/pipe"
  "$bin/troupe-bank" ledger --db "$db" import - --format csv <"$temp/pipe" >"$temp/import.out" 2>"$temp/import.err" &
  import=$!
  started+=("$import")
  exec 7>"$temp/pipe"
  printf 'id,kind,to,amount\n' >&7
}
end_import() { # sets code
  exec 7>&-
  code=0
  wait "$import" || code=$?
  started=()
}
has_within() { # SECONDS ACCOUNT LINE
  local i
  for ((i = 0; i < $1 * 10; i++)); do
    [[ $("$bin/troupe-bank" ledger --db "$db" balance "$2") != "$3" ]] || return 0
    sleep 0.1
  done
  false
}
start_import
row 51 'deposit,1,100' >&7
check "a live import does a row when no more come" has_within 20 1 "1144 EUR"
fails 1 "bank.db: process $import is writing to it, and did not end within 0 s" --wait 0 deposit 1 1
works "1144 EUR" balance 1
"$bin/troupe-bank" ledger --db "$db" deposit 1 1 >"$temp/waited" 2>&1 7>&- &
waiting=$!
row 52 'deposit,1,100' >&7
end_import
check "the import ends well" code_is 0
check "and has done all" grep --quiet '^2 rows: 2 done, 0 failed$' "$temp/import.out"
check "who waited comes next" wait "$waiting"
balance_is 1 "1245 EUR"

start_import
row 53 'deposit,1,100' >&7
check "another import runs" has_within 20 1 "1345 EUR"
kill -TERM "$import"
tail --pid="$import" --follow /dev/null # before the pipe ends: else it may find that, and end well
end_import
check "a signal ends it with its number" code_is 143
check "totals are told" grep --quiet '^1 rows: 1 done, 0 failed$' "$temp/import.out"
check "and what to do" grep --quiet 'stopped by a signal; import the same file again' "$temp/import.err"

start_import
row 54 'deposit,1,100' >&7
check "a third import runs" has_within 20 1 "1445 EUR"
kill -KILL "$import"
end_import 2>/dev/null
check "who was killed leaves the lock's file" test -e "$db-lock"
works "1 has 1446" --wait 5 deposit 1 1
check "but not the lock" test ! -e "$db-lock"

if command -v sqlite3 >/dev/null; then
  start_import
  row 55 'deposit,1,100' >&7
  check "a fourth import runs" has_within 20 1 "1546 EUR"
  # A writer that does not ask whose turn it is.
  sqlite3 "$db" "UPDATE meta SET value = value + 1 WHERE key = 'epoch'"
  row 56 'deposit,1,100' >&7
  end_import
  check "an import that is fenced off is exit 1" code_is 1
  check "totals are told" grep --quiet '^2 rows: 1 done, 0 failed, 1 unknown$' "$temp/import.out"
  check "it says why" grep --quiet 'another writer has taken over.*import the same file again' "$temp/import.err"
  balance_is 1 "1546 EUR"
fi
audit_good "after all writers"

# -- what was done is said, even where standard output is full -----------------------------------
code=0
"$bin/troupe-bank" ledger --db "$db" deposit 2 1 --id "$(id 61)" >/dev/full 2>"$temp/err" || code=$?
check "a receipt that cannot be written is exit 1" code_is 1
check "one line" err_is_one_line
check "that tells that it was done" err_has "but the deposit was done; id $(id 61)"
balance_is 2 "1001 EUR"

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
