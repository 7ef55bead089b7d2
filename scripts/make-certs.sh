#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Makes what the nodes of a cluster trust each other by: a CA of the cluster's own, and a certificate for each node.
#   make-certs.sh [--ca-days N] [--node-days N] DIR NAME...
# DIR gets ca.pem and ca-key.pem, and for each NAME a folder DIR/NAME with ca.pem, node.pem and node-key.pem: copy it to
# that node, and give it there as the TLS folder. Called again, it adds nodes to the CA that is there. Whoever has
# ca-key.pem can make nodes: keep it off the nodes. To shut a node out before its time, make a new CA for the others.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
umask 077
export LC_ALL=C # a-z are 26

ca_days=3650   # ten years
node_days=365  # make new ones in time: a node does not start with one that has ended
days_max=36500 # a hundred years

usage() {
  printf 'make-certs.sh: %s (make-certs.sh [--ca-days N] [--node-days N] DIR NAME...)\n' "$1" >&2
  exit 2
}

# days_of OPTION VALUE: a whole number of days.
days_of() {
  if [[ ! ${2-} =~ ^[1-9][0-9]{0,4}$ || $2 -gt $days_max ]]; then
    usage "$1 takes 1 to $days_max days"
  fi
  printf '%s' "$2"
}

while [[ ${1-} == --* ]]; do
  case $1 in
    --ca-days) ca_days=$(days_of "$1" "${2-}") || exit ;;
    --node-days) node_days=$(days_of "$1" "${2-}") || exit ;;
    *) usage "unknown option $1" ;;
  esac
  shift 2
done
[[ $# -ge 2 ]] || usage "a folder and at least one node's name"
dir=$1
shift
declare -A seen=()
for name in "$@"; do
  [[ $name =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$ ]] ||
    usage "$(printf '%q' "$name") names no node: letters, digits, '-', '.' and '_', at most 63"
  [[ -z ${seen[$name]-} ]] || usage "'$name' came twice"
  seen[$name]=yes
done
command -v openssl >/dev/null || die "no openssl here"
mkdir --parents -- "$dir" || exit 1
for name in "$@"; do
  [[ ! -e $dir/$name ]] || die "'$dir/$name' is there already; nothing was changed"
done

# run_openssl ARGUMENT...: quiet, unless it fails.
run_openssl() {
  openssl "$@" >"$temp/log" 2>&1 || {
    cat "$temp/log" >&2
    die "openssl $1 failed"
  }
}

new_key() { run_openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }

make_ca() {
  new_key "$temp/ca-key.pem"
  # A subject of its own, so that two clusters' CAs are not taken for each other.
  run_openssl req -x509 -new -sha256 -key "$temp/ca-key.pem" -days "$ca_days" -out "$temp/ca.pem" \
    -subj "/CN=troupe cluster $(openssl rand -hex 8)" -config /dev/null \
    -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' -addext 'keyUsage=critical,keyCertSign,cRLSign' \
    -addext 'subjectKeyIdentifier=hash'
  mv --no-clobber -- "$temp/ca-key.pem" "$temp/ca.pem" "$dir/"
}

make_node() {
  local name=$1 folder=$temp/node.$1
  mkdir -- "$folder"
  new_key "$folder/node-key.pem"
  run_openssl req -new -sha256 -key "$folder/node-key.pem" -out "$temp/request" -subj "/CN=$name" -config /dev/null
  printf '%s\n' 'basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature' \
    'extendedKeyUsage=serverAuth,clientAuth' "subjectAltName=URI:troupe-node:$name" \
    'subjectKeyIdentifier=hash' 'authorityKeyIdentifier=keyid:always' >"$temp/extensions"
  run_openssl x509 -req -sha256 -in "$temp/request" -CA "$dir/ca.pem" -CAkey "$dir/ca-key.pem" \
    -set_serial "0x00$(openssl rand -hex 16)" -days "$node_days" -extfile "$temp/extensions" -out "$folder/node.pem"
  cp -- "$dir/ca.pem" "$folder/ca.pem"
  mv --no-target-directory -- "$folder" "$dir/$name"
}

if [[ ! -e $dir/ca.pem && ! -e $dir/ca-key.pem ]]; then
  make_ca
  say "made a CA in $dir, for $ca_days days"
fi
[[ -r $dir/ca.pem && -r $dir/ca-key.pem ]] || die "'$dir' has half a CA: it takes ca.pem and ca-key.pem"
[[ $(openssl x509 -in "$dir/ca.pem" -noout -pubkey 2>/dev/null) == \
  $(openssl pkey -in "$dir/ca-key.pem" -pubout 2>/dev/null) ]] ||
  die "'$dir/ca-key.pem' is not the key of '$dir/ca.pem'"
for name in "$@"; do
  make_node "$name"
done
say "$# nodes in $dir, for $node_days days"
