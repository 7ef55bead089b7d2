#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's service that tells primes, behind which stands a pool: ours by actors, by a pool of threads and by neither.
#   chapter-08-primes-service.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/chapter_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../chapter_lib.sh"

asks_at_once=60
tutorial '/is_prime/1,2,3 hands a list of numbers to a pool of processes, and answers with an object'

# ask OPTION... PATH
ask() {
  say "\$ curl ${*:1:$#-1} $serve_url${*: -1}"
  status=$(curl --silent --max-time 30 --output out --write-out '%{http_code}' "${@:1:$#-1}" "$serve_url${*: -1}") || true
  cat out
  say
}
for engine in serial pool actors; do
  if [[ $engine == actors ]]; then
    actors 'a message with the numbers; the answer is a message back'
  else
    ours "--engine $engine"
  fi
  start_serve troupe-serve --engine "$engine"
  ask /is_prime/1,2,3,4,112272535095293
  check "$engine: exactly this" test "$(cat out)" = '{"1":false,"2":true,"3":true,"4":false,"112272535095293":true}'
  ask /is_prime/18446744073709551557,170141183460469231731687303715884105727,91
  check "$engine: of any size" test "$(cat out)" = \
    '{"18446744073709551557":true,"170141183460469231731687303715884105727":true,"91":false}'
  ask --header 'Content-Type: application/json' --data '[2, "4", 97]' /is_prime
  check "$engine: an array" tells '"97":true'
  ask /is_prime/17,seventeen
  check "$engine: a fault names its cause" tells seventeen
  check "$engine: a fault is 400" test "$status" = 400
  seq "$asks_at_once" | xargs --max-procs=20 --replace curl --silent --max-time 60 --output 'answer.{}' "$serve_url/is_prime/{}" || true
  seq "$asks_at_once" | troupe-primes | sed 's/^\([0-9]*\) prime$/{"\1":true}/; s/^\([0-9]*\) .*/{"\1":false}/' >expected
  for ((n = 1; n <= asks_at_once; n++)); do
    cat "answer.$n"
    say
  done >many
  check "$engine: $asks_at_once questions, 20 at a time, all answered rightly" cmp many expected
  rm answer.*
  check "$engine ends in order" stop_serve
done

finish
