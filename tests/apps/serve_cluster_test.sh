#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-serve --at as a user runs it: its cluster's nodes check, come and go; /cluster, /metrics and /readyz tell of them.
#   serve_cluster_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$(realpath "$1")
cd "$temp"
large=170141183460469231731687303715884105727 # 2^127 - 1: no desk answers that

refused() { # WORDS OPTION...
  local words=$1 code=0
  shift
  timeout 60 "$bin/troupe-serve" "$@" >out 2>err </dev/null || code=$?
  check "exit 2: $*" test "$code" -eq 2
  check "says '$words': $*" grep --quiet --fixed-strings -- "$words" err
}
refused 'is no HOST:PORT' --at nowhere
refused '--at and --engine pool' --at 127.0.0.1:7000 --engine pool
refused '--workers is not for --at' --at 127.0.0.1:7000 --workers 2

# until SECONDS COMMAND...
until_holds() {
  local i
  for ((i = 0; i < $1 * 10; i++)); do
    "${@:2}" && return
    sleep 0.1
  done
  return 1
}
# first FILE WORDS: what stands behind the words there, once it does
first() {
  sed --quiet "s/^$2 \([^ ]*\).*/\1/p" "$1" | head --lines=1
}
has_begun() { [[ -n $(first "$1" "$2") ]]; }

coordinate() { # ADDRESS
  : >head.out
  "$bin/troupe-node" --coordinate --listen "$1" >>head.out 2>>head.err &
  head=$!
  started+=("$head")
  until_holds 60 has_begun head.out 'listening on'
  at=$(first head.out 'listening on')
}
node() {
  "$bin/troupe-node" --join "$at" --roles primes --name "$1" >"$1.out" 2>&1 &
  nodes[$1]=$!
  started+=("$!")
}
declare -A nodes
coordinate 127.0.0.1:0
"$bin/troupe-serve" --at "$at" --listen 127.0.0.1:0 >serve.out 2>serve.err &
server=$!
started+=("$server")
check 'it serves' until_holds 60 has_begun serve.out 'listening on'
url=$(first serve.out 'listening on')
url=${url%/}

ask() { curl --silent --max-time 60 "$url$1" >answer; }
says() { ask "$1" && grep --quiet --fixed-strings -- "$2" answer; }
status_is() { [[ $(curl --silent --output answer --max-time 60 --write-out '%{http_code}' "$url$1") == "$2" ]]; }
node_is() { says /cluster "\"name\":\"$1\",\"state\":\"$2\""; }

check 'it finds the coordinator' until_holds 60 says /cluster '"connected":true'
check 'small numbers need no node' says /is_prime/17,91 '{"17":true,"91":false}'
node one
node two
check 'a node is up' until_holds 60 node_is one up
check 'another one too' until_holds 60 node_is two up
check 'it is ready' until_holds 60 status_is /readyz 200
check 'nodes check large numbers' says "/is_prime/$large" "{\"$large\":true}"
check 'the metrics name them' says /metrics 'troupe_node_up{service="cluster",node="one"} 1'
check 'and count them' says /metrics 'troupe_nodes_up{service="cluster"} 2'

kill_now() {
  kill -KILL "$1"
  wait "$1" || true
  forget_process "$1"
}
kill_now "${nodes[one]}"
check 'a killed node is down' until_holds 60 node_is one down
check 'in the metrics too' says /metrics 'troupe_node_up{service="cluster",node="one"} 0'
check 'the other one goes on' says "/is_prime/$large" "{\"$large\":true}"

kill_now "$head"
check 'a lost coordinator is told' until_holds 60 says /cluster '"connected":false'
check 'it is not ready' status_is /readyz 503
check 'and says why' grep --quiet 'cluster: no coordinator' answer
check 'what needs it is refused, not left to wait' status_is "/is_prime/$large" 503
check 'small numbers are answered still' says /is_prime/17 '{"17":true}'
coordinate "$at"
check 'another coordinator is found' until_holds 60 says /cluster '"connected":true'
check 'with the node that is left' until_holds 60 node_is two up
check 'which checks again' until_holds 60 says "/is_prime/$large" "{\"$large\":true}"

code=0
kill -TERM "$server"
wait "$server" || code=$?
forget_process "$server"
check 'it ends well' test "$code" -eq 0
check 'and has said what happened, a line each' test "$(grep --count 'no coordinator' serve.err)" -le 4

# -- its bank is the cluster's
bank_node() {
  "$bin/troupe-node" --join "$at" --roles bank --bank "$temp/ledger" --bank-partitions 3 --name "$1" >"$1.out" 2>&1 &
  nodes[$1]=$!
  started+=("$!")
}
refused '--at-services is for --at' --at-services bank
refused 'one of them' --at "$at" --at-services bank --bank ledger
bank_node three
"$bin/troupe-serve" --at "$at" --at-services primes,bank --listen 127.0.0.1:0 >bank.out 2>bank.err &
server=$!
started+=("$server")
check 'it serves a bank' until_holds 60 has_begun bank.out 'listening on'
url=$(first bank.out 'listening on')
url=${url%/}
post() { # KEY ROUTE BODY
  curl --silent --max-time 60 --output answer --header 'Content-Type: application/json' \
    --header "Idempotency-Key: $(printf '%032x' "$1")" --data "$3" "$url$2"
}
posted() { post "$1" "$2" "$3" && grep --quiet '"error":null' answer; }
holds() { says "/bank/accounts/$1" "\"balance\":$2,"; }
check 'an account is opened, once there is a place for it' until_holds 60 posted 1 /bank/accounts '{"account":1,"currency":"EUR"}'
check 'another one, in another partition' until_holds 60 posted 2 /bank/accounts '{"account":2,"currency":"EUR"}'
check 'a deposit' posted 3 /bank/deposits '{"to":1,"amount":100}'
check 'a transfer' posted 4 /bank/transfers '{"from":1,"to":2,"amount":30}'
check 'the same again' posted 4 /bank/transfers '{"from":1,"to":2,"amount":30}'
check 'was done once' holds 1 70
check 'and has come' holds 2 30
check 'it can be asked for' says "/bank/operations/$(printf '%032x' 4)" '"moved":30'
bank_node four
check 'a second node is up' until_holds 60 node_is four up
kill_now "${nodes[three]}"
check 'what the killed one had another has' until_holds 60 posted 5 /bank/transfers '{"from":2,"to":1,"amount":10}'
check 'with its money' holds 1 80
kill_now "$head"
check 'without a coordinator: 504, send it again' until_holds 60 eval 'post 6 /bank/deposits "{\"to\":1,\"amount\":1}"; grep --quiet "\"code\":\"unreachable\"" answer'
check 'it is not ready' status_is /readyz 503
coordinate "$at"
check 'the same operation, once there is another' until_holds 60 posted 6 /bank/deposits '{"to":1,"amount":1}'
check 'was done once as well' holds 1 81
code=0
kill -TERM "$server"
wait "$server" || code=$?
forget_process "$server"
check 'it ends well' test "$code" -eq 0

printf '%s passed, %s failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
