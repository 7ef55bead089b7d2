#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# A real site, whole: the C and C++ reference as Debian ships it, served by nginx on loopback. The server's log says what
# was requested, a walker that shares no line with us says what there is.
#   real-site.sh BINARIES
# Exit code 77: nginx or the site is not installed (scripts/setup.sh --tests).
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

bin=${1:?usage: real-site.sh BINARIES}
site=/usr/share/cppreference/doc/html
start=/en/index.html
pictures=/common/images/
forbidden=/en/cpp/experimental/
checks=$root/scripts/scenarios/crawl_checks.py

PATH=$PATH:/usr/sbin
if ! command -v nginx >/dev/null || [[ ! -f $site$start ]]; then
  say "skipped: nginx or cppreference-doc-en-html is not installed"
  exit 77
fi

# write_config PORT: the crawler's port, and the walker's behind it, each with a log of its own.
write_config() {
  local scratch=() kind
  for kind in client_body proxy fastcgi uwsgi scgi; do
    scratch+=("${kind}_temp_path $temp/$kind;")
  done
  cat >"$temp/nginx.conf" <<END
daemon off;
worker_processes 1;
pid $temp/nginx.pid;
error_log $temp/error.log;
events { worker_connections 512; }
http {
  ${scratch[*]}
  types {
    text/html html;
    text/css css;
    text/javascript js;
    image/png png;
    image/gif gif;
    image/svg+xml svg;
  }
  default_type application/octet-stream;
  charset utf-8;
  gzip on;
  keepalive_requests 100000;
  log_format plain '\$status \$request_method \$request_uri';
  root $site;
  autoindex on; # folders of pictures: something that must not be read as HTML
  server {
    listen 127.0.0.1:$1;
    access_log $temp/crawl.log plain;
    location = /robots.txt { default_type text/plain; return 200 "User-agent: *\nDisallow: $forbidden\n"; }
  }
  server {
    listen 127.0.0.1:$(($1 + 1));
    access_log off;
    location = /robots.txt { default_type text/plain; return 200 "User-agent: *\nDisallow: $forbidden\n"; }
  }
}
END
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start_nginx() {
  local attempt i
  for attempt in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 20000))
    if listens "$port" || listens "$((port + 1))"; then
      continue
    fi
    write_config "$port"
    nginx -p "$temp" -c "$temp/nginx.conf" 2>"$temp/nginx.err" &
    nginx_pid=$!
    started+=("$nginx_pid")
    for ((i = 0; i < 100; i++)); do
      if listens "$port"; then
        return 0
      fi
      kill -0 "$nginx_pid" 2>/dev/null || break
      sleep 0.1
    done
    cat "$temp/nginx.err" >&2
  done
  die "nginx did not start (attempt $attempt)"
}

# Puts what the access log got since the last call into a file of its own. A worker without rights in our folder could
# not open a new log, so the log stays and is cut here. nginx writes a line after the answer is sent: hence the wait.
log_taken=0
take_log() {
  local size=-1
  while [[ $size -ne $(stat --format=%s "$temp/crawl.log") ]]; do
    size=$(stat --format=%s "$temp/crawl.log")
    sleep 0.3
  done
  tail --bytes=+$((log_taken + 1)) "$temp/crawl.log" >"$1"
  log_taken=$size
}

crawl() {
  "$bin/troupe-crawl" "$base$start" "$base$pictures" --concurrency 16 --per-host 16 --pages "$1" --progress never --stats json
}

start_nginx
base=http://127.0.0.1:$port

say "== Two crawls of $base$start; robots.txt forbids $forbidden"
for run in 1 2; do
  check "crawl $run ends with 0" crawl "$temp/pages.$run" >"$temp/stats.$run"
  take_log "$temp/log.$run"
  tail --lines=1 "$temp/stats.$run"
done

say "== A walk of the same site in plain Python"
walk() { python3 "$root/scripts/scenarios/walk.py" "http://127.0.0.1:$((port + 1))$start" \
  "http://127.0.0.1:$((port + 1))$pictures" 2>"$temp/walk.err"; }
SECONDS=0
check "the walk ends with 0" walk >"$temp/walk"
say "$(wc --lines <"$temp/walk") pages in $SECONDS s; $(tail --lines=1 "$temp/walk.err")"

for run in 1 2; do
  check "crawl $run requested nothing twice" python3 "$checks" once "$temp/log.$run"
  check "crawl $run missed no page, and invented none" python3 "$checks" log-is-walk "$temp/log.$run" "$temp/walk"
  check "crawl $run has a row for each request" python3 "$checks" log-is-pages "$temp/log.$run" "$temp/pages.$run" "$base"
  check "crawl $run left alone what is forbidden" python3 "$checks" never "$temp/log.$run" "$forbidden"
  check "crawl $run read no binary as HTML" python3 "$checks" no-binary-read "$temp/pages.$run"
done
check "the second crawl saw what the first did" python3 "$checks" same-pages "$temp/pages.1" "$temp/pages.2"
# Otherwise "nothing forbidden was requested" would say nothing.
check "the site does link to what is forbidden" grep --quiet '^[1-9][0-9]* links forbidden' "$temp/walk.err"

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
