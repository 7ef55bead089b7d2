#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's semaphore: fifty tasks, of which never more than ten are at the site.
#   chapter-10-semaphore.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/chapter_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../chapter_lib.sh"

pages=50
permits=10
tutorial "asyncio.Semaphore($permits) around each of $pages tasks"

# The site answers nobody before so many are there: fewer would wait for ever; and it knows how many there were at most.
for engine in semaphore actors; do
  if [[ $engine == semaphore ]]; then
    ours "$permits permits; a task begins with one and gives it back at its end"
  else
    actors "a credit for each request; no answer, no further request"
  fi
  start_held_site --at-once "$permits" --delay-ms 20
  works troupe-crawl --seeds held_seeds --max-depth 0 --engine "$engine" --concurrency "$permits" --per-host "$pages"
  told_counts
  check "$engine: all pages" count_is asked "$pages"
  check "$engine: $permits at once, and never more" count_is most "$permits"
  check "$engine: ten at a time, 20 ms each" is_true "$took >= $pages / $permits * 0.020"
  end_process "$site_pid"
  forget_process "$site_pid"
done

ours 'without it, all come at once'
start_held_site --at-once "$pages"
works troupe-crawl --seeds held_seeds --max-depth 0 --engine coroutines --concurrency "$pages" --per-host "$pages"
told_counts
check "without a bound: $pages at once" count_is most "$pages"

ours 'a bound for each host is another one: politeness'
start_held_site --at-once 3
works troupe-crawl --seeds held_seeds --max-depth 0 --engine semaphore --concurrency "$permits" --per-host 3
told_counts
check "--per-host 3: three at once, and never more" count_is most 3

finish
