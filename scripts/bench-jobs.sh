#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Measures running many short programs: ours, GNU parallel, xargs. bench/jobs/README.md says how to read it.
#
#   scripts/bench-jobs.sh [--quick] [--rounds N] [--out FILE.jsonl]
#
# --quick: one round; rows are not kept in bench/results. BUILD_DIR: where to build; build/bench if unset.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

build=${BUILD_DIR:-$root/build/bench}
rounds=3 out='' quick=no wrong=0
usage() { sed --quiet '3,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
while (($#)); do
  case $1 in
    --quick) quick=yes rounds=1 ;;
    --rounds) rounds=${2:?--rounds needs a number} && shift ;;
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
[[ $rounds =~ ^[1-9][0-9]*$ ]] || die "--rounds takes a number, not $rounds"

"$root/scripts/setup.sh" --bench >&2
mkdir --parents "$build"
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTROUPE_BUILD_BENCH=ON -DTROUPE_BUILD_TESTS=OFF \
  >"$temp/configure.log" 2>&1 || {
  cat "$temp/configure.log" >&2
  die "cannot configure"
}
ninja -C "$build" troupe-jobs >&2

if [[ -z $out ]]; then
  out=$root/bench/results/$(date +%F)-jobs-$(nproc)core-$(uname --machine).jsonl
  [[ $quick == no ]] || out=$build/quick-jobs.jsonl
fi
mkdir --parents "$(dirname "$out")"
/usr/bin/python3 "$root/bench/machine.py" "$(git -C "$root" rev-parse --short HEAD)" "$temp" '' \
  libcaf-core0.17 parallel findutils perl >"$out"

# GNU parallel asks to be cited, once for each user; a home of its own keeps that out of the way.
export PARALLEL_HOME=$temp/parallel
mkdir "$PARALLEL_HOME"
touch "$PARALLEL_HOME/will-cite"
ours=$build/bin/troupe-jobs
slots=$(nproc)
measure() { # SCENARIO OPTION...
  say "== $1"
  /usr/bin/python3 "$root/bench/jobs/measure.py" --scenario "$1" --rounds "$rounds" --out "$out" --baseline troupe-jobs \
    "${@:2}" || wrong=1
}
measure "2,000 times true, $slots at a time" \
  --run troupe-jobs "$ours run -j $slots true" \
  --run 'troupe-jobs, log' "$ours run -j $slots --log /dev/null true" \
  --run 'GNU parallel' "parallel -j $slots true" \
  --run 'GNU parallel, log' "parallel -j $slots --joblog $temp/joblog true" \
  --run 'xargs -P' "xargs -P $slots -n 1 true"
measure "2,000 times echo, $slots at a time, outputs kept in order" --lines 2000 \
  --run troupe-jobs "$ours run -j $slots --keep-order echo" \
  --run 'GNU parallel' "parallel -j $slots --keep-order echo" \
  --run 'xargs -P (in no order)' "xargs -P $slots -n 1 echo"
measure "500 times true, 64 at a time" --jobs 500 \
  --run troupe-jobs "$ours run -j 64 true" \
  --run 'GNU parallel' "parallel -j 64 true" \
  --run 'xargs -P' 'xargs -P 64 -n 1 true'
/usr/bin/python3 "$root/bench/jobs/measure.py" --report "$out" >"${out%.jsonl}.md"
((wrong == 0)) || die "some rows are wrong: see the table"
say "$(($(wc --lines <"$out") - 1)) rows in $out, table in ${out%.jsonl}.md"
