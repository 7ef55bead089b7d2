#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The same work by every engine, with troupe-compare: the same answers first, then times. Little work, so that it takes seconds;
# what can be said of time needs "troupe-compare all --quick", or all of it.
#   compare-quick.sh BINARIES
# Leaves the page, the JSON, the rows and the timelines in out/compare/.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

bin=$(cd -- "${1:?usage: compare-quick.sh BINARIES}" && pwd)
out=$root/out/compare
mkdir --parents "$out"

tells() { grep --quiet --extended-regexp -- "$1" "$temp/out"; }

check "it ends in order" timeout 300 "$bin/troupe-compare" all --size tiny --runs 3 --report "$out/report.html" \
  --json "$out/report.json" --csv "$out/report.csv" --trace "$out/trace.json" >"$temp/out"
cat "$temp/out"
for workload in "crawl, near" "crawl, far" "bank, 2 accounts" "bank, 100000 accounts" "bank, race" "primes, tutorial" \
  "primes, many" "jobs, waiting" "jobs, computing" "web, one number" "web, three sources" \
  savina,\ {ping-pong,threadring,fjcreate,counting,chameneos,big,banking,philosophers,barber}; do
  check "$workload is there" tells "^$workload: "
done
check "every workload has one answer" test "$(grep --count 'all answered the same: ' "$temp/out")" -eq 20
check "the timelines are sound" "$root/scripts/check_trace.py" "$out/trace.json"
for engine in "crawl, far: actors x4" "crawl, far: queue x4" "bank, race: lock" "bank, race: actor" "primes, many: processes x2" \
  "jobs, waiting: actors x2" "web, three sources: pool x2"; do
  check "$engine has one" grep --quiet --fixed-strings "\"name\":\"$engine\"" "$out/trace.json"
done
check "who wins is counted" tells '^  locks win [0-9]+, actors win [0-9]+, no winner [0-9]+$'

say
say "-- a troupe-primes whose threads answer one number wrongly"
mkdir "$temp/fake"
ln --symbolic "$bin"/troupe-* "$temp/fake/"
rm "$temp/fake/troupe-primes"
cat >"$temp/fake/troupe-primes" <<SH
#!/bin/sh
case "\$*" in
*threads*) "$bin/troupe-primes" "\$@" | sed '2s/prime/composite/' ;;
*) exec "$bin/troupe-primes" "\$@" ;;
esac
SH
chmod +x "$temp/fake/troupe-primes"
code=0
"$bin/troupe-compare" primes --size tiny --bin "$temp/fake" >"$temp/out" 2>&1 || code=$?
cat "$temp/out"
check "is caught" test "$code" -eq 1
check "by name" tells 'threads x2: [0-9a-f]{16}; the first difference of serial and threads x2: line 2: '

say
say "the page, the JSON, the rows and the timelines (for ui.perfetto.dev) are in $out"
say
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
