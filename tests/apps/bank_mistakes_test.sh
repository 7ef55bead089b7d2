#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# What people and programs get wrong with a ledger, and what must not come of it: money lost or doubled, a file destroyed, a
# wrong value taken for a right one, words that hide what happened.
#   bank_mistakes_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
# shellcheck source=tests/apps/bank_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/bank_lib.sh"

bin=$1
db=$temp/bank.db

no_files_but() { # NAME...: in $temp/new
  [[ "$(cd "$temp/new" && ls)" == "$*" ]] || { ls "$temp/new" >&2; false; }
}

# -- an empty text is a variable that is not set, and no missing option -----------------
works "done" open 1 --currency EUR
works "done" open 2 --currency EUR
works "done" deposit 1 1000
for words in "--id " "--id=" "--currency "; do
  IFS=' ' read -ra empty <<<"$words"
  [[ $words != *' ' ]] || empty+=("")
  ledger deposit 1 5 "${empty[@]}"
  check "an empty '$words' is exit 2" code_is 2
  check "an empty '$words' is one line" err_is_one_line
done
fails 2 "the amount is empty" deposit 1 ""
fails 2 "the account is empty" deposit "" 5
fails 2 "the overdraft is empty" open 7 --currency EUR --overdraft ""
fails 2 "the hold is empty" void --hold "" --account 1
run ledger --db "" balance 1
check "an empty --db is exit 2" code_is 2
run ledger --db :memory: balance 1
check "a --db in memory is exit 2" code_is 2
run audit --db ""
check "of audit too" code_is 2
balance_is 1 "1000 EUR"

# -- 0 is not the whole of a hold, and no time is not for ever -----------------------------
works "done" hold 1 300 --id "$(id 1)"
fails 2 "would post nothing" post 2 0 --hold "$(id 1)" --account 1
fails 2 "would post nothing" post 2 00 --hold "$(id 1)" --account 1
printf '{"id":"%s","kind":"post","account":1,"to":2,"hold":"%s","amount":0}\n' "$(id 2)" "$(id 1)" >"$temp/zero.jsonl"
ledger import "$temp/zero.jsonl"
check "a row that posts 0 is exit 1" code_is 1
check "and named" err_has "row 1: the amount '0' would post nothing"
balance_is 1 "1000 EUR (held 300)"
works "void from 1: done" void --hold "$(id 1)" --account 1
fails 1 "void: hold_closed: it was posted or voided before" void --hold "$(id 1)" --account 1
fails 2 "beyond 64 bits" hold 1 1 --until 99999999999999999999
fails 2 "is no time" hold 1 1 --until -1
fails 2 "is no time" hold 1 1 --until 0
fails 2 "is no whole number from" hold 1 1 --for 1e3
fails 2 "is no whole number from" history 1 --before -1
fails 2 "is no whole number from" history 1 --limit 0x10
fails 2 "is no whole number from" --partitions 99999999999999999999 deposit 1 1
fails 2 "the overdraft '-1' is below 0" open 7 --currency EUR --overdraft -1
fails 2 "the account '0' is not between" deposit 0 5
fails 2 "from '0' is not between" transfer 0 1 5
fails 2 "see troupe-bank ledger deposit --help" deposit 1
fails 1 "insufficient_funds: 1 has 1000; id" withdraw 1 1001
ledger deposit --help
check "help tells the program" out_has "troupe-bank ledger deposit"
check "and what else is needed" out_has "--db FILE"

