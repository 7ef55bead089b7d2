#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# A file of rows comes out the same however many partitions there are: each row as if those before it were over. Made by
# hand where it is known to be hard, and drawn from a seed.
#   bank_order_test.sh BINARIES [SEED]
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$1
RANDOM=${2:-$$}
seed=$RANDOM
files=3
rows=300
id() { printf '%032x' "$1"; }

# outcome PARTITIONS FILE: totals, which rows were refused, and where the accounts stand. Not by which fault: of two that
# hold, the near partition knows but its own.
outcome() {
  local db
  db=$temp/$1-$(basename "$2").db
  "$bin/troupe-bank" ledger --db "$db" --partitions "$1" import "$2" 2>"$temp/refused" || true
  sed 's/^\(row [0-9]*\):.*/\1/' "$temp/refused"
  "$bin/troupe-bank" ledger --db "$db" export accounts --format csv | grep '^[0-9]' | sort
  "$bin/troupe-bank" audit --db "$db" >"$temp/audit" || cat "$temp/audit"
}
same() { # FILE
  local partitions alike=0
  outcome 1 "$1" >"$temp/alone"
  for partitions in 2 3; do
    outcome "$partitions" "$1" >"$temp/apart"
    diff "$temp/alone" "$temp/apart" >&2 || alike=1
  done
  return "$alike"
}

header=id,kind,from,to,amount,currency,overdraft,hold
{
  printf '%s\n' "$header"
  printf '%s,open,,2,,EUR,,\n%s,deposit,,2,100,,,\n' "$(id 1)" "$(id 2)"
  printf '%s,transfer,2,1,100,,,\n%s,withdraw,2,,100,,,\n' "$(id 3)" "$(id 4)"
} >"$temp/refused-far.csv"
check "money that comes back can be drawn by the next row" same "$temp/refused-far.csv"
check "and was" grep --quiet '^4 rows: 3 done, 1 failed$' "$temp/alone"
{
  printf '%s\n' "$header"
  printf '%s,open,,2,,EUR,,\n%s,open,,1,,USD,,\n%s,deposit,,2,100,,,\n' "$(id 1)" "$(id 2)" "$(id 3)"
  printf '%s,transfer,2,1,60,,,\n%s,transfer,2,1,60,,,\n' "$(id 4)" "$(id 5)"
  printf '%s,hold,2,,100,,,\n%s,close,2,,,,,\n' "$(id 6)" "$(id 7)"
} >"$temp/currency.csv"
check "a hold after two refused transfers" same "$temp/currency.csv"

# A pair may have no money, no such account or another currency; all that an operation can meet.
draw() { # ROW
  local from=$((RANDOM % 7 + 1)) to=$((RANDOM % 7 + 1)) amount=$((RANDOM % 60)) kind=$((RANDOM % 12))
  case $kind in
    0 | 1) printf '%032x,deposit,,%s,%s,,,\n' "$1" "$to" "$amount" ;;
    2) printf '%032x,withdraw,%s,,%s,,,\n' "$1" "$from" "$amount" ;;
    3)
      printf '%032x,hold,%s,,%s,,,\n' "$1" $((RANDOM % 3 + 1)) "$amount"
      holds+=("$1")
      ;;
    4) # to accounts that are always there: over partitions, a post that is refused ends the hold
      [[ ${#holds[@]} -eq 0 ]] || printf '%032x,post,%s,%s,,,,%032x\n' "$1" \
        $((RANDOM % 3 + 1)) $((RANDOM % 3 + 1)) "${holds[RANDOM % ${#holds[@]}]}"
      ;;
    5)
      [[ ${#holds[@]} -eq 0 ]] || printf '%032x,void,%s,,,,,%032x\n' "$1" \
        $((RANDOM % 3 + 1)) "${holds[RANDOM % ${#holds[@]}]}"
      ;;
    6) printf '%032x,close,%s,,,,,\n' "$1" $((RANDOM % 3 + 4)) ;;
    *) printf '%032x,transfer,%s,%s,%s,,,\n' "$1" "$from" "$to" "$amount" ;;
  esac
}
for ((f = 0; f < files; f++)); do
  holds=()
  {
    printf '%s\n' "$header"
    for ((i = 1; i <= 5; i++)); do
      printf '%032x,open,,%s,,EUR,%s,\n%032x,deposit,,%s,100,,,\n' "$i" "$i" $((i % 2 * 20)) $((100 + i)) "$i"
    done
    printf '%s,open,,6,,USD,,\n' "$(id 6)"
    for ((i = 0; i < rows; i++)); do
      draw $((1000 + i))
    done
  } >"$temp/drawn$f.csv"
  check "drawn file $f of seed $seed" same "$temp/drawn$f.csv"
done
say "$files files of $rows rows, seed $seed"
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
