#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's pool of threads: one of a fixed size, and the three ways in which results come out of it.
#   chapter-05-pool.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/chapter_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../chapter_lib.sh"

pages=12
tutorial 'pool.map(craw, urls); pool.submit(craw, url) and results in that order; as_completed(futures)'
urls() { sed 's/.*"url":"\([^"]*\)".*/\1/' "$1"; }

# The first page is answered only when the last has been asked for. With map that is the last of the first four: it asks for no
# more before it has those, which is its price.
for order in map submit completed; do
  ours "a pool of 4 threads, --order $order; the first page is the slowest"
  until=$pages
  [[ $order != map ]] || until=4
  start_held_site --hold 1 "$until"
  head --lines="$pages" held_seeds >seeds
  works troupe-crawl --seeds seeds --max-depth 0 --engine pool --order "$order" --concurrency 4 --per-host 4 --pages pages.jsonl
  say "   the pages as they came out: $(urls pages.jsonl | sed 's|.*/p/||' | tr '\n' ' ')"
  told_counts
  check "$order: all pages" same_lines <(urls pages.jsonl) seeds
  check "$order: each was asked for once" count_is asked "$pages"
  check "$order: never more at once than the pool has threads" test \
    "$(number_of most "$(curl --silent --max-time 30 "$site_url/-/counts")")" -le 4
  if [[ $order == completed ]]; then
    check "completed: what is done first comes first" test "$(urls pages.jsonl | head --lines=1)" != "$site_url/p/1"
    # 4 are under way when the last is asked for; the other 8 are done, the first page is not.
    check "completed: the slow one comes late" test "$(urls pages.jsonl | grep --line-number "/p/1$" | cut --delimiter=: --fields=1)" -gt 8
  else
    check "$order: in the order of the list" cmp <(urls pages.jsonl) seeds
  fi
  end_process "$site_pid"
  forget_process "$site_pid"
done

actors 'results come as they are done; 4 requests at a time'
start_held_site --hold 1 "$pages"
head --lines="$pages" held_seeds >seeds
works troupe-crawl --seeds seeds --max-depth 0 --engine actors --concurrency 4 --per-host 4 --pages pages.jsonl
say "   the pages as they came out: $(urls pages.jsonl | sed 's|.*/p/||' | tr '\n' ' ')"
check "all pages" same_lines <(urls pages.jsonl) seeds
check "what is done first comes first" test "$(urls pages.jsonl | head --lines=1)" != "$site_url/p/1"
end_process "$site_pid"
forget_process "$site_pid"

ours 'a pool keeps its threads: 50 requests by 4 threads'
for engine in pool threads; do
  start_held_site --at-once 1000
  in_background troupe-crawl --seeds held_seeds --max-depth 0 --engine "$engine" --concurrency 4 --per-host 4
  check "$engine: four requests wait" wait_for 30 count_is now 4
  say "   $engine: $(threads_of "$pid") threads"
  let_go
  check "$engine: it ends well" ends_well
  check "$engine: never more than four" count_is most 4
  check "$engine: all pages" count_is asked 50
  end_process "$site_pid"
  forget_process "$site_pid"
done

finish
