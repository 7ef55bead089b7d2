#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Measures messages between processes beside a plain socket, on one machine; bench/cluster/README.md says how to read it.
#
#   scripts/bench-cluster.sh [--quick] [--rounds N] [--ms N] [--out FILE.jsonl]
#
# --quick: two short rounds; rows are not kept in bench/results. --ms: how long a row lasts (1000).
# BUILD_DIR: where to build; build/bench if unset.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

build=${BUILD_DIR:-$root/build/bench}
rounds=5 ms=1000 out='' quick=no

usage() { sed --quiet '3,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
while (($#)); do
  case $1 in
    --quick) quick=yes rounds=2 ms=200 ;;
    --rounds) rounds=${2:?--rounds needs a number} && shift ;;
    --ms) ms=${2:?--ms needs a number} && shift ;;
    --out) out=$(realpath --canonicalize-missing "${2:?--out needs a file}") && shift ;;
    --help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  shift
done
if [[ ! $rounds =~ ^[1-9][0-9]*$ || ! $ms =~ ^[1-9][0-9]*$ ]]; then
  usage >&2
  exit 2
fi
if [[ -z $out ]]; then
  out=$root/bench/results/$(date +%F)-cluster-$(nproc)core-$(uname --machine).jsonl
  [[ $quick == no ]] || out=$build/quick-cluster.jsonl
fi
mkdir --parents "$build" "$(dirname "$out")"
"$root/scripts/setup.sh" --bench >&2
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTROUPE_BUILD_BENCH=ON \
  -DTROUPE_BUILD_TESTS=OFF >"$temp/configure.log" 2>&1 || {
  cat "$temp/configure.log" >&2
  die "cannot configure"
}
ninja -C "$build" bench_cluster >&2
"$root/scripts/make-certs.sh" "$temp/certs" near far >/dev/null
/usr/bin/python3 "$root/bench/machine.py" "$(git -C "$root" rev-parse --short HEAD)" "$temp" '' \
  libcaf-dev libboost-dev libssl-dev g++ >"$out"
"$build/bin/bench_cluster" --rounds "$rounds" --ms "$ms" --tls-dir "$temp/certs/near" --far-tls-dir "$temp/certs/far" >>"$out"
/usr/bin/python3 "$root/bench/cluster/report.py" "$out" >"${out%.jsonl}.md"
say "$(($(wc --lines <"$out") - 1)) rows in $out, table in ${out%.jsonl}.md"
