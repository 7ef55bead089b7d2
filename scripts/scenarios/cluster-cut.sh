#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Two machines, made of network namespaces, with certificates: a coordinator and a worker on the one, a worker on the
# other, and the cable between them is pulled in the middle of a job, and put in again. Needs root; else it is skipped.
#   cluster-cut.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

bin=${1:?usage: cluster-cut.sh BINARIES}
here=troupe-here-$$
there=troupe-there-$$
remove_namespaces() {
  ip netns delete "$here" 2>/dev/null || true
  ip netns delete "$there" 2>/dev/null || true
}
if [[ $(id --user) -ne 0 ]] || ! command -v ip >/dev/null || ! ip netns add "$here" 2>/dev/null; then
  say "skipped: network namespaces need root and iproute2"
  exit 77
fi
trap 'end_started; remove_namespaces; leave' EXIT
ip netns add "$there"
if ! ip link add cable netns "$here" type veth peer name cable netns "$there" 2>/dev/null; then
  say "skipped: this kernel makes no cable (veth) between network namespaces"
  exit 77
fi
ip -n "$here" address add 10.79.0.1/24 dev cable
ip -n "$there" address add 10.79.0.2/24 dev cable
for n in "$here" "$there"; do
  ip -n "$n" link set lo up
  ip -n "$n" link set cable up
done
at=10.79.0.1:7000
"$root/scripts/make-certs.sh" "$temp/certs" head anna bert client >/dev/null

# on NAMESPACE NAME COMMAND...: in the background, as NAME
on() {
  local where=$1 name=$2
  shift 2
  ip netns exec "$where" "$@" --tls-dir "$temp/certs/$name" >"$temp/$name.log" 2>&1 &
  started+=("$!")
}
state() {
  ip netns exec "$here" "$bin/troupe-node" status --at "$at" --tls-dir "$temp/certs/client" 2>/dev/null |
    awk -v n="$1" '$1 == n { print $2 }'
}
becomes() { # NAME STATE
  local i
  for ((i = 0; i < 600; i++)); do
    [[ $(state "$1") != "$2" ]] || return 0
    sleep 0.1
  done
  return 1
}
timed() { # WORDS COMMAND...
  local words=$1 begin
  shift
  begin=$(date +%s.%N)
  check "$words" "$@"
  awk -v b="$begin" -v t="$(date +%s.%N)" -v w="$words" 'BEGIN { printf "%s: after %.1f s\n", w, t - b }'
}

on "$here" head "$bin/troupe-node" --coordinate --listen "$at"
on "$here" anna "$bin/troupe-node" --join "$at" --roles primes --workers 1
on "$there" bert "$bin/troupe-node" --join "$at" --roles primes --workers 1
check "the worker beside the coordinator is up" becomes anna up
check "the one on the other machine too" becomes bert up

awk 'BEGIN { for (i = 0; i < 1500; i++) print "112272535095293" }' >"$temp/numbers"
"$bin/troupe-primes" --file "$temp/numbers" >"$temp/expected"
code=0
ip netns exec "$here" timeout 600 "$bin/troupe-primes" --at "$at" --tls-dir "$temp/certs/client" \
  --file "$temp/numbers" --method trial >"$temp/got" 2>"$temp/errors" &
job=$!
sleep 1
ip -n "$here" link set cable down
timed "the cable is pulled: the worker behind it is down" becomes bert down
check "the other one is not" becomes anna up
check "the job goes on" kill -0 "$job"
ip -n "$here" link set cable up
timed "the cable is in again: the worker is up" becomes bert up
wait "$job" || code=$?
check "the job ends with 0" test "$code" -eq 0
check "all answers are right, each once" cmp "$temp/expected" "$temp/got"

say
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
