#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Crawls that are asked for over HTTP and done by a cluster's nodes: the rows are those of one process, whoever is
# killed; nodes connect only where the server's rule lets them, and their own; what is dropped ends at the nodes; without a
# coordinator or a node a crawl waits, says so, and fails in time.
#   serve_crawls_cluster_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$(realpath "$1")
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
serve=$bin/troupe-serve
cd "$temp"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

is() { [[ $1 == "$2" ]] || { printf '%s, not %s\n' "$1" "$2" >&2; false; }; }
# ask METHOD PATH [JSON]: leaves the body in said and prints the status.
ask() {
  local with=()
  [[ $# -lt 3 ]] || with=(--header 'Content-Type: application/json' --data "$3")
  curl --silent --show-error --max-time 60 --request "$1" --output said --write-out '%{http_code}' "${with[@]}" "$serve_url$2" || true
}
# said EXPRESSION: true of the object o that was answered.
said() { python3 -c 'import json, sys; o = json.load(open("said")); sys.exit(not eval(sys.argv[1]))' "$1" || { cat said >&2; false; }; }
# wait_for COMMAND...: a minute at most.
wait_for() {
  local end=$((SECONDS + 60))
  while ((SECONDS < end)); do
    if "$@" 2>/dev/null; then
      return 0
    fi
    sleep 0.1
  done
  "$@"
}
is_ready() { [[ $(ask GET /readyz) == 200 ]]; }
# post JSON: sets id.
post() {
  check "taken: $1" is "$(ask POST /crawls "$1")" 201
  id=$(python3 -c 'import json; print(json.load(open("said"))["id"])')
}
crawl_is() { [[ $(ask GET "/crawls/$id") == 200 ]] && said "$1"; }
results() { curl --silent --show-error --max-time 200 --no-buffer "$serve_url/crawls/$id/results"; }
rows() { sed 's/,"ms":[0-9]*//; s/,"depth":[0-9]*//' "$@" | sort; }
refused() { # WORDS PROGRAM OPTION...
  local words=$1 code=0
  shift
  timeout 10 "$@" >out 2>err </dev/null || code=$?
  check "exit 2: $*" is "$code" 2
  check "one line: $*" is "$(wc --lines <err)" 1
  check "says '$words': $*" grep --quiet --fixed-strings -- "$words" err
}
kill_now() {
  kill -KILL "$1"
  wait "$1" 2>/dev/null || true
  forget_process "$1"
}

# -- usage
at=127.0.0.1:9
refused 'needs --crawls FOLDER' "$serve" --at $at --at-services crawls
refused 'is for --at-services' "$serve" --at $at --crawls . --crawl-away-ms-max 2000
refused 'is for --at-services' "$serve" --crawls . --crawl-away-ms-max 2000
refused 'a cluster works with actors' "$serve" --at $at --at-services crawls --crawls . --engine pool
node=$bin/troupe-node
refused "it is the coordinator's" "$node" --join $at --roles crawl --crawls-max 3
refused "it is the coordinator's" "$node" --join $at --roles crawl --frontier-memory 1000000
refused 'for --join with --roles crawl' "$node" --join $at --roles primes --crawl-public-only
refused 'for --join with --roles crawl' "$node" --coordinate --crawl-public-only
refused 'is for --crawl-public-only' "$node" --join $at --roles crawl --crawl-allow 127.0.0.0/8
refused 'bits beyond its length' "$node" --join $at --roles crawl --crawl-public-only --crawl-allow 127.0.0.1/8

# -- a coordinator, nodes, sites
coordinate() { # LISTEN OPTION...
  : >head.out
  "$node" --coordinate --listen "$@" >>head.out 2>>head.err &
  head=$!
  started+=("$head")
  wait_for grep --quiet '^listening on' head.out || die 'the coordinator did not start'
  at=$(sed --quiet 's/^listening on \([^ ]*\).*/\1/p' head.out)
}
declare -A pid
worker() { # NAME OPTION...
  "$node" --join "$at" --roles crawl --name "$@" >>"$1.log" 2>&1 &
  pid[$1]=$!
  started+=("$!")
}
node_is() { ask GET /cluster >/dev/null && grep --quiet --fixed-strings "\"name\":\"$1\",\"state\":\"$2\"" said; }
mkdir rows state
start_site "$bin/troupe-site" --lists 3 --pages 100 --seed 20 --delay-ms 30 --access-log site.log
site="{\"url\":\"$site_url/\",\"concurrency\":4,\"per_host\":8}"
slowly="{\"url\":\"$site_url/\",\"concurrency\":4,\"per_host\":8,\"delay_ms\":50}" # ten seconds
python3 "$here/serve_crawls_cluster_site.py" others.log >others.out &
others=$!
started+=("$others")
wait_for test -s others.out
read -r door robots inside <others.out
requests() { wc --lines <site.log; }
more_than() { [[ $(requests) -gt $1 ]]; }

start_serve "$serve" --crawls rows --crawl-allow 127.0.0.0/8
post "$site"
results >alone.jsonl
check 'one process: done' crawl_is 'o["state"] == "done"'
rows alone.jsonl >expected
check 'there is something to find' test "$(wc --lines <expected)" -gt 100
check 'it ends' stop_serve

# -- nobody is there: it waits in words, and fails in time
coordinate 127.0.0.1:0
kill_now "$head"
far=(--at "$at" --at-services crawls --crawls rows)
start_serve "$serve" "${far[@]}" --crawl-allow 127.0.0.0/8 --crawl-away-ms-max 3000
post "$site"
check 'no coordinator: it waits' crawl_is 'o["state"] == "running"'
check 'and says so' wait_for crawl_is '"no coordinator" in o["detail"]'
check 'it is not ready' is "$(ask GET /readyz)" 503
check 'because of its crawls too' grep --quiet 'crawls: no coordinator' said
check 'it fails in time' wait_for crawl_is 'o["state"] == "failed"'
check 'as unreachable' said 'o["error"] == "unreachable" and "no coordinator came within 3 s" in o["detail"]'
coordinate "$at"
check 'a coordinator is found' wait_for is_ready
post "$site"
check 'no node: it says so' wait_for crawl_is '"no node crawls" in (o["detail"] or "")'
check 'it fails in time' wait_for crawl_is 'o["state"] == "failed"'
check 'as unreachable' said 'o["error"] == "unreachable" and "no node came within 3 s" in o["detail"]'
post "$site"
check 'one that is dropped meanwhile' is "$(ask DELETE "/crawls/$id")" 204
check 'is canceled at once' wait_for crawl_is 'o["state"] == "canceled"'
check 'the server ends' stop_serve

# -- the same rows, by nodes that come late, and of which one is killed
start_serve "$serve" "${far[@]}" --crawl-allow 127.0.0.0/8
check 'it finds the coordinator' wait_for is_ready
post "$site"
worker anna
worker bert
results >both.jsonl
check 'two nodes: done' crawl_is 'o["state"] == "done" and o["error"] is None and o["detail"] is None and o["failed"] == 0'
check 'the rows of one process' cmp expected <(rows both.jsonl)
check 'all of them counted' crawl_is "o['done'] == $(wc --lines <expected)"
check 'both are there' wait_for node_is anna up
check 'indeed' wait_for node_is bert up
check 'the metrics count crawls' is "$(ask GET /metrics)" 200
check 'as for one process' grep --quiet --extended-regexp '^troupe_crawls_ended_total\{[^}]*\} 1$' said
check 'a list of them' is "$(ask GET /crawls)" 200
check 'has it' said 'len(o["crawls"]) == 1'
post "$slowly"
results >killed.jsonl &
reader=$!
check 'it is under way' wait_for test -s killed.jsonl
kill_now "${pid[anna]}"
wait "$reader"
check 'a killed node: done' crawl_is 'o["state"] == "done" and o["failed"] == 0'
check 'the same rows' cmp expected <(rows killed.jsonl)
worker cleo
check 'cleo is up' wait_for node_is cleo up
post "{\"url\":\"$site_url/\",\"select\":\"a.post-item-title\",\"per_host\":8}"
results >items.jsonl
check 'items come too' test "$(wc --lines <items.jsonl)" -gt 40

# -- what is dropped ends at the nodes; and what a server had that ends, or is killed
quiet_second() { # two requests may have been on their way
  local before
  before=$(requests)
  sleep 1
  [[ $(requests) -le $((before + 2)) ]]
}
stands_still() { # WORDS: soon nothing is fetched any more
  check "$1" wait_for quiet_second
}
under_way() {
  local before
  before=$(requests)
  post "$slowly"
  check 'it is under way' wait_for more_than $((before + 5))
}
under_way
check 'dropped' is "$(ask DELETE "/crawls/$id")" 204
check 'it is canceled' wait_for crawl_is 'o["state"] == "canceled"'
check 'in its middle' said "0 < o['done'] < $(wc --lines <expected)"
stands_still 'nothing is fetched for what was dropped'
results >dropped.jsonl
check 'its rows stay' crawl_is "o['done'] == $(wc --lines <dropped.jsonl)"
under_way
check 'the server ends in order' stop_serve
stands_still 'nothing is fetched for a server that has ended'
start_serve "$serve" "${far[@]}" --crawl-allow 127.0.0.0/8
check 'the next one finds the coordinator' wait_for is_ready
under_way
kill_now "$serve_pid"
stands_still 'nothing is fetched for a server that was killed'

# -- a bound on rows holds
start_serve "$serve" "${far[@]}" --crawl-allow 127.0.0.0/8 --crawl-results-bytes-max 5000
check 'another one finds it' wait_for is_ready
post "$site"
results >bounded.jsonl
check 'more rows than are kept: failed' crawl_is 'o["state"] == "failed" and o["error"] == "results_bytes_max"'
check 'some are' test "$(wc --bytes <bounded.jsonl)" -gt 2000
check 'not more' test "$(wc --bytes <bounded.jsonl)" -le 5000
stands_still 'and nothing is fetched for it any more'
check 'it ends' stop_serve

# -- where nodes connect: only public addresses, and what this server allows
came_in() { grep --count '^inside' others.log || true; }
start_serve "$serve" "${far[@]}"
check 'it finds the coordinator' wait_for is_ready
before=$(requests)
post "{\"urls\":[\"http://0x7f.1:${site_url##*:}/\",\"http://[::ffff:127.0.0.1]:${site_url##*:}/\",\"http://localhost:${site_url##*:}/\"]}"
results >inside.jsonl
check 'nothing allowed: a row each' is "$(wc --lines <inside.jsonl)" 3
check 'that says so' is "$(grep --count '"error":"address_refused"' inside.jsonl)" 3
check 'and so does the crawl' crawl_is 'o["state"] == "failed" and "address_refused" in o["detail"] and o["robots_unreachable"] == 0'
check 'nobody came' is "$(requests)" "$before"
check 'it ends' stop_serve
start_serve "$serve" "${far[@]}" --crawl-allow 127.0.0.1
check 'it finds the coordinator' wait_for is_ready
post "{\"url\":\"http://127.0.0.1:$door/\",\"scope\":\"any\"}"
results >door.jsonl
check 'one address allowed: two pages there, and one refused' is "$(wc --lines <door.jsonl)" 3
check 'which a redirect led to' is "$(grep --count '"url":"http://127.0.0.2:.*"error":"address_refused"' door.jsonl)" 1
post "{\"url\":\"http://127.0.0.1:$robots/\"}"
results >robots.jsonl
check 'a robots.txt that leads inside forbids all' test ! -s robots.jsonl
check 'and is counted' crawl_is 'o["state"] == "failed" and o["robots_unreachable"] == 1'
post "{\"url\":\"http://127.0.0.2:$inside/\"}"
results >direct.jsonl
check 'inside itself: refused' is "$(grep --count '"error":"address_refused"' direct.jsonl)" 1
check 'nobody has come in' is "$(came_in)" 0
check 'it ends' stop_serve
# That somebody can: the check above is one.
start_serve "$serve" "${far[@]}" --crawl-allow 127.0.0.0/8
check 'it finds the coordinator' wait_for is_ready
post "{\"url\":\"http://127.0.0.1:$door/\",\"scope\":\"any\"}"
results >door.jsonl
check 'all allowed: three pages' is "$(grep --count '"error":null' door.jsonl)" 3
check 'and somebody came in' is "$(came_in)" 2

# -- nodes with a rule of their own
for name in bert cleo; do
  kill_now "${pid[$name]}"
done
worker dora --crawl-public-only --crawl-allow 127.0.0.1
check 'dora is up' wait_for node_is dora up
post "{\"url\":\"http://127.0.0.1:$door/\",\"scope\":\"any\"}"
results >door.jsonl
check "a node's own rule holds as well" is "$(grep --count '"url":"http://127.0.0.2:.*"error":"address_refused"' door.jsonl)" 1
code=0
timeout 60 "$bin/troupe-crawl" "http://127.0.0.2:$inside/" --at "$at" --pages own.jsonl --retries 0 --progress never >out 2>err || code=$?
check 'for orders without a rule too' is "$code" 1
check 'refused' grep --quiet '"error":"address_refused"' own.jsonl
check 'nobody came in' is "$(came_in)" 2
timeout 60 "$bin/troupe-crawl" "http://127.0.0.1:$door/" --at "$at" --pages own.jsonl --progress never >out 2>err
check 'what it allows is had' grep --quiet '"error":null' own.jsonl
kill_now "${pid[dora]}"
worker emil
check 'emil is up' wait_for node_is emil up
timeout 60 "$bin/troupe-crawl" "http://127.0.0.2:$inside/" --at "$at" --pages none.jsonl --progress never >out 2>err
check 'no rule at all: had, as ever' grep --quiet '"error":null' none.jsonl

# -- the coordinator is lost: without --state, and with it
post "$slowly"
results >lost.jsonl &
reader=$!
check 'it is under way' wait_for test -s lost.jsonl
kill_now "$head"
wait "$reader"
check 'without its coordinator: failed' crawl_is 'o["state"] == "failed" and o["error"] == "unreachable"'
check 'and why' said '"the coordinator was lost" in o["detail"]'
check 'with the rows that are there' said "o['done'] == $(wc --lines <lost.jsonl)"
check 'each as in one process' test -z "$(comm -23 <(rows lost.jsonl) expected)"
coordinate "$at" --state state --crawls-max 1
check 'emil comes to the next' wait_for node_is emil up
post "$slowly"
results >kept.jsonl &
reader=$!
check 'it is under way' wait_for test -s kept.jsonl
first=$id
post "{\"url\":\"http://127.0.0.1:$door/\"}"
check 'more crawls than the coordinator takes' wait_for crawl_is 'o["state"] == "failed" and o["error"] == "refused"'
check 'say so' said '"takes no more at a time" in o["detail"]'
id=$first
kill_now "$head"
check 'it says that it waits' wait_for crawl_is '"waiting for it to come back" in (o["detail"] or "")'
coordinate "$at" --state state
wait "$reader"
check 'with --state it goes on: done' crawl_is 'o["state"] == "done" and o["error"] is None'
check 'the same rows' cmp expected <(rows kept.jsonl)
check 'the server ends in order' stop_serve
for process in "${pid[emil]}" "$head"; do
  code=0
  kill -TERM "$process"
  wait "$process" || code=$?
  forget_process "$process"
  check 'SIGTERM: 0' is "$code" 0
done
check 'the site ends in order' stop_site

if [[ $failed -gt 0 ]]; then # what there is to see of it
  tail --lines=20 head.err "$serve_err" emil.log >&2 2>/dev/null || true
fi
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
