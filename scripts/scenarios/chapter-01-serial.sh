#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's first crawl, fifty pages one after the other: how long that has to take, that there is never more than one
# request under way, and why its own fifty addresses are one page.
#   chapter-01-serial.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/chapter_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../chapter_lib.sh"

pages=50
delay_ms=40
tutorial "single_thread() fetches $pages pages, one after the other"
start_site troupe-site --lists "$pages" --delay-ms "$delay_ms" --expected-items expected.jsonl
seq --format="$site_url/sitehome/p/%g" "$pages" >seeds
say "   the site answers after $delay_ms ms: $pages pages take $((pages * delay_ms)) ms at least"

ours 'one thread, one page at a time'
crawl=(troupe-crawl --seeds seeds --max-depth 0 --select a.post-item-title --out items.jsonl --pages pages.jsonl)
works "${crawl[@]}" --engine serial
check "all pages were there" tells "^$pages pages in .* 0 errors"
check "all waits were added up" is_true "$took >= $pages * $delay_ms / 1000"
check "the titles are the site's" same_lines items.jsonl expected.jsonl
check "the rows are in the order of the list" cmp <(sed 's/.*"url":"\([^"]*\)".*/\1/' pages.jsonl) seeds
serial=$took
mv pages.jsonl pages.serial

actors 'the same list, 16 requests at a time'
works "${crawl[@]}" --engine actors --concurrency 16 --per-host 16
check "the same pages" python3 "$root/scripts/scenarios/crawl_checks.py" same-pages pages.serial pages.jsonl
check "the same titles" same_lines items.jsonl expected.jsonl
check "in less than two thirds of the time" is_true "$took < $serial * 2 / 3"

ours "the tutorial's fifty addresses differ behind the # only, which no server ever sees"
seq --format="$site_url/#p%g" "$pages" >fragments
works troupe-crawl --seeds fragments --max-depth 0 --engine serial
check "they are one page" tells '^1 pages in .* 0 errors'
check "the site ends in order" stop_site

ours 'a site that counts what is there at once'
start_held_site --delay-ms 5
for engine in serial actors; do
  works troupe-crawl --seeds held_seeds --max-depth 0 --engine "$engine" --concurrency 1 --per-host 1
done
told_counts
check "never two requests at once" count_is most 1
check "and each page once by each" count_is asked $((2 * pages))

finish
