#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's account with troupe-bank race: without a lock, with one, by actors; deadlocks, which two locks bring; the
# trap that remains; and every order that there is, with troupe-compare race.
#   chapter-04-account.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/chapter_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../chapter_lib.sh"

tutorial 'two threads draw 800 each from an account of 1000: look, sleep, take'
ours 'the same; what the tutorial saw, -600, comes about again'
works troupe-bank race --engine none --rounds 5 --pause 200ms
check "two tellers draw 800 each from 1000" tells '^round [0-9]+ overdrawn: A holds -600$'
ours 'that is no accident: of all orders of their steps, most end so'
works troupe-compare race --model account --engine none --expect fail
check "4 of 6" tells '^4 of 6 orders fail: 4 overdrawn'

tutorial 'a lock around looking and taking'
for engine in lock ordered-locks atomics; do
  ours "--engine $engine"
  works troupe-bank race --engine "$engine" --rounds 5 --pause 20ms
  check "$engine never breaks" tells '^5 rounds: 5 held, 0 broke$'
done
ours 'under a lock no order fails'
works troupe-compare race --model account --engine lock --expect hold
check "all hold" tells '^all [0-9]+ orders hold '
ours 'what a lock costs in thought: two locks, taken in opposite order'
works troupe-bank race --transfer --engine lock --rounds 5 --pause 200ms
check "a deadlock, and no hanging" tells 'wait for each other \(deadlock\)$'
works troupe-bank race --transfer --engine ordered-locks --rounds 5 --pause 20ms
check "in one order: none" tells '^5 rounds: 5 held, 0 broke$'

actors 'the account is one; it handles a message at a time'
works troupe-bank race --engine actor --rounds 5 --pause 20ms
check "it never breaks" tells '^5 rounds: 5 held, 0 broke$'
works troupe-bank race --transfer --engine actor --rounds 5 --pause 20ms
check "transfers neither" tells '^5 rounds: 5 held, 0 broke$'
works troupe-bank race --engine actor --orders
check "the account holds in every order" tells '^all [0-9]+ orders hold$'
works troupe-bank race --engine actor --orders --transfer
check "transfers hold in every order" tells '^all [0-9]+ orders hold$'

actors 'the trap: get in one message, set in another'
works troupe-bank race --engine actor-get-then-set --rounds 5 --pause 200ms
check "it is the race again" tells '^round [0-9]+ miscounted: A holds 200, 800 from nowhere$'
works troupe-bank race --engine actor-get-then-set --orders
if tells 'does not let orders be chosen'; then
  say "the rest needs an actor library that does"
else
  check "most orders break" tells '^[0-9]+ of [0-9]+ orders break$'
  number=$(sed --quiet 's/^order \([0-9]*\) miscounted.*/\1/p' out)
  mv out all
  works troupe-bank race --engine actor-get-then-set --order "$number"
  check "and its order replays from its number" cmp --silent <(sed 1d out) <(sed '1d;/orders break$/,$d' all)
fi

finish
