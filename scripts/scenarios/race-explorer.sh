#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's race in every order there is, with troupe-compare race: what fails and after how few steps, what holds in all
# orders, the same story again by its number, and orders drawn at random.
#   race-explorer.sh BINARIES
# Leaves a page and a timeline of the failing order of each model in out/race/.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

bin=${1:?usage: race-explorer.sh BINARIES}
out=$root/out/race
mkdir --parents "$out"

# story ARGUMENT...: explores one race, shows what comes of it, and leaves it in $temp/out.
story() {
  say
  say "-- troupe-compare race $*"
  check "it ends in order: $*" timeout 120 "$bin/troupe-compare" race "$@" >"$temp/out"
  cat "$temp/out"
}
tells() { grep --quiet --extended-regexp -- "$1" "$temp/out"; }
lines_of_story() { grep --extended-regexp '^ +[0-9]+\. |^      -- |^order ' "$1"; }

# fails MODEL ENGINE HOW: finds the shortest, and replays it by its number.
fails() {
  local name=$1-$2 number
  story --model "$1" --engine "$2" --expect fail --html "$out/$name.html" --trace "$out/$name.json"
  check "$name: some orders fail" tells '^[0-9]+ of [0-9]+ orders fail: '
  check "$name: and none is shorter" tells 'there is no shorter one$'
  check "$name: $3" tells "$3"
  check "$name: its timeline is sound" python3 "$root/scripts/check_trace.py" "$out/$name.json"
  number=$(sed --quiet 's/^order \([0-9]*\) of .*/\1/p' "$temp/out")
  mv "$temp/out" "$temp/told"
  "$bin/troupe-compare" race --model "$1" --engine "$2" --replay "$number" >"$temp/out"
  check "$name: order $number is the same story again" cmp --silent <(lines_of_story "$temp/out") <(lines_of_story "$temp/told")
}

fails account none '^order .* overdrawn: A holds -600$'
fails account late-lock '^order .* overdrawn: A holds -600$'
fails transfer lock '^order .* deadlocked: ta waits for the lock of B, which tb holds; tb waits for the lock of A, which ta holds$'
fails transfer none ' came from nowhere$'
fails get-then-set actor ' 800 came from nowhere$'
fails philosophers lock '^order .* deadlocked: pa waits for fork 2, which pb holds'
fails philosophers actor-forks '^order .* deadlocked: pa waits for fork 2, which pb holds'

for race in "account lock" "account atomics" "account actor" "transfer one-lock" "transfer ordered-locks" "transfer actor" \
  "get-then-set lock" "get-then-set actor-set-if" "get-then-set actor-one-message" \
  "philosophers ordered-locks" "philosophers semaphore" "philosophers actor-waiter"; do
  read -r model engine <<<"$race"
  story --model "$model" --engine "$engine" --expect hold
  check "$race: all orders hold" tells '^all [0-9]+ orders hold '
done

story --model philosophers --seats 5 --engine lock
check "five philosophers: few orders of very many are stuck" tells '^120 of 5375346365 orders fail: 120 deadlocked '
story --model philosophers --seats 5 --engine lock --schedules 2000 --seed 1
check "and drawing finds one of them" tells '^[0-9]+ of 2000 schedules of seed 1 fails?: '
check "in its shortest form" tells '^the shortest that fails so: 5 steps, '

say
say "pages and timelines are in $out: open a page in a browser, a timeline at ui.perfetto.dev"
say
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