# -- files with two meanings are refused ---------------------------------------------------
row() { # KIND OF LINE, then the line behind the id
  printf '%s,%s\n' "$(id "$1")" "$2"
}
header_fails() { # WORDS HEADER
  printf '%b\n' "$2" >"$temp/header.csv"
  fails 1 "$1" import "$temp/header.csv"
}
header_fails "has the column 'amount' twice" 'id,kind,to,amount,amount'
header_fails "columns are separated by commas" 'id;kind;to;amount'
header_fails "has a column 'i?[31md'" 'i\033[31md,kind'
header_fails "it is no UTF-8 text" 'i\0d\0,\0'
header_fails "has a quote in the middle" 'id,ki"nd'
header_fails "has a quote that does not end" 'id,"kind'
{
  printf 'id,kind,to,amount\n'
  row 11 'deposit,1,"1"2'
  row 12 'deposit,1,1""3'
  row 13 'deposit,1,"1'
  row 14 'deposit,1,"1""2"'
  row 15 '"deposit","1","5"'
  row 16 'deposit,1,'
} >"$temp/quotes.csv"
ledger import "$temp/quotes.csv"
check "odd quotes are exit 1" code_is 1
check "only the whole row is done" out_is "6 rows: 1 done, 5 failed"
for words in "row 2: has a quote in the middle" "row 3: has a quote in the middle" "row 4: has a quote that does" \
  "row 5: the amount '1\"2' is no whole" "row 7: has no amount"; do
  check "says $words" err_has "$words"
done
{
  printf '{"id":"%s","kind":"deposit","to":1,"amount":1,"amount":2}\n' "$(id 21)"
  printf '{"id":"%s","kind":"deposit","to":1,"am\\u006funt":3,"amount":4}\n' "$(id 22)"
  printf '{"id":"%s","kind":"deposit","to":1,"amount":5} {}\n' "$(id 23)"
  printf '{"id":"%s","kind":"deposit","to":1,"amount":[6]}\n' "$(id 24)"
  printf '{"id":"%s","kind":"deposit","to":1,"amount":true}\n' "$(id 25)"
  printf '{"id":"%s","kind":"deposit","to":1,"amount":1.0}\n' "$(id 26)"
  printf '{"id":"%s","kind":"deposit","to":1,"amount":18446744073709551617}\n' "$(id 27)"
  printf '{"id":"%s","kind":"deposit","to":1,"\\u001b[31mx":1}\n' "$(id 28)"
  printf '[1]\n7\n{"id":"%s","kind":"deposit","to":1,"amount":8\n' "$(id 29)"
  printf ' { "id" : "%s", "kind":"\\u0064eposit", "to":"1", "amount":"9", "hold":null } \n' "$(id 30)"
} >"$temp/odd.jsonl"
ledger import "$temp/odd.jsonl" --json
check "odd objects are exit 1" code_is 1
for words in "row 1: has 'amount' twice" "row 2: has 'amount' twice" "row 3: is no JSON object" \
  "row 4: has 'amount', which is neither" "row 5: has 'amount', which is neither" "row 6: the amount '1.0'" \
  "row 7: the amount '18446744073709551617' is beyond" "row 8: has '?[31mx', which no row has" "row 9: is no JSON" \
  "row 10: is no JSON" "row 11: is no JSON"; do
  check "says $words" err_has "$words"
done
check "only the sound one is done" out_has '{"rows":12,"done":1,"failed":11,"unknown":0}'
check "in JSON too" out_has '{"row":1,"error":"bad_row","message":"has '"'amount'"' twice"}'
balance_is 1 "1014 EUR"
{
  printf 'id,kind,to,amount\n'
  row 41 'deposit,1,10' | tr --delete '\n'
} >"$temp/cut.csv"
ledger import --strict "$temp/cut.csv"
check "--strict takes no file that may be cut off" code_is 1
check "and says so" err_has "row 2: has no line end: is the file whole?"
works "1 rows: 1 done" import "$temp/cut.csv"
check "without it, one is warned" err_has "row 2 has no line end: is the file whole?"
balance_is 1 "1024 EUR"
audit_good "after odd files"

# -- the ledger's own files are not written over, and no file is left half -------------------
ln --symbolic bank.db "$temp/link"
ln "$db" "$temp/hard"
for out in "$db" "$db-wal" "$db-shm" "$db-lock" "$temp/link" "$temp/../$(basename "$temp")/bank.db" "$temp/hard"; do
  fails 2 "is one of the ledger's own files" export --out "$out"
