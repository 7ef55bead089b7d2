#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Builds troupe, serves a site that answers after 100 ms, crawls it with actors, and then does the same job
# in the six other ways; ends with the tutorial's primes and a stream of numbers.
#   demo.sh              everything
#   demo.sh BINARIES     with the programs in this folder, without setup and build
# Leaves out/items.jsonl and out/pages.jsonl.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

lists=50
delay_ms=100
width=16 # requests at a time

if [[ $# -ge 1 ]]; then
  bin=$1
else
  "$root/scripts/setup.sh"
  say "== Build (release, programs only)"
  cd -- "$root"
  cmake --preset demo >"$temp/configure.log" || { cat "$temp/configure.log" >&2; die "cmake failed"; }
  cmake --build --preset demo
  bin=$root/build/demo/bin
fi
out=$root/out
mkdir --parents "$out"

start_site "$bin/troupe-site" --lists "$lists" --delay-ms "$delay_ms" --expected-items "$temp/expected.jsonl"
sort "$temp/expected.jsonl" >"$temp/expected.sorted"
for ((n = 1; n <= lists; n++)); do
  printf '%s/sitehome/p/%d\n' "$site_url" "$n"
done >"$temp/seeds"

# crawl ENGINE OPTION...: the lists, and nothing that they link to. A crawl is kind by default, two
# requests at a time to one host; this site is ours, so we ask for more.
crawl() {
  local engine=$1
  shift
  "$bin/troupe-crawl" --seeds "$temp/seeds" --max-depth 0 --select a.post-item-title \
    --concurrency "$width" --per-host "$width" --engine "$engine" "$@"
}
items_are_right() { sort "$1" | cmp --silent - "$temp/expected.sorted"; }

say
say "== $lists list pages at $site_url, each answered after $delay_ms ms; actors, $width requests at a time"
crawl actors --out "$out/items.jsonl" --pages "$out/pages.jsonl" --progress auto --stats text
say
say "The first of $(wc --lines <"$out/items.jsonl") titles in out/items.jsonl:"
head --lines=5 "$out/items.jsonl" | sed 's/.*"text":"\(.*\)"}$/  \1/; s/\\"/"/g'
check "out/items.jsonl holds the right titles" items_are_right "$out/items.jsonl"
if [[ $failed -eq 0 ]]; then
  say "All texts and links are exactly those of the site."
fi

say
say "== The same $lists pages in seven ways"
printf '%-12s %6s %9s %9s %7s\n' engine pages seconds pages/s 'CPU s'
TIMEFORMAT='%U %S'
for engine in "${engines[@]}"; do
  if ! { time crawl "$engine" --out "$temp/items" --progress never --stats json \
    >"$temp/stdout" 2>"$temp/stderr"; } 2>"$temp/time"; then
    cat "$temp/stderr" >&2
    check "$engine" false
    continue
  fi
  stats=$(tail --lines=1 "$temp/stdout")
  cpu=$(awk '{ printf "%.2f", $1 + $2 }' "$temp/time")
  awk -v e="$engine" -v p="$(number_of pages "$stats")" -v s="$(number_of seconds "$stats")" -v c="$cpu" \
    'BEGIN { printf "%-12s %6d %9.2f %9.0f %7s\n", e, p, s, p / (s > 0 ? s : 1), c }'
  check "$engine: the same titles" items_are_right "$temp/items"
done
say "(serial does one request at a time, queue has 3 fetchers; the others $width. CPU: user and system, of the whole run)"
check "the site ends in order" stop_site

say
say "== The tutorial's primes: 100 times 112272535095293 by trial division, in four ways"
check "the table is made" "$bin/troupe-primes" tutorial --runs 1
say
say "== 3,000,000 numbers through troupe-primes, by actors"
seq 1000000000000000000 1000000000002999999 >"$temp/numbers"
begin=$(date +%s.%N)
check "the stream ends in order" "$bin/troupe-primes" --file "$temp/numbers" >"$temp/answers"
awk -v b="$begin" -v e="$(date +%s.%N)" -v p="$(grep --count ' prime$' "$temp/answers")" \
  'BEGIN { printf "%d primes, %.1f million numbers/s\n", p, 3 / (e - b) }'
check "an answer a number" test "$(wc --lines <"$temp/answers")" -eq 3000000
say
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
