#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Measures the gateway beside plain Beast, nginx, Node and Flask, with wrk. bench/web/README.md says how to read it.
#
#   scripts/bench-web.sh [--quick] [--rounds N] [--seconds N] [--out FILE.jsonl]
#
# --quick: one round of two seconds; rows are not kept in bench/results. BUILD_DIR: where to build; build/bench if unset.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

build=${BUILD_DIR:-$root/build/bench}
rounds=5 seconds=5 out='' quick=no wrong=0
usage() { sed --quiet '3,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
while (($#)); do
  case $1 in
    --quick) quick=yes rounds=1 seconds=2 ;;
    --rounds) rounds=${2:?--rounds needs a number} && shift ;;
    --seconds) seconds=${2:?--seconds needs a number} && shift ;;
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
[[ $seconds =~ ^[1-9][0-9]*$ ]] || die "--seconds takes a number, not $seconds"

"$root/scripts/setup.sh" --bench >&2
mkdir --parents "$build"
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTROUPE_BUILD_BENCH=ON -DTROUPE_BUILD_TESTS=OFF \
  >"$temp/configure.log" 2>&1 || {
  cat "$temp/configure.log" >&2
  die "cannot configure"
}
ninja -C "$build" troupe-serve bench_web_inline >&2

if [[ -z $out ]]; then
  out=$root/bench/results/$(date +%F)-web-$(nproc)core-$(uname --machine).jsonl
  [[ $quick == no ]] || out=$build/quick-web.jsonl
fi
mkdir --parents "$(dirname "$out")"
node=$(command -v node || true)
/usr/bin/python3 "$root/bench/machine.py" "$(git -C "$root" rev-parse --short HEAD)" "$temp" \
  "node ${node:+$("$node" --version)}" libcaf-core0.17 libboost1.81-dev nginx-light wrk python3-flask >"$out"

bench=$root/bench/web
mkdir --parents "$temp/files/is_prime"
# Fifty numbers of up to six digits, and what is true of them.
read -r fifty expect < <(/usr/bin/python3 -c '
import json
some = [7919 * k + 2 for k in range(1, 51)]
true = {str(n): n > 1 and all(n % d for d in range(2, int(n**0.5) + 1)) for n in some}
print(",".join(map(str, some)), json.dumps(true, separators=(",", ":")))')
printf '{"17":true}' >"$temp/files/is_prime/17"
printf '%s' "$expect" >"$temp/files/is_prime/fifty"
sed "s|@FOLDER@|$temp|g" "$bench/nginx.conf.in" >"$temp/nginx.conf.in"
cat >"$temp/nginx.sh" <<EOF
sed "s/@PORT@/\$1/" $temp/nginx.conf.in >$temp/nginx.conf
exec nginx -c $temp/nginx.conf
EOF
serve=$build/bin/troupe-serve
servers=(
  --server 'Beast inline' "$build/bin/bench_web_inline {port}"
  --server 'troupe actors' "$serve --listen 127.0.0.1:{port}"
  --server 'troupe pool' "$serve --listen 127.0.0.1:{port} --engine pool"
  --server 'troupe serial' "$serve --listen 127.0.0.1:{port} --engine serial"
  --server 'nginx, a file' "bash $temp/nginx.sh {port}"
  --server Flask "/usr/bin/python3 $bench/flask_app.py {port}"
)
[[ -z $node ]] || servers+=(--server 'Node http' "$node $bench/node_server.mjs {port}")
measure() { # SCENARIO PATH EXPECTED
  say "== $1"
  PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$bench/measure.py" --scenario "$1" --path "$2" --expect "$3" --rounds "$rounds" \
    --seconds "$seconds" --out "$out" --baseline 'Beast inline' "${servers[@]}" || wrong=1
}
shape() { PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$bench/shape.py" "$out" "$@" || wrong=1; }

measure 'GET /is_prime/17' /is_prime/17 '{"17":true}'
measure 'GET /is_prime/, fifty numbers' "/is_prime/$fifty" "$expect"
for engine in actors pool serial; do
  shape trio "troupe $engine" "$serve --listen 127.0.0.1:{port} --engine $engine"
done
if (($(ulimit -Hn) >= 11000)); then
  shape idle 10000 'troupe actors' "$serve --listen 127.0.0.1:{port}"
else
  say "no row of idle connections: this shell may open only $(ulimit -Hn) files"
fi
/usr/bin/python3 "$bench/measure.py" --report "$out" >"${out%.jsonl}.md"
((wrong == 0)) || die "some rows are wrong: see the table"
say "$(($(wc --lines <"$out") - 1)) rows in $out, table in ${out%.jsonl}.md"
