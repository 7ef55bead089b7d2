#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's producers and consumers: three threads that fetch, two that parse, and queues between them.
#   chapter-03-queues.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/chapter_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../chapter_lib.sh"

pages=50
tutorial '3 producers fetch, 2 consumers parse, queue.Queue between them; titles go to a file'
start_site troupe-site --lists "$pages" --delay-ms 20 --expected-items expected.jsonl
seq --format="$site_url/sitehome/p/%g" "$pages" >seeds

ours 'the same threads, around two queues that have a bound'
works troupe-crawl --seeds seeds --max-depth 0 --select a.post-item-title --out items.jsonl \
  --engine queue --fetchers 3 --parsers 2 --per-host 16
say "   $(wc --lines <items.jsonl) titles, the first: $(head --lines=1 items.jsonl)"
check "all titles are there, each once" same_lines items.jsonl expected.jsonl
check "three at a time, 20 ms each" is_true "$took >= $pages * 0.020 / 3"

actors 'fetchers and parsers are actors; who has a hand free asks for work'
works troupe-crawl --seeds seeds --max-depth 0 --select a.post-item-title --out items.jsonl --engine actors --per-host 16
check "the same titles" same_lines items.jsonl expected.jsonl
check "the site ends in order" stop_site

# held OPTION...: a crawl by three fetchers whose site answers nobody yet; sets threads.
held() {
  start_held_site --at-once 1000
  in_background troupe-crawl --seeds held_seeds --max-depth 0 --engine queue --concurrency 16 --per-host 16 "$@"
  check "$*: three requests wait" wait_for 30 count_is now 3
  threads=$(threads_of "$pid")
  say "   $threads threads"
  let_go
  check "$*: it ends well, no thread waits for ever" ends_well
  told_counts
  check "$*: never more requests than fetchers" count_is most 3
  check "$*: each page once" count_is asked "$pages"
  end_process "$site_pid"
  forget_process "$site_pid"
}
ours 'a site that answers nobody until it is told to: how many are at it?'
held --fetchers 3 --parsers 2
two=$threads
held --fetchers 3 --parsers 7
check "five parsers more are five threads more" test $((threads - two)) -eq 5

finish
