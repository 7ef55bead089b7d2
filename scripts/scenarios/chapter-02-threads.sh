#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's second crawl, a thread for each page: much faster where waiting is all that there is to do, with the same pages
# in another order.
#   chapter-02-threads.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/chapter_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../chapter_lib.sh"

pages=50
delay_ms=60
tutorial "multi_thread() starts $pages threads, one for each page, and joins them all"
start_site troupe-site --lists "$pages" --delay-ms "$delay_ms" --expected-items expected.jsonl
seq --format="$site_url/sitehome/p/%g" "$pages" >seeds
crawl=(troupe-crawl --seeds seeds --max-depth 0 --select a.post-item-title --out items.jsonl --pages pages.jsonl
  --concurrency "$pages" --per-host "$pages")

ours 'one after the other, to compare with'
works "${crawl[@]}" --engine serial
serial=$took
mv pages.jsonl pages.serial

ours 'a thread for each page, all at once'
works "${crawl[@]}" --engine threads
threads=$took
check "the same pages" python3 "$root/scripts/scenarios/crawl_checks.py" same-pages pages.serial pages.jsonl
check "the titles are the site's" same_lines items.jsonl expected.jsonl

actors 'a few actors, as many requests'
works "${crawl[@]}" --engine actors
check "the same pages" python3 "$root/scripts/scenarios/crawl_checks.py" same-pages pages.serial pages.jsonl
check "the titles are the site's" same_lines items.jsonl expected.jsonl
say
printf '   serial %5.2f s\n   threads %4.2f s\n   actors %5.2f s\n' "$serial" "$threads" "$took"
check "serial waits for each page" is_true "$serial >= $pages * $delay_ms / 1000"
check "threads take less than two thirds of that" is_true "$threads < $serial * 2 / 3"
check "so do actors" is_true "$took < $serial * 2 / 3"
check "the site ends in order" stop_site

# What waits has a thread of its own, or does not. The site answers nobody before all are there.
for engine in threads actors; do
  if [[ $engine == threads ]]; then
    ours "how many threads are 10 requests that wait, and how many are $pages?"
  else
    actors 'how many threads are they here?'
  fi
  counted=()
  for width in 10 "$pages"; do
    start_held_site --at-once 1000
    in_background troupe-crawl --seeds held_seeds --max-depth 0 --engine "$engine" --concurrency "$width" --per-host "$width"
    check "$engine: all $width requests are there at once" wait_for 30 count_is now "$width"
    counted+=("$(threads_of "$pid")")
    say "   ${counted[-1]} threads"
    let_go
    check "$engine: it ends well" ends_well
    end_process "$site_pid"
    forget_process "$site_pid"
  done
  if [[ $engine == threads ]]; then
    check "a thread for each" test $((counted[1] - counted[0])) -eq $((pages - 10))
  else
    check "as many as before, or nearly" test $((counted[1] - counted[0])) -lt 10
  fi
done

finish
