#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# make-certs.sh: what it makes fits together, only its owner reads the keys, and mistakes are one line and change nothing.
#   make_certs_test.sh ROOT
set -euo pipefail
root_of_tree=${1:?usage: make_certs_test.sh ROOT}
# shellcheck source=scripts/lib.sh
source "$root_of_tree/scripts/lib.sh"

certs() { bash "$root_of_tree/scripts/make-certs.sh" "$@"; }

# The last one says why; 2 for what was asked wrongly, 1 for what is there.
refuses() {
  local code=$1 words=$2 got=0
  shift 2
  certs "$@" >"$temp/out" 2>"$temp/err" || got=$?
  [[ $got -eq $code && $(wc --lines <"$temp/err") -eq 1 && ! -s $temp/out ]] &&
    grep --quiet --fixed-strings -- "$words" "$temp/err"
}
verifies() { openssl verify -x509_strict -purpose "$1" -CAfile "$2/ca.pem" "$3/node.pem" >/dev/null 2>&1; }
names() { openssl x509 -in "$1/node.pem" -noout -ext subjectAltName | grep --quiet --line-regexp " *URI:troupe-node:$2"; }
mode_is() { [[ $(stat --format=%a "$2") == "$1" ]]; }
lasts() { # FILE DAYS: ends between a day before that and then
  openssl x509 -in "$1" -noout -checkend $((($2 - 1) * 86400)) >/dev/null &&
    ! openssl x509 -in "$1" -noout -checkend $(($2 * 86400)) >/dev/null
}
not() { ! "$@"; }

dir=$temp/cluster
check "makes a CA and two nodes" test "$(certs "$dir" alpha beta-2.x | tail --lines=1)" = "2 nodes in $dir, for 365 days"
for node in alpha beta-2.x; do
  for purpose in sslserver sslclient; do
    check "$node is fit as $purpose" verifies "$purpose" "$dir" "$dir/$node"
  done
  check "$node is named" names "$dir/$node" "$node"
  check "$node's key is its owner's" mode_is 600 "$dir/$node/node-key.pem"
  check "$node has the CA" cmp --quiet "$dir/ca.pem" "$dir/$node/ca.pem"
  check "$node lasts a year" lasts "$dir/$node/node.pem" 365
done
check "the CA's key is its owner's" mode_is 600 "$dir/ca-key.pem"
check "the CA lasts ten years" lasts "$dir/ca.pem" 3650
check "a node has no key of the CA" not test -e "$dir/alpha/ca-key.pem"
check "keys differ" not cmp --quiet "$dir/alpha/node-key.pem" "$dir/beta-2.x/node-key.pem"

cp "$dir/ca.pem" "$temp/before"
check "adds a node for a week" test "$(certs --node-days 7 "$dir" gamma)" = "1 nodes in $dir, for 7 days"
check "the CA is the same" cmp --quiet "$dir/ca.pem" "$temp/before"
check "the new one is fit" verifies sslclient "$dir" "$dir/gamma"
check "it lasts a week" lasts "$dir/gamma/node.pem" 7
certs --ca-days 30 "$temp/other" alpha >/dev/null
check "another CA lasts as asked" lasts "$temp/other/ca.pem" 30
check "another CA's node is not fit" not verifies sslclient "$dir" "$temp/other/alpha"

check "a node that is there stays" refuses 1 "is there already" "$dir" delta alpha
check "and nothing was begun" not test -e "$dir/delta"
check "no arguments" refuses 2 "a folder and at least one node's name"
check "no name" refuses 2 "a folder and at least one node's name" "$temp/none"
check "no folder is made for a mistake" not test -e "$temp/none"
for bad in '' '.' '-a' 'a b' 'a/b' '../a' 'ä' "$(printf 'a%.0s' {1..64})" $'a\nb' 'a,URI:troupe-node:b'; do
  check "no node's name: '$bad'" refuses 2 "names no node" "$temp/none" "$bad"
done
check "a name twice" refuses 2 "came twice" "$temp/none" a a
check "an unknown option" refuses 2 "unknown option --days" --days 3 "$temp/none" a
for days in '' 0 -1 x 1.5 99999 36501; do
  check "no days: '$days'" refuses 2 "--node-days takes 1 to 36500 days" --node-days "$days" "$temp/none" a
done
cp "$temp/other/ca-key.pem" "$dir/ca-key.pem"
check "a key of another CA" refuses 1 "is not the key of" "$dir" delta
rm "$dir/ca-key.pem"
check "half a CA" refuses 1 "has half a CA" "$dir" delta

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
