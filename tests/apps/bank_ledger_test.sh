#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-bank ledger and audit as a user runs them: arguments, answers, exit codes, import and export, bad files.
#   bank_ledger_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
# shellcheck source=tests/apps/bank_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/bank_lib.sh"

bin=$1
db=$temp/bank.db

# -- usage errors ---------------------------------------------------------------
run
check "no command is exit 2" code_is 2
run frob
check "an unknown command is exit 2" code_is 2
fails 2 "subcommand"
fails 2 "--currency" open 1
fails 2 "'euro'" open 1 --currency euro
fails 2 "no account number" open x --currency EUR
fails 2 "is not between 1 and" open 0 --currency EUR
fails 2 "is not between 1 and" open 4611686018427387904 --currency EUR
fails 2 "12.50 EUR is 1250" deposit 1 12.50
fails 2 "12.50 EUR is 1250" deposit 1 1e3
fails 2 "beyond 64 bits" deposit 1 9223372036854775808
fails 2 "32 hexadecimal digits" deposit 1 5 --id 12
fails 2 "--hold" post --account 1 2
fails 2 "needs --format" import -
fails 1 "there is no such file" balance 1
fails 1 "there is no such file" deposit 1 5
check "none of these made a file" test ! -e "$db"

# -- accounts and money ---------------------------------------------------------
works "open with overdraft 50 EUR to 1: done" open 1 --currency EUR --overdraft 50
works "done" open 2 --currency EUR
works "done" open 3 --currency USD
works "1 has 1000" deposit 1 1000 --id "$(id 10)"
works "1 has 1000" deposit 1 1000 --id "$(id 10)"
fails 1 "id_reused" deposit 1 999 --id "$(id 10)"
works '"error":null' transfer 1 2 300 --json
check "receipts carry the balances after" out_has '"from_balance":700,"from_held":0,"to_balance":300'
fails 1 "insufficient_funds" transfer 1 2 751
fails 1 "no_account" transfer 1 9 1
fails 1 "currency_mismatch" transfer 1 3 1
fails 1 "account_exists" open 1 --currency EUR
fails 1 "amount_not_positive" deposit 1 0
fails 1 "not_empty" close 1
works "done" close 3
fails 1 "closed" deposit 3 1
works "done" withdraw 2 100
works "200 EUR" balance 2
check "balance is one line" out_is "200 EUR"
works '"balance":700,"held":0,"overdraft":50,"closed":false' balance 1 --json
fails 1 "no_account" balance 77

# -- holds ----------------------------------------------------------------------
works "hold 500 on 1: done" hold 1 500 --id "$(id 20)"
works "700 EUR (held 500)" balance 1
fails 1 "insufficient_funds" transfer 1 2 251
works "2 has 320" post --hold "$(id 20)" --account 1 2 120
fails 1 "hold_closed" void --hold "$(id 20)" --account 1
works "580 EUR" balance 1
works "done" hold 1 10 --id "$(id 21)"
works "done" void --hold "$(id 21)" --account 1
works "done" hold 1 10 --id "$(id 22)"
works "done" release --hold "$(id 22)" --account 1
fails 1 "no_hold" void --hold "$(id 99)" --account 1
works "done" hold 1 10 --for 1 --id "$(id 23)"
sleep 1.1
works "580 EUR" balance 1
check "a hold whose time is over binds nobody" out_is "580 EUR"
fails 1 "hold_expired" post --hold "$(id 23)" --account 1 2
fails 1 "expiry_past" hold 1 10 --until 1000
works "hold_expired" history 1
ledger history 1 --limit 3 --json
check "history --limit" test "$(wc --lines <"$temp/out")" -eq 3
audit_good "after all this"
check "audit's totals" out_has "clients have 900 EUR"

