#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# All seven engines crawl the whole demo site, traps included, and each has to give exactly its pages and titles.
#   crawl-demo.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

bin=${1:?usage: crawl-demo.sh BINARIES}
checks=$root/scripts/scenarios/crawl_checks.py

for engine in "${engines[@]}"; do
  dir=$temp/$engine
  mkdir "$dir"
  # A server for each, so that each access log has one crawl.
  start_site "$bin/troupe-site" --lists 10 --pages 300 --seed 20 --access-log "$dir/access.log" \
    --expected "$dir/expected.json" --expected-items "$dir/expected.jsonl"
  check "$engine ends with 0" "$bin/troupe-crawl" "$site_url/" --engine "$engine" --concurrency 16 --per-host 16 \
    --select a.post-item-title --out "$dir/items.jsonl" --pages "$dir/pages.jsonl" \
    --progress never --stats json >"$dir/stats.json"
  check "$engine: the pages" python3 "$checks" site-pages "$dir/expected.json" "$site_url" "$dir/pages.jsonl"
  check "$engine: the requests" python3 "$checks" site-log "$dir/expected.json" "$dir/access.log"
  check "$engine: the counts" python3 "$checks" site-stats "$dir/expected.json" "$dir/stats.json"
  sort "$dir/items.jsonl" >"$dir/items.sorted"
  sort "$dir/expected.jsonl" >"$dir/expected.sorted"
  check "$engine: the titles" cmp "$dir/items.sorted" "$dir/expected.sorted"
  check "$engine: the site ends in order" stop_site
  say "$engine: $(wc --lines <"$dir/pages.jsonl") pages, $(wc --lines <"$dir/items.jsonl") titles"
done

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
