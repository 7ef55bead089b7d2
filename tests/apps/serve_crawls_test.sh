#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Crawls over HTTP as a user asks for them, by each engine: the rows are troupe-crawl's, who may be reached, who may
# ask, and what is left behind.
#   serve_crawls_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$(realpath "$1")
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
id_said() { python3 -c 'import json; print(json.load(open("said"))["id"])'; }
usage_error() { # WORDS OPTION...
  local words=$1 code=0
  shift
  timeout 10 "$serve" "$@" >out 2>err </dev/null || code=$?
  check "exit 2: $*" is "$code" 2
  check "one line: $*" is "$(wc --lines <err)" 1
  check "says '$words': $*" grep --quiet --fixed-strings -- "$words" err
}

usage_error '--crawl-allow is for --crawls' --crawl-allow 127.0.0.0/8
usage_error 'no address range' --crawls . --crawl-allow localhost
usage_error 'bits beyond its length' --crawls . --crawl-allow 127.0.0.1/8
usage_error '--crawls names no folder' --crawls ''
code=0
timeout 10 "$serve" --listen 127.0.0.1:0 --crawls ./not-there >out 2>err </dev/null || code=$?
check 'exit 1: no such folder' is "$code" 1
check 'and which' grep --quiet --fixed-strings not-there err

start_site "$bin/troupe-site" --lists 4 --pages 50
"$bin/troupe-crawl" "$site_url/" --select a.post-item-title --out right.jsonl --per-host 8 --progress never >/dev/null
sort right.jsonl >right
check 'there is something to find' test "$(wc --lines <right)" -gt 40
mkdir rows

for engine in actors pool serial; do
  start_serve "$serve" --engine "$engine" --crawls rows --crawl-allow 127.0.0.0/8
  check "$engine: a crawl is taken" is "$(ask POST /crawls "{\"url\":\"$site_url/\",\"select\":\"a.post-item-title\",\"per_host\":8}")" 201
  id=$(id_said)
  curl --silent --show-error --max-time 60 --no-buffer --output got.jsonl "$serve_url/crawls/$id/results"
  check "$engine: its rows are troupe-crawl's" cmp --silent right <(sort got.jsonl)
  check "$engine: it is shown" is "$(ask GET "/crawls/$id")" 200
  check "$engine: as done" said 'o["state"] == "done" and o["failed"] == 0 and o["error"] is None and o["items"] > 40'
  check "$engine: it is listed" is "$(ask GET /crawls)" 200
  check "$engine: alone" said "[c['id'] for c in o['crawls']] == ['$id']"
  check "$engine: a bad one is refused" is "$(ask POST /crawls '{"url":"http://127.0.0.1/","depth":1}')" 400
  check "$engine: and says why" said '"depth" in o["detail"]'
  check "$engine: it is forgotten" is "$(ask DELETE "/crawls/$id")" 204
  check "$engine: for good" is "$(ask GET "/crawls/$id")" 404
  check "$engine: one that runs on" is "$(ask POST /crawls "{\"url\":\"$site_url/\",\"delay_ms\":60000}")" 201
  check "$engine: its rows lie in no named file" test -z "$(ls -A rows)"
  curl --silent --no-buffer --max-time 60 "$serve_url/crawls/$(id_said)/results" >followed 2>&1 &
  follower=$!
  started+=("$follower")
  for ((i = 0; i < 400; i++)); do
    [[ ! -s followed ]] || break
    sleep 0.05
  done
  begin=$SECONDS
  check "$engine ends all the same" stop_serve
  check "$engine: and does not wait for who follows" test $((SECONDS - begin)) -lt 8
  wait "$follower" || true
  forget_process "$follower"

  start_serve "$serve" --engine "$engine" --crawls rows
  check "$engine: taken" is "$(ask POST /crawls "{\"urls\":[\"$site_url/\",\"http://0x7f.1:${site_url##*:}/\"]}")" 201
  check "$engine: its rows" is "$(ask GET "/crawls/$(id_said)/results")" 200
  check "$engine: nothing inside is reached without leave" is "$(grep --count '"error":"address_refused"' said)" 1
  check "$engine ends" stop_serve
done

# Who may ask.
token=$("$serve" new-token --token-file token)
start_serve "$serve" --crawls rows --token-file token
check 'not without the token' is "$(ask GET /crawls)" 401
check 'with it' is "$(curl --silent --max-time 20 --output said --write-out '%{http_code}' --header "Authorization: Bearer $token" "$serve_url/crawls")" 200
check 'it ends' stop_serve

# Without --crawls there are none.
start_serve "$serve"
check 'no crawls unless asked for' is "$(ask GET /crawls)" 404
check 'that ends too' stop_serve

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
