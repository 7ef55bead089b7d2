#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Measures ways of keeping a bank beside each other on one machine; bench/bank/README.md says how to read it.
#
#   scripts/bench-bank.sh [--quick] [--rounds N] [--ms N] [--only memory|durable] [--out FILE.jsonl]
#
# --quick: one short round; rows are not kept in bench/results. --ms: how long a row lasts (2000).
# TMPDIR: where databases go while they are measured, on a real disk; /var/tmp if unset.
# BUILD_DIR: where to build; build/bench if unset.
set -euo pipefail
export TMPDIR=${TMPDIR:-/var/tmp}
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

build=${BUILD_DIR:-$root/build/bench}
rounds=5 ms=2000 only='' out='' quick=no wrong=0
server='' # the PostgreSQL server's process id

usage() { sed --quiet '3,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
while (($#)); do
  case $1 in
    --quick) quick=yes rounds=1 ms=500 ;;
    --rounds) rounds=${2:?--rounds needs a number} && shift ;;
    --ms) ms=${2:?--ms needs a number} && shift ;;
    --only) only=${2:?--only needs memory or durable} && shift ;;
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
if [[ ! $only =~ ^(memory|durable|)$ || ! $rounds =~ ^[1-9][0-9]*$ || ! $ms =~ ^[1-9][0-9]*$ ]]; then
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
  ninja -C "$build" bench_bank >&2
}

# A server of our own with a new cluster, on a socket in our folder and no port; it does not run as root.
start_postgres() {
  local bin i as=()
  bin=$(find /usr/lib/postgresql -path '*/bin/initdb' | sort --version-sort | tail --lines=1)
  [[ -n $bin ]] || die "no PostgreSQL server under /usr/lib/postgresql"
  bin=$(dirname "$bin")
  mkdir --mode=700 "$temp/cluster" "$temp/socket"
  if [[ $EUID -eq 0 ]]; then
    as=(runuser --user postgres --)
    chmod 711 "$temp" # it has to get through to its own
    chown postgres "$temp/cluster" "$temp/socket"
  fi
  # Both begin in a folder that their user may enter.
  (cd / && "${as[@]+"${as[@]}"}" "$bin/initdb" --pgdata="$temp/cluster" --username=bench --auth=trust \
    --encoding=UTF8 --no-locale) >"$temp/initdb.log" 2>&1 || {
    cat "$temp/initdb.log" >&2
    die "initdb failed"
  }
  (cd / && exec "${as[@]+"${as[@]}"}" "$bin/postgres" -D "$temp/cluster" -c listen_addresses= \
    -c unix_socket_directories="$temp/socket" -c fsync=on -c synchronous_commit=on) >"$temp/postgres.log" 2>&1 &
  started+=($!)
  for ((i = 0; i < 300; i++)); do
    if [[ -S $temp/socket/.s.PGSQL.5432 ]] &&
      "$bin/pg_isready" --quiet --host="$temp/socket" --username=bench --dbname=postgres; then
      # Not always our child: that may be runuser, which waits for it.
      server=$(head --lines=1 "$temp/cluster/postmaster.pid")
      return 0
    fi
    kill -0 "${started[-1]}" 2>/dev/null || break
    sleep 0.1
  done
  cat "$temp/postgres.log" >&2
  die "PostgreSQL did not start"
}

# INT is its fast and clean end; what leave() does after five seconds would leave its children behind.
stop_postgres() {
  local i
  [[ -n $server ]] || return 0
  kill -INT "$server" 2>/dev/null || true
  for ((i = 0; i < 300; i++)); do
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  server=''
}
trap 'code=$?; stop_postgres; (exit "$code"); leave' EXIT

# measure KIND SCENARIO BASELINE COMMON --run LABEL OPTIONS...
measure() {
  local kind=$1 name=$2 baseline=$3 common=$4
  shift 4
  say "== $name"
  /usr/bin/python3 "$root/bench/bank/measure.py" --bench "$build/bin/bench_bank" --kind "$kind" --scenario "$name" \
    --baseline "$baseline" --rounds "$rounds" --ms "$ms" --common "$common" --out "$out" "$@" || wrong=1
}

memory_rows() {
  local n
  for n in 2 100 100000; do
    measure memory "in memory, $n accounts" 'mutex once per 256' "--accounts $n --clients 2" \
      --run 'one mutex' '--engine one-mutex' \
      --run 'a mutex an account, in order' '--engine ordered-locks' \
      --run 'atomics (readers miss money)' '--engine atomics' \
      --run 'mutex once per 256' '--engine batched-mutex' \
      --run 'vault actor, batch 256' '--engine vault' \
      --run 'vault actor, batch 256, stealing' '--engine vault-stealing' \
      --run 'vault actor, one a message' '--engine vault --batch 1'
  done
}

# Another durable engine gets its --run lines here. The ledger's clients are tellers that wait for their receipts.
durable_rows() {
  local n postgres="--engine postgres --batch 1 --postgres 'host=$temp/socket user=bench dbname=postgres'"
  for n in 100 100000; do
    measure durable "durable, $n accounts" 'sqlite, 1000 a commit' "--accounts $n --folder $temp/files" \
      --run 'sqlite, 1 a commit' '--engine sqlite --clients 1 --batch 1' \
      --run 'sqlite, 1 a commit, 8 threads' '--engine sqlite --clients 8 --batch 1' \
      --run 'sqlite, 1000 a commit' '--engine sqlite --clients 1 --batch 1000' \
      --run 'sqlite, 1000 a commit, 2 threads' '--engine sqlite --clients 2 --batch 1000' \
      --run 'ledger actor, 64 tellers, one each' '--engine ledger --clients 64 --batch 1' \
      --run 'ledger actor, 8 clients, 1000 each' '--engine ledger --clients 8 --batch 1000' \
      --run 'postgres, 8 clients' "$postgres --clients 8" \
      --run 'postgres, 32 clients' "$postgres --clients 32"
  done
}

kind_of_disk=$(stat --file-system --format=%T "$temp")
[[ $kind_of_disk != tmpfs ]] || die "$temp is in memory, where syncing costs nothing: set TMPDIR to a folder on a disk"
mkdir "$temp/files"
if [[ -z $out ]]; then
  out=$root/bench/results/$(date +%F)-bank-$(nproc)core-$(uname --machine).jsonl
  [[ $quick == no ]] || out=$build/quick-bank.jsonl
fi
mkdir --parents "$(dirname "$out")"
"$root/scripts/setup.sh" --bench >&2
build_ours
/usr/bin/python3 "$root/bench/machine.py" "$(git -C "$root" rev-parse --short HEAD)" "$temp" '' \
  libcaf-core0.17 libsqlite3-0 postgresql >"$out"
[[ $only == durable ]] || memory_rows
if [[ $only != memory ]]; then
  start_postgres
  durable_rows
  stop_postgres
fi
/usr/bin/python3 "$root/bench/bank/report.py" "$out" >"${out%.jsonl}.md"
((wrong == 0)) || die "some rows are wrong: see the table"
say "$(($(wc --lines <"$out") - 1)) rows in $out, table in ${out%.jsonl}.md"
