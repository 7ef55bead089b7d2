#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# A ledger's story: accounts, a purchase by hold and post, the same message sent twice, a payroll file imported twice, a
# transfer between partitions, and an audit that finds a forged balance.
#   bank-ledger.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

bin=${1:?usage: bank-ledger.sh BINARIES}
db=$temp/bank.db

ledger() {
  say "\$ troupe-bank ledger $*" >&2
  "$bin/troupe-bank" ledger --db "$db" "$@"
}
balance_is() { # ACCOUNT LINE
  local found
  found=$(ledger balance "$1")
  say "$found"
  check "account $1 has $2" test "$found" = "$2"
}
refused() { # FAULT ARGUMENT...
  local fault=$1 code=0
  shift
  ledger "$@" 2>"$temp/err" || code=$?
  cat "$temp/err"
  check "$* is refused" test "$code" -eq 1
  check "$* says $fault" grep --quiet "$fault" "$temp/err"
}
audit() {
  "$bin/troupe-bank" audit --db "$db"
}

say "-- three accounts in two partitions: odd numbers live in one, even ones in the other"
ledger --partitions 2 open 1 --currency EUR
ledger open 2 --currency EUR
ledger open 3 --currency EUR --overdraft 100
ledger deposit 1 1000

say "-- the tutorial's two tellers draw 800 each of 1000: the second is refused"
ledger withdraw 1 800
refused insufficient_funds withdraw 1 800
balance_is 1 "200 EUR"

say "-- a purchase: reserved first, then paid in part; what is left is free again"
hold=00000000000000000000000000000abc
ledger hold 1 150 --id $hold
refused insufficient_funds withdraw 1 100
ledger post --hold $hold --account 1 3 120
balance_is 1 "80 EUR"
balance_is 3 "120 EUR"

say "-- a message that is sent again, because the answer was lost, moves nothing again"
for _ in 1 2 3; do
  ledger transfer 3 2 50 --id 00000000000000000000000000000def
done
balance_is 3 "70 EUR"
balance_is 2 "50 EUR"
refused id_reused transfer 3 2 51 --id 00000000000000000000000000000def

say "-- a payroll file, imported twice"
printf 'id,kind,from,to,amount\n%032x,transfer,3,1,25\n%032x,transfer,3,2,25\n' 1001 1002 >"$temp/pay.csv"
ledger import "$temp/pay.csv"
ledger import "$temp/pay.csv"
balance_is 3 "20 EUR"
ledger history 3 --limit 4

say "-- and the audit, which derives every balance anew"
check "the audit passes" audit
if command -v sqlite3 >/dev/null; then
  sqlite3 "$db.1" 'UPDATE accounts SET balance = 1000020 WHERE id = 3'
  code=0
  audit >"$temp/audit" || code=$?
  cat "$temp/audit"
  check "a forged balance is found" test "$code" -eq 1
  check "and named" grep --quiet "partition 1, account 3: balance is 1000020, expected 20" "$temp/audit"
fi

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
