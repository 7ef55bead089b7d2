#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-node and troupe-primes --at as a user runs them: arguments, refusals, a small cluster, how each ends.
#   node_cli_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$(realpath "$1")
cd "$temp"

# run COMMAND...: sets code, and leaves what was printed in out and err. It has ended after a minute.
run() {
  code=0
  timeout 60 "$@" >out 2>err </dev/null || code=$?
}
code_is() { [[ $code -eq $1 ]] || { printf 'exit code %s\n' "$code" >&2; cat err >&2; false; }; }
err_is_one_line() { [[ $(wc --lines <err) -eq 1 ]] || { cat err >&2; false; }; }
has() { grep --quiet --fixed-strings -- "$2" "$1" || { cat "$1" >&2; false; }; }
refused() { # CODE WORDS COMMAND...: 0 too, of one that goes on trying until it is told to end
  local expected=$1 words=$2
  shift 2
  run "$@"
  check "exit $expected: $*" code_is "$expected"
  check "one line: $*" err_is_one_line
  check "says '$words': $*" has err "$words"
}
node() { refused "$1" "$2" "$bin/troupe-node" "${@:3}"; }

# -- usage
node 2 'either --coordinate or --join'
node 2 'either --coordinate or --join' --coordinate --join 127.0.0.1:7000
node 2 'a worker needs one: --roles primes' --join 127.0.0.1:7000
node 2 'is no ADDRESS:PORT' --join 127.0.0.1:7000 --roles primes --listen 7001
node 2 'is no list of roles' --join 127.0.0.1:7000 --roles prime
node 2 'bank needs a ledger' --join 127.0.0.1:7000 --roles primes,bank
for address in 7000 host: :7000 a:b host:70000 ',' '127.0.0.1:7000,'; do
  node 2 'is no HOST:PORT' --join "$address" --roles primes
done
for address in '' 127.0.0.1 127.0.0.1: 127.0.0.1:x 127.0.0.1:70000; do
  node 2 'is no ADDRESS:PORT' --coordinate --listen "$address"
done
node 2 '--workers' --join 127.0.0.1:7000 --roles primes --workers 0
node 2 '--at is required' status
node 2 'NAME is required' drain --at 127.0.0.1:7000
refused 2 'is no HOST:PORT' "$bin/troupe-primes" --at nowhere 7
refused 2 '--at is for verdicts' "$bin/troupe-primes" --at 127.0.0.1:7000 --factor 7
refused 2 'a cluster checks with actors' "$bin/troupe-primes" --at 127.0.0.1:7000 --engine serial 7

# -- what cannot be
node 1 'TLS on both sides' --coordinate --listen 0.0.0.0:0
node 1 'TLS on both sides' --join 127.0.0.1:9 --roles primes --listen 0.0.0.0:0
node 2 'TLS on both sides' status --at 192.0.2.1:7000
node 2 'TLS on both sides' --join 127.0.0.1:9,[2001:db8::1]:7000 --roles primes
refused 2 'TLS on both sides' "$bin/troupe-primes" --at 192.0.2.1:7000 7
refused 2 'TLS on both sides' "$bin/troupe-bank" ledger --at 192.0.2.1:7000 whole
refused 2 'TLS on both sides' "$bin/troupe-serve" --at 192.0.2.1:7000 --listen 127.0.0.1:0
node 1 'ca.pem' --coordinate --listen 127.0.0.1:0 --tls-dir "$temp/none"
node 1 'no address to listen on' --coordinate --listen localhost:0
node 1 '127.0.0.1:9' status --at 127.0.0.1:9 # nobody is there

code=0
timeout --foreground 20 "$bin/troupe-node" --join 127.0.0.1:9 --roles primes >/dev/full 2>err || code=$?
check 'a worker that cannot say what it is: 1' code_is 1
check 'and why' has err 'standard output cannot be written'

