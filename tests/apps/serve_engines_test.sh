#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-serve's three engines: the same answers, and how each ends with a question still open.
#   serve_engines_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

serve=$(realpath "$1")/troupe-serve
cd "$temp"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

# get NAME OPTION... URL: leaves the body in NAME and prints the status.
get() {
  local name=$1
  shift
  curl --silent --show-error --max-time 30 --output "$name" --write-out '%{http_code}' "$@" || true
}
is() { [[ $1 == "$2" ]] || { printf '%s, not %s\n' "$1" "$2" >&2; false; }; }
# json FILE EXPRESSION: true of the object o in it.
json() { python3 -c 'import json, sys; o = json.load(open(sys.argv[1])); sys.exit(not eval(sys.argv[2]))' "$1" "$2"; }
# asks_open N: starts N questions of a second and more, and waits until the server has them.
ask_slowly() {
  local i wanted=$1 now
  slow=()
  for ((i = 0; i < $1; i++)); do
    get "slow.$i" "$serve_url/" >"slow.$i.status" 2>"slow.$i.err" &
    slow+=($!)
    started+=($!)
  done
  # Who asks how many there are is one of them. Serial answers that too late: by then it has the question.
  for ((i = 0; i < 200; i++)); do
    now=$(curl --silent --max-time 1 "$serve_url/metrics" | awk '$1 == "troupe_http_in_flight" { print $2 }') || true
    [[ ${now:-0} -gt $wanted ]] && break
    [[ -z $now && $i -ge 1 ]] && break
    sleep 0.05
  done
}
slow_end() {
  local pid
  for pid in "${slow[@]}"; do
    wait "$pid" || true
    forget_process "$pid"
  done
}

for engine in actors pool serial; do
  start_serve "$serve" --engine "$engine"
  check "$engine says so" grep --quiet --fixed-strings "(engine $engine)" "$serve_out"
  check "$engine is ready" is "$(get ready "$serve_url/readyz")" 200
  check "$engine: primes" is "$(get primes "$serve_url/is_prime/17,91,18446744073709551557,170141183460469231731687303715884105727")" 200
  check "$engine: verdicts" json primes \
    'o == {"17": True, "91": False, "18446744073709551557": True, "170141183460469231731687303715884105727": True}'
  check "$engine: an array" is "$(get posted --header 'Content-Type: application/json' --data '[2, "4", 97]' "$serve_url/is_prime")" 200
  check "$engine: its verdicts" json posted 'o == {"2": True, "4": False, "97": True}'
  check "$engine: no number" is "$(get bad "$serve_url/is_prime/17,seventeen")" 400
  check "$engine: is named" json bad '"seventeen" in o["detail"] and o["status"] == 400'
  check "$engine: three sources" is "$(get trio "$serve_url/")" 200
  check "$engine: all three have something" json trio 'set(o) >= {"result_file", "result_db", "result_api"} and all(o[k] for k in ("result_file", "result_db", "result_api"))'
  check "$engine ends" stop_serve
  check "$engine: without a word" test ! -s "$serve_err"

  # What was asked is answered, though it came to be told to stop meanwhile.
  start_serve "$serve" --engine "$engine" --delays-ms 2000 2000 2000
  ask_slowly 1
  check "$engine drains" stop_serve
  slow_end
  check "$engine: and answers what was asked" is "$(cat slow.0.status)" 200
  check "$engine: whole" json slow.0 'set(o) >= {"result_file", "result_db", "result_api"}'
done

# What takes longer than the drain may last is cut off, and the exit code says so.
start_serve "$serve" --delays-ms 20000 20000 20000 --source-ms-max 25000 --drain-ms-max 300
ask_slowly 1
begin=$(date +%s%N)
code=0
stop_serve || code=$?
check 'a cut drain ends with 1' is "$code" 1
check 'and says so' grep --quiet --fixed-strings 'cut off' "$serve_err"
check 'within its time' test $((($(date +%s%N) - begin) / 1000000)) -lt 5000
slow_end
check 'no answer was made up' is "$(cat slow.0.status)" 000

# A second signal ends it at once.
start_serve "$serve" --delays-ms 20000 20000 20000 --source-ms-max 25000 --drain-ms-max 30000
ask_slowly 1
begin=$(date +%s%N)
kill -TERM "$serve_pid"
for ((i = 0; i < 200; i++)); do # until it has heard the first: it takes no more connections then
  curl --silent --max-time 1 --output /dev/null "$serve_url/healthz" || break
  sleep 0.05
done
code=0
stop_serve || code=$?
check 'a second signal ends it with 143' is "$code" 143
check 'at once' test $((($(date +%s%N) - begin) / 1000000)) -lt 5000
slow_end

# Late is late.
start_serve "$serve" --delays-ms 0 0 60000 --source-ms-max 4000
check 'a late source' test "$(get late "$serve_url/")" -ge 200
check 'is named, and the others are there' json late 'o["result_file"] and o["result_db"] and o["result_api"] is None and set(o["errors"]) == {"api"}'
check 'it ends' stop_serve

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
