#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's asyncio crawl: fifty pages at once on one thread.
#   chapter-09-coroutines.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/chapter_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../chapter_lib.sh"

pages=50
delay_ms=60
tutorial "a task for each of $pages pages in one event loop, on one thread"
start_site troupe-site --lists "$pages" --delay-ms "$delay_ms" --expected-items expected.jsonl
seq --format="$site_url/sitehome/p/%g" "$pages" >seeds
crawl=(troupe-crawl --seeds seeds --max-depth 0 --select a.post-item-title --out items.jsonl --concurrency "$pages" --per-host "$pages")

ours 'C++20 coroutines, as many at a time'
works "${crawl[@]}" --engine coroutines
check "the titles are the site's" same_lines items.jsonl expected.jsonl
check "in less than two thirds of what one after the other takes" is_true "$took < $pages * $delay_ms / 1000 * 2 / 3"

actors 'as many requests at a time; whoever parses is on another thread'
works "${crawl[@]}" --engine actors
check "the same titles" same_lines items.jsonl expected.jsonl
check "in less than two thirds, too" is_true "$took < $pages * $delay_ms / 1000 * 2 / 3"
check "the site ends in order" stop_site

ours "a site that answers nobody before all $pages are there: how many threads wait for it?"
for engine in coroutines threads; do
  start_held_site --at-once 1000
  in_background troupe-crawl --seeds held_seeds --max-depth 0 --engine "$engine" --concurrency "$pages" --per-host "$pages"
  check "$engine: all $pages requests are there at once" wait_for 30 count_is now "$pages"
  say "   $engine: $(threads_of "$pid") threads"
  if [[ $engine == coroutines ]]; then
    # One for the crawl; who asks the resolver or waits for signals may have another.
    check "coroutines need no thread each" test "$(threads_of "$pid")" -le 4
  else
    check "threads do" test "$(threads_of "$pid")" -gt "$pages"
  fi
  let_go
  check "$engine: it ends well" ends_well
  end_process "$site_pid"
  forget_process "$site_pid"
done

finish