# -- import and export ----------------------------------------------------------
{
  printf 'id,kind,account,from,to,amount,currency,overdraft,hold\r\n'
  printf '%s,open,10,,,,EUR,,\r\n%s,open,11,,,,"EUR",5,\r\n' "$(id 101)" "$(id 102)"
  printf '%s,deposit,10,,,500,,,\r\n%s,transfer,,10,11,200,EUR,,\r\n' "$(id 103)" "$(id 104)"
} >"$temp/good.csv"
works "4 rows: 4 done, 0 failed" import "$temp/good.csv"
works "300 EUR" balance 10
works "4 rows: 4 done, 0 failed" import "$temp/good.csv"
works "300 EUR" balance 10
printf '\xef\xbb\xbf' | cat - "$temp/good.csv" >"$temp/marked.csv"
works "4 rows: 4 done, 0 failed" import "$temp/marked.csv"
mkdir "$temp/folder.csv"
fails 1 "cannot be read" import "$temp/folder.csv"
head --bytes=3000000 /dev/zero | tr '\0' 'x' >"$temp/long.csv"
fails 1 "is longer than 65536 bytes" import "$temp/long.csv"
{
  printf '{"id":"%s","kind":"deposit","account":10,"amount":7}\n' "$(id 111)"
  printf '{"id":"%s","kind":"deposit","account":10,"amount":7.5}\n' "$(id 112)"
  printf 'no json\n\n'
  printf '{"id":"%s","kind":"withdraw","account":10,"amount":99999}\n' "$(id 113)"
  printf '{"kind":"deposit","account":10,"amount":7}\n'
  printf '{"id":"%s","kind":"deposit","account":"10","amount":"3"}\n' "$(id 114)"
  printf '{"id":"%s","kind":"settle","account":"10","amount":"3"}\n' "$(id 115)"
} >"$temp/bad.jsonl"
ledger import "$temp/bad.jsonl"
check "an import with bad rows exits 1" code_is 1
check "and does the good ones" out_is "7 rows: 2 done, 5 failed"
for words in "row 2: the amount '7.5' is no whole" "row 3: is no JSON object" "row 5: insufficient_funds" \
  "row 6: has no id" "row 8: the kind 'settle'"; do
  check "says $words" err_has "$words"
done
works "310 EUR" balance 10
ledger import --strict "$temp/bad.jsonl"
check "--strict with a bad row exits 1" code_is 1
check "--strict does none" out_is "7 rows: 0 done, 7 failed"
{
  printf '{"id":"%s","kind":"deposit","account":10,"amount":1}\n' "$(id 121)"
  printf '{"id":"%s","kind":"withdraw","account":11,"amount":99999}\n' "$(id 122)"
} >"$temp/refused.jsonl"
ledger import --strict "$temp/refused.jsonl"
check "--strict with a refused row exits 1" code_is 1
check "--strict names it" err_has "row 2: insufficient_funds"
works "310 EUR" balance 10
for ((i = 0; i <= 10000; i++)); do
  printf '{"id":"%032x","kind":"deposit","account":10,"amount":1}\n' $((70000 + i))
done >"$temp/large.jsonl"
fails 1 "--strict takes at most 10000 rows" import --strict "$temp/large.jsonl"
works "310 EUR" balance 10
printf 'id,kind,colour\n' >"$temp/odd.csv"
fails 1 "column 'colour'" import "$temp/odd.csv"
fails 1 "cannot be opened" import "$temp/none.csv"
code=0
"$bin/troupe-bank" ledger --db "$db" --json import - --format jsonl <"$temp/large.jsonl" >"$temp/out" 2>"$temp/err" || code=$?
check "import - reads standard input" out_is '{"rows":10001,"done":10001,"failed":0,"unknown":0}'
works "10311 EUR" balance 10
ledger export accounts --out "$temp/accounts.csv"
check "export accounts" grep --quiet --fixed-strings '10,EUR,10311,0,0,0' "$temp/accounts.csv"
ledger export
check "export history is JSONL by default" out_has '"kind":"transfer","from":10,"to":11,"amount":200'
records=$(wc --lines <"$temp/out")
audit_good "after the imports"
check "all records were exported" out_has "$records records"
ledger export --out /dev/full
check "a full disk exits 1" code_is 1
check "and says so" err_has "No space left on device"

