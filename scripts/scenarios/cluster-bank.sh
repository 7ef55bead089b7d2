#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# A ledger of five partitions over three nodes, worked on by eight clients with random transfers while all of it is
# read again and again, and while nodes are killed, stopped and, with root, cut off, at times and in an order drawn from
# a seed. Then a program that sees only what the clients wrote down and what is in the ledger's files judges whether
# that was a bank; and, so that its word is worth something, it is given the same run with lies in it.
#   cluster-bank.sh BINARIES [SEED]
#   SECONDS_MAX=60  of transfers;  KEEP=FOLDER  gets the history and all that was exported
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

bin=$(realpath "${1:?usage: cluster-bank.sh BINARIES [SEED]}")
seed=${2:-7}
seconds=${SECONDS_MAX:-60}
RANDOM=$seed
names=(anna bert carl)
declare -A pid
db=$temp/bank.db
at=127.0.0.1:0
can_cut=false

# -- where the processes are: here, or with root each node in a network of its own behind a bridge

space=troupe-bank-$$
in_space() { # NAME: of a network, each process has one
  [[ $can_cut == false ]] || printf 'ip\nnetns\nexec\n%s-%s\n' "$space" "$1"
}
tls_of() { [[ $can_cut == false ]] || printf -- '--tls-dir\n%s\n' "$temp/certs/$1"; }
remove_networks() {
  local n
  for n in hub "${names[@]}"; do
    ip netns delete "$space-$n" 2>/dev/null || true
  done
}
make_networks() {
  local n k=1
  [[ $(id --user) -eq 0 ]] && command -v ip >/dev/null || return 1
  ip netns add "$space-hub" 2>/dev/null || return 1
  trap 'end_started; remove_networks; leave' EXIT
  ip -n "$space-hub" link add bridge type bridge 2>/dev/null || return 1
  ip -n "$space-hub" address add 10.79.1.1/24 dev bridge
  ip -n "$space-hub" link set bridge up
  ip -n "$space-hub" link set lo up
  for n in "${names[@]}"; do
    k=$((k + 1))
    ip netns add "$space-$n"
    ip link add "$n" netns "$space-hub" type veth peer name cable netns "$space-$n" 2>/dev/null || return 1
    ip -n "$space-hub" link set "$n" master bridge
    ip -n "$space-hub" link set "$n" up
    ip -n "$space-$n" address add "10.79.1.$k/24" dev cable
    ip -n "$space-$n" link set cable up
    ip -n "$space-$n" link set lo up
  done
}
if make_networks; then
  can_cut=true
  at=10.79.1.1:7000
  "$root/scripts/make-certs.sh" "$temp/certs" hub "${names[@]}" client >/dev/null
else
  remove_networks
  say "no cables are pulled: that needs root, iproute2 and a kernel that makes them (veth, bridge)"
fi

# start NAME WHERE COMMAND...: in the background, in WHERE's network
start() {
  local name=$1 where=$2 prefix=() tls=()
  shift 2
  mapfile -t prefix < <(in_space "$where")
  mapfile -t tls < <(tls_of "$name")
  "${prefix[@]+"${prefix[@]}"}" "$@" "${tls[@]+"${tls[@]}"}" >>"$temp/$name.log" 2>&1 &
  pid[$name]=$!
  started+=("$!")
}
node() { start "$1" "$1" "$bin/troupe-node" --join "$at" --roles bank --bank "$db" --bank-partitions 5 --name "$1"; }
end_with() { # SIGNAL NAME
  kill "-$1" "${pid[$2]}"
  wait "${pid[$2]}" 2>/dev/null || true
  forget_process "${pid[$2]}"
}
ask() { # COMMAND...: as a client
  local prefix=() tls=()
  mapfile -t prefix < <(in_space hub)
  mapfile -t tls < <(tls_of client)
  "${prefix[@]+"${prefix[@]}"}" "$@" --at "$at" "${tls[@]+"${tls[@]}"}"
}
eventually() { # COMMAND...: a minute
  local i
  for ((i = 0; i < 600; i++)); do
    ! "$@" || return 0
    sleep 0.1
  done
  return 1
}
is_spread() {
  local all n
  all=$(ask "$bin/troupe-bank" ledger places 2>/dev/null) || return 1
  for n in "${names[@]}"; do
    grep --quiet --word-regexp "$n" <<<"$all" || return 1
  done
}
said() { grep --quiet --fixed-strings -- "$2" "$temp/$1.log"; }

# -- the bank

start hub hub "$bin/troupe-node" --coordinate --listen "$at"
eventually said hub 'listening on' || die "the coordinator did not start: $(cat "$temp/hub.log")"
at=$(sed --quiet 's/^listening on \([^ ]*\).*/\1/p' "$temp/hub.log")
for name in "${names[@]}"; do
  node "$name"
done
check "each node has some of the five partitions" eventually is_spread

say "-- 8 clients, $seconds s (seed $seed)"
# Little money, so that some is refused; little patience, so that some stays unknown.
start client hub "$bin/bank-workload" --at "$at" --seconds "$seconds" --seed "$seed" --opening 10 --again-ms-max 2000 \
  --history "$temp/history.jsonl"
client=${pid[client]}
eventually said client running || die "the clients did not begin: $(cat "$temp/client.log")"

# -- what happens meanwhile

