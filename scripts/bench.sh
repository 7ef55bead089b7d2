#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Measures troupe-crawl beside other crawlers on one machine; bench/README.md says how to read it.
#
#   scripts/bench.sh [--quick] [--rounds N] [--only SCENARIO]... [--out FILE.jsonl] [--port N]
#
# --quick: one round, no Scrapy, rows to the cache folder instead of bench/results.
# Scenarios: list, graph, list-delay, hosts-delay, hosts-delay-long. Needs four free ports from --port on (8480).
# TROUPE_BENCH_CACHE: where the site (800 MB) and spider-rs go; ~/.cache/troupe-bench if unset.
# BUILD_DIR: where to build; build/bench if unset.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${TROUPE_BENCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/troupe-bench}
build=${BUILD_DIR:-$root/build/bench}
spider_version=0.0.157  # 0.0.163 comes without its native part
rounds=5 quick='' out='' port=8480 only=()

fail() { echo "bench.sh: $*" >&2; exit 1; }
usage() { sed -n '3,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

while (($#)); do
  case $1 in
    --quick) quick=yes rounds=1 ;;
    --rounds) rounds=${2:?}; shift ;;
    --only) only+=("${2:?}"); shift ;;
    --out) out=$(realpath --canonicalize-missing "${2:?}"); shift ;;
    --port) port=${2:?}; shift ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

build_ours() {
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTROUPE_BUILD_BENCH=ON \
    -DTROUPE_BUILD_TESTS=OFF > "$build.configure.log" 2>&1 || { cat "$build.configure.log" >&2; fail "cannot configure"; }
  ninja -C "$build" troupe-crawl bench_write_site bench_run_one >&2
}

install_spider() {
  command -v npm > /dev/null || { echo "bench.sh: no npm: spider-rs is left out" >&2; return; }
  local have=$cache/spider-rs/node_modules/@spider-rs/spider-rs/package.json
  if ! grep --quiet "\"version\": \"$spider_version\"" "$have" 2> /dev/null; then
    mkdir -p "$cache/spider-rs"
    npm install --silent --no-audit --no-fund --prefix "$cache/spider-rs" "@spider-rs/spider-rs@$spider_version" >&2 \
      || { echo "bench.sh: npm cannot install spider-rs: it is left out" >&2; return; }
  fi
  spider="env SPIDER_RS_DIR=$cache/spider-rs node $root/bench/rivals/spider_rs.mjs"
}

write_site() {
  # The program's own checksum: another generator writes another site.
  local stamp
  stamp="$port 2 $(sha256sum < "$build/bin/bench_write_site")"
  if [[ ! -f $site/expected.json || $(cat "$site/stamp" 2> /dev/null) != "$stamp" ]]; then
    echo "bench.sh: writing the site to $site" >&2
    rm -rf "$site"
    mkdir -p "$site"
    "$build/bin/bench_write_site" "$site" "$port" --hosts 16
    # A larger graph for port + 3; of this one only what stands on many hosts is served.
    "$build/bin/bench_write_site" "$site/long" "$((port + 1))" --hosts 16 --graph 40000 --lists 1 --list-names 1
    cat "$site/long/redirects.conf" >> "$site/redirects.conf"
    rm -r "$site/long/one"
    seq --format="http://127.0.1.1:$port/sitehome/p/%.0f" 500 > "$site/list.seeds"
    seq --format="http://127.0.1.1:$((port + 1))/sitehome/p/%.0f" 4000 > "$site/list-delay.seeds"
    echo "$stamp" > "$site/stamp"
  fi
}

start_server() {
  local user='' listen='' long='' modules=/usr/lib/nginx/modules host
  [[ $(id -u) == 0 ]] && user="user $(id -un) $(id -gn);"
  for host in $(seq 16); do
    listen+="    listen 127.0.1.$host:$((port + 2)) backlog=4096;\\n"
    long+="    listen 127.0.1.$host:$((port + 3)) backlog=4096;\\n"
  done
  sed -e "s|@DIR@|$site|g" -e "s|@MODULES@|$modules|g" -e "s|@USER@|$user|g" -e "s|@PORT@|$port|g" \
    -e "s|@PORT1@|$((port + 1))|g" -e "s|@LISTEN@|$listen|g" -e "s|@LONG@|$long|g" "$root/bench/crawl/nginx.conf.in" > "$site/nginx.conf"
  : > "$site/access.log"
  nginx=$(command -v nginx || echo /usr/sbin/nginx)
  # In the foreground, so that its process is our child and nobody else's is ever ended.
  "$nginx" -c "$site/nginx.conf" -p "$site" -g 'daemon off;' &
  server=$!
  trap 'kill "$server" 2> /dev/null || true; wait "$server" 2> /dev/null || true' EXIT
  for _ in $(seq 50); do
    kill -0 "$server" 2> /dev/null || fail "nginx did not start: see $site/error.log"
    (exec 3<> "/dev/tcp/127.0.1.1/$port") 2> /dev/null && return
    sleep 0.1
  done
  fail "nginx does not answer on port $port"
}

