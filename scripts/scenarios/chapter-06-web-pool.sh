#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's web page that asks a file, a database and another service: one after the other, by a pool, by actors.
#   chapter-06-web-pool.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/chapter_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../chapter_lib.sh"

tutorial 'a page needs three sources that take 0.1, 0.2 and 0.3 s; pool.submit lets them run side by side'

asked() {
  curl --silent --max-time 30 --output body --write-out '%{http_code} %{time_total}' "$serve_url/" >out
  read -r status seconds <out || true
}
for engine in serial pool actors; do
  if [[ $engine == actors ]]; then
    actors 'a message to each source; what is late or dead is named, the rest is answered'
  else
    ours "--engine $engine"
  fi
  start_serve troupe-serve --engine "$engine"
  say "\$ curl $serve_url/"
  asked
  cat body
  say
  check "$engine: 200" test "$status" = 200
  for source in file db api; do
    check "$engine: the answer of the $source" grep --quiet "\"result_$source\":\"$source result\"" body
  done
  if [[ $engine == serial ]]; then
    check "serial: no less than all three together" is_true "$seconds >= 0.6"
  else
    # A busy machine may be late, but not each time: the best of some counts.
    for ((again = 0; again < 9; again++)); do
      ! is_true "$seconds < 0.5" || break
      asked
    done
    check "$engine: no less than the slowest" is_true "$seconds >= 0.3"
    check "$engine: and less than all together" is_true "$seconds < 0.5"
  fi
  say "   $status in $seconds s"
  check "$engine ends in order" stop_serve
done

finish