# -- a small cluster
: >head.out # it is looked into before the program has begun
"$bin/troupe-node" --coordinate --listen 127.0.0.1:0 >head.out 2>head.err &
head=$!
started+=("$head")
for ((i = 0; i < 600; i++)); do
  at=$(sed --quiet 's/^listening on \([^ ]*\).*/\1/p' head.out 2>/dev/null) || true # it may not be there yet
  [[ -z $at ]] || break
  sleep 0.1
done
node 1 'in use' --coordinate --listen "$at"
node 1 'there is no node nobody' drain nobody --at "$at"
run "$bin/troupe-node" status --at "127.0.0.1:9,$at" --json
check 'the second address answers' code_is 0
check 'JSON without a node' test "$(cat out)" = '{"nodes":[],"clients":1}'

"$bin/troupe-node" --join "$at" --roles primes --name one --workers 2 >one.out 2>one.err &
one=$!
started+=("$one")
is_up() {
  "$bin/troupe-node" status --at "$at" --json 2>/dev/null |
    python3 -c 'import json, sys
nodes = json.load(sys.stdin)["nodes"]
sys.exit(not any(n["name"] == "one" and n["state"] == "up" and n["roles"] == "primes" and n["workers"] == 2 for n in nodes))'
}
for ((i = 0; i < 300; i++)); do
  is_up && break
  sleep 0.1
done
check 'the worker is up, as JSON' is_up
refused 0 'the name one is in use' timeout --foreground --preserve-status 5 "$bin/troupe-node" --join "$at" --roles primes --name one
seq 3000 | sed '5s/.*/five/' >numbers
run "$bin/troupe-primes" --file numbers
mv out expected
run "$bin/troupe-primes" --at "$at" --file numbers
check 'a line without a verdict: 1, as without a cluster' code_is 1
check 'the same answers' cmp expected out
run "$bin/troupe-primes" --at "$at" --json --strict --file numbers
check 'strict: 2' code_is 2
check 'up to the fifth line' test "$(wc --lines <out)" -eq 5
run "$bin/troupe-primes" --at "$at" --prove 170141183460469231731687303715884105727
check 'a proof' has out '170141183460469231731687303715884105727 prime'
code=0
(yes 112272535095293 || true) | timeout --signal INT 3 "$bin/troupe-primes" --at "$at" --method trial >out 2>err || code=$?
check 'Ctrl-C: 130, or what timeout makes of it' test "$code" -eq 130 -o "$code" -eq 124
check 'what was written ends with a line' test "$(tail --bytes=1 out | od --address-radix=n --format=x1 | tr --delete ' ')" = 0a -o ! -s out

# -- a node that listens is as good an address as the coordinator's
"$bin/troupe-node" --join "$at" --roles primes --name door --workers 1 --listen 127.0.0.1:0 >door.out 2>door.err &
door=$!
started+=("$door")
for ((i = 0; i < 600; i++)); do
  grep --quiet joined door.err && break
  sleep 0.1
done
door_at=$(sed --quiet 's/^working as door, listening on //p' door.out)
"$bin/troupe-node" --join "$door_at" --roles primes --name two --workers 1 >two.out 2>two.err &
two=$!
started+=("$two")
for ((i = 0; i < 600; i++)); do
  grep --quiet joined two.err && break
  sleep 0.1
done
check 'joins where it is told to' has two.err "joined the coordinator at $at"
run "$bin/troupe-node" status --at "$door_at" --json
check 'status by way of a node' code_is 0
check 'all nodes are there' test "$(grep --only-matching '"state":"up"' out | wc --lines)" -eq 3
run "$bin/troupe-primes" --at "$door_at" --file numbers
check 'the same answers by way of a node' cmp expected out
run "$bin/troupe-node" drain two --at "$door_at"
check 'drained by way of a node' code_is 0
code=0
wait "$two" || code=$?
forget_process "$two"
check 'and ends' code_is 0

for process in "$one" "$door" "$head"; do
  code=0
  kill -TERM "$process"
  wait "$process" || code=$?
  forget_process "$process"
  check 'SIGTERM: 0' code_is 0
done
check 'the coordinator has told who left' has head.err 'node one'
check 'left, not lost' has head.err 'is left'

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
