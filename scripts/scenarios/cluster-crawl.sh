#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# A crawl by two nodes of a cluster, each a process: the pages and titles are those of one process, none twice; also if
# a node is killed while it crawls, if one comes, if one is told to leave, and if the coordinator is killed. The demo site says what is right, its
# access log what was requested. Then, where it is installed, a real site.
#   cluster-crawl.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

bin=${1:?usage: cluster-crawl.sh BINARIES}
checks=$root/scripts/scenarios/crawl_checks.py
node=$bin/troupe-node
declare -A pid

coordinate() { # ADDRESS
  "$node" --coordinate --listen "$1" --state "$temp/state" >"$temp/coordinator.log" 2>&1 &
  pid[coordinator]=$!
  started+=("$!")
  wait_for 60 grep --quiet 'listening on' "$temp/coordinator.log" || die "the coordinator did not start"
  at=$(sed --quiet 's/^listening on \([^ ]*\).*/\1/p' "$temp/coordinator.log")
}
coordinate 127.0.0.1:0

state_is() { [[ $("$node" status --at "$at" 2>/dev/null | awk -v n="$1" '$1 == n { print $2 }') == "$2" ]]; }
worker() {
  "$node" --join "$at" --roles crawl --name "$1" >>"$temp/$1.log" 2>&1 &
  pid[$1]=$!
  started+=("$!")
}
end_with() { # SIGNAL NAME: its exit code in ended_with
  ended_with=0
  kill "-$1" "${pid[$2]}"
  wait "${pid[$2]}" 2>/dev/null || ended_with=$?
  forget_process "${pid[$2]}"
}
for name in anna bert; do
  worker "$name"
done
for name in anna bert; do
  check "$name is up" wait_for 60 state_is "$name" up
done

delay=20 # ms a page: so that something can happen meanwhile
begin_site() { # STORY
  mkdir "$temp/$1"
  start_site "$bin/troupe-site" --lists 10 --pages 300 --seed 20 --delay-ms "$delay" --access-log "$temp/$1/access.log" \
    --expected "$temp/$1/expected.json" --expected-items "$temp/$1/expected.jsonl"
}
crawl() { # STORY OPTION...
  "$bin/troupe-crawl" "$site_url/" "${@:2}" --concurrency 4 --per-host 8 --select a.post-item-title \
    --out "$temp/$1/items.jsonl" --pages "$temp/$1/pages.jsonl" --progress never --stats json >"$temp/$1/stats.json"
}
# Port numbers differ from site to site.
rows() { sed "s|$site_url||g" "$temp/$1/pages.jsonl" | sed 's/,"ms":[0-9]*//; s/,"depth":[0-9]*//' | sort; }
judge() { # STORY
  local dir=$temp/$1
  check "$1: the pages" python3 "$checks" site-pages "$dir/expected.json" "$site_url" "$dir/pages.jsonl"
  rows "$1" >"$dir/rows"
  check "$1: the rows of one process" cmp "$temp/alone/rows" "$dir/rows"
  check "$1: no page twice" test -z "$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$dir/pages.jsonl" | sort | uniq --repeated)"
  sort "$dir/items.jsonl" >"$dir/items.sorted"
  sort "$dir/expected.jsonl" >"$dir/expected.sorted"
  check "$1: the titles" cmp "$dir/items.sorted" "$dir/expected.sorted"
  say "$1: $(wc --lines <"$dir/pages.jsonl") pages, $(wc --lines <"$dir/items.jsonl") titles in $(number_of seconds "$(cat "$dir/stats.json")") s"
  stop_site
}

say "-- one process"
begin_site alone
check "it ends with 0" crawl alone
judge alone

say
say "-- two nodes"
begin_site nodes
check "it ends with 0" crawl nodes --at "$at"
check "the requests" python3 "$checks" site-log "$temp/nodes/expected.json" "$temp/nodes/access.log"
check "the counts" python3 "$checks" site-stats "$temp/nodes/expected.json" "$temp/nodes/stats.json"
judge nodes

say
say "-- one is killed, another comes"
begin_site killed
crawl killed --at "$at" &
job=$!
check "it is under way" wait_for 60 test -s "$temp/killed/access.log"
sleep 0.5
end_with KILL anna
check "the crawl goes on without it" kill -0 "$job"
worker cleo
check "it ends with 0" wait "$job"
judge killed
check "the killed one is down" wait_for 20 state_is anna down
check "the other one has come" wait_for 60 state_is cleo up

say
say "-- one is told to leave"
begin_site drained
crawl drained --at "$at" &
job=$!
check "it is under way" wait_for 60 test -s "$temp/drained/access.log"
sleep 0.5
end_with TERM bert
check "it ends with 0" test "$ended_with" -eq 0
check "before the crawl" kill -0 "$job"
check "the crawl ends with 0" wait "$job"
check "no page was requested twice" python3 "$checks" site-log "$temp/drained/expected.json" "$temp/drained/access.log"
judge drained
check "it has left" wait_for 20 state_is bert left

say
say "-- the coordinator is killed, three times, and comes back to what it kept"
delay=80 # three times are to fit in
begin_site restarted
worker anna
check "anna is up" wait_for 60 state_is anna up
crawl restarted --at "$at" 2>"$temp/restarted/said" &
job=$!
lines_of() { if [[ -e $1 ]]; then wc --lines <"$1"; else say 0; fi; }
lines_are() { [[ $(lines_of "$2") -ge $1 ]]; }
went_on() { [[ $(grep --count 'the crawl goes on' "$temp/restarted/said") -eq $1 ]]; }
for losses in 0 1 2; do
  check "it went on $losses times" wait_for 60 went_on "$losses"
  check "rows are written" wait_for 60 lines_are "$(($(lines_of "$temp/restarted/pages.jsonl") + 30))" "$temp/restarted/pages.jsonl"
  check "the crawl is under way" kill -0 "$job"
  end_with KILL coordinator
  coordinate "$at"
done
check "it ends with 0" wait "$job"
check "it was told of each loss" test "$(grep --count 'the coordinator was lost' "$temp/restarted/said")" -eq 3
check "and went on" went_on 3
judge restarted

say
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