# -- partitions -----------------------------------------------------------------
first=$db
db=$temp/parts.db
works "done" --partitions 3 open 1 --currency EUR
works "done" open 2 --currency EUR
works "done" deposit 1 100
works "transfer 40 from 1 to 2: done; 1 has 60" transfer 1 2 40
works "40 EUR" balance 2
fails 1 "no_account" transfer 1 5 10
works "60 EUR" balance 1
fails 1 "has 3 partitions, not 2" --partitions 2 deposit 1 1
{
  printf '{"id":"%s","kind":"transfer","from":1,"to":2,"amount":60}\n' "$(id 201)"
  printf '{"id":"%s","kind":"withdraw","account":2,"amount":100}\n' "$(id 202)"
  printf '{"id":"%s","kind":"open","account":3,"currency":"EUR"}\n' "$(id 203)"
  printf '{"id":"%s","kind":"deposit","account":2,"amount":9}\n' "$(id 204)"
  printf '{"id":"%s","kind":"transfer","from":2,"to":3,"amount":9}\n' "$(id 205)"
} >"$temp/order.jsonl"
works "5 rows: 5 done" import "$temp/order.jsonl"
works "has 109" deposit 3 100
works "transfer 10 from 3 to 1: done; 3 has 99; 1 has 10" transfer 3 1 10
works "done" hold 3 50 --id "$(id 210)" --for 3600
works '"moved":20,"from_balance":79,"from_held":0,"to_balance":30,"given_back":false' \
  post --hold "$(id 210)" --account 3 1 20 --id "$(id 211)" --json
works '"to_balance":30' post --hold "$(id 210)" --account 3 1 20 --id "$(id 211)" --json
works "79 EUR" balance 3
check "what was not posted is free" out_is "79 EUR"
works "done" hold 3 50 --id "$(id 220)"
fails 1 "no_account: the hold is over, and what it held is free again; 3 has 79" \
  post --hold "$(id 220)" --account 3 5 50
works "79 EUR" balance 3
check "and can be spent" out_is "79 EUR"
works "done" withdraw 3 79
works "done" withdraw 1 30
{
  printf '{"id":"%s","kind":"deposit","account":1,"amount":1}\n' "$(id 231)"
  printf '{"id":"%s","kind":"deposit","account":2,"amount":1}\n' "$(id 232)"
} >"$temp/spread.jsonl"
ledger import --strict "$temp/spread.jsonl"
check "--strict over partitions exits 1" code_is 1
check "and says why" err_has "row 2: wrong_partition: all or nothing works inside one partition"
audit_good "of partitions"
check "counts them" out_has "3 partitions"
check "money is conserved" out_has "clients have 0 EUR"
mv "$db.2" "$temp/away"
fails 1 "parts.db.2: is missing: it is partition 2 of 3" deposit 1 1
mv "$temp/away" "$db.2"

# -- what is off is found -------------------------------------------------------
db=$first
printf 'this is no database, and long enough to be seen as none at all......................\n' >"$temp/text.db"
run audit --db "$temp/text.db"
check "audit of a text exits 1" code_is 1
check "and says what it is" err_has "is no SQLite database"
if command -v sqlite3 >/dev/null; then
  check "any shell reads it" test "$(sqlite3 "$db" "SELECT balance FROM accounts WHERE id = 10")" -eq 10311
  sqlite3 "$db" 'UPDATE accounts SET balance = balance + 1 WHERE id = 10'
  run audit --db "$db"
  check "a changed balance is exit 1" code_is 1
  check "and named" out_is "audit: partition 0, account 10: balance is 10312, expected 10311"
  run audit --db "$db" --json
  check "in JSON too" out_has '"ok":false'
else
  say "skipped: no sqlite3 to change a balance behind the ledger's back"
fi

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