kills=0
stops=0
cuts=0
blow() {
  local name=${names[RANDOM % 3]} rest="$((RANDOM % 3 + 3)).$((RANDOM % 10))" # longer than the 2.5 s of --down-ms
  case $(($1 % 3)) in
    0)
      say "   $name is killed, and started again"
      end_with KILL "$name"
      sleep "$((RANDOM % 2)).$((RANDOM % 10))"
      node "$name"
      kills=$((kills + 1))
      ;;
    1)
      say "   $name stands still for $rest s"
      kill -STOP "${pid[$name]}"
      sleep "$rest"
      kill -CONT "${pid[$name]}"
      stops=$((stops + 1))
      ;;
    2)
      [[ $can_cut == true ]] || return 0
      say "   $name is cut off for $rest s"
      ip -n "$space-hub" link set "$name" down
      sleep "$rest"
      ip -n "$space-hub" link set "$name" up
      cuts=$((cuts + 1))
      ;;
  esac
}
begin=$SECONDS
for ((b = 0; ; b++)); do
  sleep "$((RANDOM % 2 + 1)).$((RANDOM % 10))"
  if ((SECONDS - begin >= seconds - 2)) || ! kill -0 "$client" 2>/dev/null; then
    break
  fi
  blow "$b"
done
code=0
wait "$client" || code=$?
forget_process "$client"
tail --lines=1 "$temp/client.log"
check "the clients end with 0" test "$code" -eq 0
check "nodes were killed ($kills)" test "$kills" -ge 1
check "nodes stood still ($stops)" test "$stops" -ge 1
if [[ $can_cut == true ]]; then
  check "nodes were cut off ($cuts)" test "$cuts" -ge 1
fi
for name in "${names[@]}" hub; do
  end_with TERM "$name"
done

# -- the judgement

say
say "-- what is left"
check "the audit of the ledger is clean" "$bin/troupe-bank" audit --db "$db"
"$bin/troupe-bank" ledger --db "$db" export history --out "$temp/records.jsonl"
"$bin/troupe-bank" ledger --db "$db" export accounts --out "$temp/accounts.jsonl"
judge() { # HISTORY RECORDS
  "$bin/bank-history-check" "$1" "$2" "$temp/accounts.jsonl"
}
code=0
judge "$temp/history.jsonl" "$temp/records.jsonl" >"$temp/verdict" || code=$?
cat "$temp/verdict"
check "it was a bank" test "$code" -eq 0
check "all seven checks say so" test "$(grep --count '^good' "$temp/verdict")" -eq 7
if [[ -n ${KEEP-} ]]; then
  cp -- "$temp"/*.jsonl "$temp"/*.log "$KEEP"
fi

count() { sed --quiet --regexp-extended "1s/.*[^0-9]([0-9]+) $1.*/\1/p" "$temp/verdict"; }
at_least() { # WHAT LEAST
  local n
  n=$(count "$1")
  check "$1: ${n:-none}, at least $2" test "${n:-0}" -ge "$2"
}
at_least 'whole reads' 5
at_least 'ok' 40
at_least 'refused' 1
at_least 'lookups' 40
check "and the clients had to send again" grep --quiet --extended-regexp '[1-9][0-9]* sent again' "$temp/client.log"

say
say "-- the same run, with a lie in it"
# refuted CHECK WORDS HISTORY RECORDS: that check finds it, and tells where
refuted() {
  local code=0
  judge "$3" "$4" >"$temp/lie" || code=$?
  grep "^BAD   $1 " "$temp/lie" | cut --characters=1-200 || true
  check "$2: refused" test "$code" -eq 1
  check "$2: by $1" grep --quiet "^BAD   $1 " "$temp/lie"
}
history=$temp/history.jsonl
awk '/"op":"whole_read","balances"/ && ++n == 3 { sub(/"in_transit":/, "\"in_transit\":1") } { print }' "$history" >"$temp/l1"
refuted totals "a whole read has lost money" "$temp/l1" "$temp/records.jsonl"
last=$(grep --count '"op":"whole_read","balances"' "$history")
awk -v last="$last" '/"op":"whole_read","balances"/ { n++; at = index($0, "\"balances\"")
    if (n == 1) old = substr($0, at); if (n == last) $0 = substr($0, 1, at - 1) old } { print }' "$history" >"$temp/l2"
refuted order "a whole read is old" "$temp/l2" "$temp/records.jsonl"
awk '/"type":"ok".*"op":"transfer"/ && ++n == 10 { sub(/"ok"/, "\"fail\""); sub(/}$/, ",\"error\":\"insufficient_funds\"}") } { print }' \
  "$history" >"$temp/l3"
refuted ids "what was done is said to be refused" "$temp/l3" "$temp/records.jsonl"
awk '/"kind":"receive"/ && ++n == 10 { sub(/"error":null/, "\"error\":\"no_account\"") } { print }' \
  "$temp/records.jsonl" >"$temp/l4"
refuted ids "what was acknowledged did not arrive" "$history" "$temp/l4"
awk '/"op":"lookup","id"/ && /"found":\[\{/ && ++n == 10 { sub(/"found":.*/, "\"found\":[]}") } { print }' "$history" >"$temp/l5"
refuted lookups "an operation is forgotten" "$temp/l5" "$temp/records.jsonl"
head --bytes=-20 "$history" >"$temp/l6"
check "a line that was cut short is only counted" grep --quiet '; 1 lines cut short' <(judge "$temp/l6" "$temp/records.jsonl" || true)
{ printf 'oops\n'; cat "$history"; } >"$temp/l7"
code=0
judge "$temp/l7" "$temp/records.jsonl" 2>"$temp/oops" || code=$?
check "what is no history: 2" test "$code" -eq 2
check "says which line" grep --quiet 'l7:1: is no JSON object' "$temp/oops"

say
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
