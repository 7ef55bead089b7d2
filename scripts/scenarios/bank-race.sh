#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's account with troupe-bank race: the race, what mends it, the actor that never had it, and the trap that
# remains.
#   bank-race.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

bin=${1:?usage: bank-race.sh BINARIES}

# story ARGUMENT...: runs one race, shows it, and leaves it in $temp/out.
story() {
  say
  say "-- troupe-bank race $*"
  check "it ends in order: $*" timeout 120 "$bin/troupe-bank" race "$@" >"$temp/out"
  cat "$temp/out"
}
tells() { grep --quiet --extended-regexp -- "$1" "$temp/out"; }

story --engine none --rounds 5 --pause 100ms
check "two tellers draw 800 each from 1000" tells '^round [0-9]+ overdrawn: A holds -600$'
for engine in lock ordered-locks atomics actor; do
  story --engine "$engine" --rounds 5 --pause 20ms
  check "$engine never breaks" tells '^5 rounds: 5 held, 0 broke$'
done
story --engine actor-get-then-set --rounds 5 --pause 100ms
check "two messages are the race again" tells '^round [0-9]+ miscounted: A holds 200, 800 from nowhere$'

story --transfer --engine lock --rounds 5 --pause 100ms
check "locks in opposite order: a deadlock, and no hanging" tells 'wait for each other \(deadlock\)$'
for engine in ordered-locks actor; do
  story --transfer --engine "$engine" --rounds 5 --pause 20ms
  check "$engine: transfers never do" tells '^5 rounds: 5 held, 0 broke$'
done

story --engine actor --orders
check "the account actor holds in every order" tells '^all [0-9]+ orders hold$'
story --engine actor --orders --transfer
check "transfers by actors hold in every order" tells '^all [0-9]+ orders hold$'
story --engine actor-get-then-set --orders
if tells 'does not let orders be chosen'; then
  say "the rest needs an actor library that does"
else
  check "get-then-set does not" tells '^[0-9]+ of [0-9]+ orders break$'
  number=$(sed --quiet 's/^order \([0-9]*\) miscounted.*/\1/p' "$temp/out")
  mv "$temp/out" "$temp/all"
  story --engine actor-get-then-set --order "$number"
  sed 1d "$temp/out" >"$temp/replay"
  check "and its order replays from its number" \
    cmp --silent "$temp/replay" <(sed '1d;/orders break$/,$d' "$temp/all")
fi

say
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
