#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Measures tests of primality, and troupe-primes' ways of sharing them, beside each other on one machine; bench/primes/README.md says how to read it.
#
#   scripts/bench-primes.sh [--quick] [--rounds N] [--ms N] [--only SCENARIO] [--out FILE.jsonl]
#
# SCENARIO: one of bench_primes', or stream, tutorial (whose rows go to FILE-run.jsonl).
# --quick: two short rounds; rows are not kept in bench/results. --ms: how long a row lasts (100).
# BUILD_DIR: where to build; build/bench if unset.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

build=${BUILD_DIR:-$root/build/bench}
rounds=11 ms=100 only='' out='' quick=no wrong=0

usage() { sed --quiet '3,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
while (($#)); do
  case $1 in
    --quick) quick=yes rounds=2 ms=20 ;;
    --rounds) rounds=${2:?--rounds needs a number} && shift ;;
    --ms) ms=${2:?--ms needs a number} && shift ;;
    --only) only=${2:?--only needs a scenario} && shift ;;
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

build_ours() {
  mkdir --parents "$build"
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTROUPE_BUILD_BENCH=ON \
    -DTROUPE_BUILD_TESTS=OFF >"$temp/configure.log" 2>&1 || {
    cat "$temp/configure.log" >&2
    die "cannot configure"
  }
  ninja -C "$build" bench_primes troupe-primes >&2
}

# Tests in one process, one thread.
function_rows() {
  local arguments=(--rounds "$rounds" --ms "$ms")
  [[ -z $only ]] || arguments+=(--only "$only")
  "$build/bin/bench_primes" "${arguments[@]}" >>"$out" || wrong=1
}

# From standard input to standard output, by all engines; and the tutorial's table.
run_rows() {
  local to=${out%.jsonl}-run.jsonl arguments=(--primes "$build/bin/troupe-primes" --rounds "$rounds")
  [[ -z $only ]] || arguments+=(--only "$only")
  [[ $quick == no ]] || arguments+=(--numbers 1000000)
  head --lines=1 "$out" >"$to"
  /usr/bin/python3 "$root/bench/primes/stream.py" "${arguments[@]}" --out "$to" >"${to%.jsonl}.md" || wrong=1
  say "$(($(wc --lines <"$to") - 1)) rows in $to, table in ${to%.jsonl}.md"
}

if [[ -z $out ]]; then
  out=$root/bench/results/$(date +%F)-primes-$(nproc)core-$(uname --machine).jsonl
  [[ $quick == no ]] || out=$build/quick-primes.jsonl
fi
mkdir --parents "$(dirname "$out")"
"$root/scripts/setup.sh" --bench >&2
build_ours
/usr/bin/python3 "$root/bench/machine.py" "$(git -C "$root" rev-parse --short HEAD)" "$temp" '' \
  libflint-dev libgmp10 libpari-dev libprimesieve-dev g++ >"$out"
[[ $only =~ ^(stream|tutorial)$ ]] || function_rows
[[ ! $only =~ ^(stream|tutorial|)$ ]] || run_rows
/usr/bin/python3 "$root/bench/primes/report.py" "$out" >"${out%.jsonl}.md"
((wrong == 0)) || die "some rows are wrong: see the table"
say "$(($(wc --lines <"$out") - 1)) rows in $out, table in ${out%.jsonl}.md"
