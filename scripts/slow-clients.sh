#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The gateway under clients that are slow on purpose: headers, bodies and answers a few bytes at a time, by hundreds of
# connections (slowhttptest, in setup.sh's --bench list). Meanwhile an honest client has to be answered at once, and in
# the end no slow one may be left.
#   slow-clients.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

connections=500
attack_s=12
deadline_ms=3000    # of the server, for a header, a body, an answer that nobody reads
honest_seconds=0.5  # the longest that the honest client may wait
bin=$(realpath "${1:?usage: slow-clients.sh BINARIES}")
command -v slowhttptest >/dev/null || die "no slowhttptest here; run scripts/setup.sh --bench"

"$bin/troupe-serve" --listen 127.0.0.1:0 --quiet --header-ms-max "$deadline_ms" --body-ms-max "$deadline_ms" \
  --idle-ms-max "$deadline_ms" --write-ms-max "$deadline_ms" >"$temp/out" &
server=$!
started+=("$server")
for ((i = 0; i < 100; i++)); do
  grep --quiet '^listening on ' "$temp/out" && break
  sleep 0.1
done
origin=$(sed --quiet 's/^listening on \([^ ]*\).*/\1/p' "$temp/out")
[[ -n $origin ]] || die "troupe-serve did not start"
port=${origin##*:}

numbers=$(seq --separator=, 1000000007 2 1000000907) # a long answer for those who read slowly
# connected: how many connections the server has.
connected() { ss --no-header --tcp --numeric state established "sport = :$port" | wc --lines; }

# attack WORDS OPTIONS...: slowhttptest in the background, an honest client beside it.
attack() {
  local words=$1 slowest=0 answered=0 asked=0 most=0 now took pid
  shift
  say "-- $words"
  slowhttptest -c "$connections" -r 250 -l "$attack_s" -p 3 "$@" >"$temp/attack" 2>&1 &
  pid=$!
  started+=("$pid")
  while kill -0 "$pid" 2>/dev/null; do
    asked=$((asked + 1))
    took=$(curl --silent --output "$temp/body" --write-out '%{time_total}' --max-time 5 "$origin/is_prime/17") &&
      grep --quiet '"17": *true' "$temp/body" && answered=$((answered + 1))
    slowest=$(printf '%s\n%s\n' "$slowest" "${took:-5}" | sort --general-numeric-sort | tail --lines=1)
    now=$(connected)
    most=$((now > most ? now : most))
    sleep 0.2
  done
  wait "$pid" || true
  for ((i = 0; i < 60 && $(connected) > 0; i++)); do
    sleep 0.2
  done
  say "$answered of $asked honest requests answered, the slowest in $slowest s; $most slow connections at most, $(connected) left"
  check "$words: there was an attack" test "$most" -ge $((connections / 4))
  check "$words: every honest request is answered" test "$answered" -eq "$asked"
  check "$words: at once" awk "BEGIN { exit !($slowest < $honest_seconds) }"
  check "$words: none is left" test "$(connected)" -eq 0
}

attack "slow headers" -H -i 1 -u "$origin/is_prime/17"
attack "slow bodies" -B -i 1 -s 8192 -x 8 -u "$origin/is_prime"
attack "slow readers" -X -n 1 -k 3 -w 64 -y 128 -z 16 -u "$origin/is_prime/$numbers"

check "the server lives" kill -0 "$server"
say "$passed checks passed, $failed failed"
((failed == 0))