done
code=0
# shellcheck disable=SC2094  # that is the mistake
"$bin/troupe-bank" ledger --db "$db" export >>"$db" 2>"$temp/err" || code=$?
check "nor by standard output" code_is 2
rm "$temp/hard"
printf 'old\n' >"$temp/old.csv"
chmod 640 "$temp/old.csv"
ln --symbolic old.csv "$temp/to-old.csv"
ledger export accounts --out "$temp/to-old.csv"
check "export through a link" code_is 0
check "a link stays one" test -L "$temp/to-old.csv"
check "what it leads to is replaced" grep --quiet '^1,EUR,1024,' "$temp/old.csv"
check "with its permissions" test "$(stat --format=%a "$temp/old.csv")" = 640
mkdir "$temp/new"
{
  printf 'id,kind,to,amount\n'
  for ((i = 0; i < 1000; i++)); do row $((1000 + i)) "deposit,2,1"; done
} >"$temp/many.csv"
works "1000 rows: 1000 done" import "$temp/many.csv"
printf 'old\n' >"$temp/new/old.csv"
code=0
(
  ulimit -f 50 # KiB
  "$bin/troupe-bank" ledger --db "$db" export --out "$temp/new/old.csv" 2>"$temp/err"
) || code=$?
check "an export that does not fit is exit 1" code_is 1
check "and says why" err_has "File too large"
check "and leaves what was there" test "$(cat "$temp/new/old.csv")" = old
check "and nothing else" no_files_but old.csv
ledger export --out "$temp/new/old.csv"
check "one that fits is exit 0" code_is 0
check "and has all" test "$(wc --lines <"$temp/new/old.csv")" -ge 1000
rm "$temp"/new/*
balance_is 1 "1024 EUR"
audit_good "after the exports"

# -- a failed import makes no ledger -----------------------------------------------------------
first=$db
db=$temp/new/new.db
printf '' >"$temp/empty.csv"
fails 1 "cannot be opened" import "$temp/none.csv"
fails 1 "is empty" import "$temp/empty.csv"
fails 1 "has a quote that does not end" import "$temp/header.csv"
fails 2 "needs --format" import -
fails 1 "there is no such file" deposit 1 1
check "none of these made a file" no_files_but ""
db=$first

# -- errors in JSON ------------------------------------------------------------------------------
json_fails() { # CODE NAME ARGUMENT...
  local expected=$1 name=$2
  shift 2
  ledger --json "$@"
  check "exit $expected: --json $*" code_is "$expected"
  check "one object: --json $*" test "$(wc --lines <"$temp/out")" -eq 1
  check "an error '$name': --json $*" out_has "\"error\":\"$name\""
  check "and words: --json $*" out_has '"message":"'
}
json_fails 2 usage deposit 1
json_fails 2 usage deposit 1 1.5
json_fails 1 no_account balance 9
json_fails 1 insufficient_funds withdraw 2 5000
json_fails 1 failed import "$temp/none.csv"
run audit --json --db "$temp/none.db"
check "of audit too" out_has '{"error":"failed","message":"'
run race --json --engine nothing
check "of race too" out_has '{"error":"usage","message":"'

# -- partitions that cannot be opened are not made -------------------------------------------------
db=$temp/new/wide.db
code=0
(
  ulimit -n 200
  "$bin/troupe-bank" ledger --db "$db" --partitions 100 open 1 --currency EUR 2>"$temp/err"
) || code=$?
check "too many partitions for this system are exit 1" code_is 1
check "and told why" err_has "100 partitions need 664 open files, and the limit is 200"
check "and not made" test ! -e "$db"
(
  ulimit -S -n 64
  "$bin/troupe-bank" ledger --db "$db" --partitions 30 open 1 --currency EUR >/dev/null
  "$bin/troupe-bank" audit --db "$db" >"$temp/out"
)
check "a limit that may be raised is" out_has "audit: good: 30 partitions, 1 record "

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