describe_machine() {
  mkdir -p "$(dirname "$out")"
  /usr/bin/python3 "$root/bench/machine.py" "$(git -C "$root" rev-parse --short HEAD)" "$cache" "spider-rs $spider_version" \
    nginx python3-aiohttp python3-lxml python3-scrapy wget2 libcaf-core0.17 libxml2 > "$out"
}

# measure SCENARIO PAGES BASELINE [OPTION...] --run LABEL COMMAND...
measure() {
  local name=$1 pages=$2 baseline=$3
  shift 3
  if ((${#only[@]})) && [[ " ${only[*]} " != *" $name "* ]]; then return; fi
  echo "== $name"
  /usr/bin/python3 "$root/bench/crawl/measure.py" --site "$site" --runner "$build/bin/bench_run_one" --scenario "$name" \
    --expect "$pages" --baseline "$baseline" --rounds "$rounds" --out "$out" "$@" || wrong=1
}

# ours ENGINE CONCURRENCY PER_HOST [OPTION...]
ours() {
  local engine=$1 width=$2 per_host=$3
  shift 3
  echo "$build/bin/troupe-crawl --engine $engine --concurrency $width --per-host $per_host --progress never --stats json $*"
}

run_scenarios() {
  local rivals=$root/bench/rivals b0=http://127.0.1.1:$port b1=http://127.0.1.1:$((port + 1)) b2=http://127.0.1.1:$((port + 2))
  local aio="$rivals/aiohttp_lxml.py" scrapy="$rivals/scrapy_spider.py" wget2="$rivals/wget2.sh"
  local titles='--max-depth 0 --select a.post-item-title --out items.jsonl' slow=() more=()
  local list="--seeds $site/list.seeds $titles" list_delay="--seeds $site/list-delay.seeds $titles"

  [[ $quick ]] || slow=(--run scrapy "$scrapy list $b0 500 16")
  measure list 500 aiohttp+lxml --titles-base "$b0" \
    --run troupe-actors "$(ours actors 16 16 "$list")" \
    --run troupe-coroutines "$(ours coroutines 16 16 "$list")" \
    --run aiohttp+lxml "$aio list $b0 500 16" \
    --run wget2 "$wget2 list $b0 500 16" \
    --run troupe-actors-plain "$(ours actors 16 16 "$list" --no-compression)" \
    --run aiohttp+lxml-plain "$aio list $b0 500 16 plain" "${slow[@]}"

  [[ $quick ]] || slow=(--once scrapy --run scrapy "$scrapy graph $b0 10000 16")
  local start0=$b0/g/00/00000.html start2=$b2/g/00/00000.html baseline=aiohttp+lxml
  if [[ $spider ]]; then
    baseline='spider-rs'
    more=(--run spider-rs "$spider graph $b0 10000 16")
  fi
  measure graph 10000 "$baseline" \
    --run troupe-actors "$(ours actors 16 16 "$start0")" \
    --run troupe-coroutines "$(ours coroutines 16 16 "$start0")" \
    --run troupe-actors-plain "$(ours actors 16 16 "$start0" --no-compression)" "${more[@]}" \
    --run aiohttp+lxml "$aio graph $b0 10000 16" \
    --run wget2 "$wget2 graph $b0 10000 16" "${slow[@]}"

  [[ $quick ]] || slow=(--once scrapy --run scrapy "$scrapy list $b1 4000 64")
  measure list-delay 4000 aiohttp+lxml --titles-base "$b1" \
    --run troupe-actors "$(ours actors 64 64 "$list_delay")" \
    --run troupe-coroutines "$(ours coroutines 64 64 "$list_delay")" \
    --run aiohttp+lxml "$aio list $b1 4000 64" "${slow[@]}"

  [[ $quick ]] || slow=(--once scrapy --run scrapy "$scrapy graph $b2 10000 256")
  measure hosts-delay 10000 aiohttp+lxml \
    --run troupe-actors "$(ours actors 256 16 --scope any "$start2")" \
    --run troupe-coroutines "$(ours coroutines 256 16 --scope any "$start2")" \
    --run aiohttp+lxml "$aio graph $b2 10000 256" "${slow[@]}"

  local b3=http://127.0.1.1:$((port + 3)) start3=http://127.0.1.1:$((port + 3))/g/00/00000.html
  measure hosts-delay-long 40000 aiohttp+lxml \
    --run troupe-actors "$(ours actors 256 16 --scope any "$start3")" \
    --run troupe-coroutines "$(ours coroutines 256 16 --scope any "$start3")" \
    --run aiohttp+lxml "$aio graph $b3 40000 256"
}

site=$cache/site spider='' wrong=0
mkdir -p "$cache" "$build"
if [[ ! $out ]]; then
  out=$root/bench/results/$(date +%F)-$(nproc)core-$(uname -m).jsonl
  [[ $quick ]] && out=$cache/quick.jsonl
fi
"$root/scripts/setup.sh" --bench >&2
build_ours
install_spider
write_site
start_server
describe_machine
run_scenarios
/usr/bin/python3 "$root/bench/crawl/report.py" "$out" > "${out%.jsonl}.md"
((wrong == 0)) || fail "some rows are wrong: see the table"
echo "$(($(wc -l < "$out") - 1)) rows in $out, table in ${out%.jsonl}.md"
