#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# What somebody does first who has installed the package; for a system of its own, where check-package.sh runs it.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"
cd "$temp"

says() { # TEXT COMMAND...
  "${@:2}" >out 2>err </dev/null || true
  grep --quiet --fixed-strings -- "$1" out || { cat out err >&2; false; }
}
silent() { "$@" >out 2>&1 || printf 'exit code %s\n' "$?" >>out; [[ ! -s out ]] || { cat out >&2; false; }; }

check 'the files are those of the package' silent dpkg --verify troupe
for program in /usr/bin/troupe*; do
  # Whatever the linker does not find it says here.
  check "$program --version" says "${program##*/} " "$program" --version
  check "$program has a manual page" test -s "/usr/share/man/man1/${program##*/}.1.gz"
  check "$program has a completion for bash" test -s "/usr/share/bash-completion/completions/${program##*/}"
  check "$program has a completion for zsh" test -s "/usr/share/zsh/vendor-completions/_${program##*/}"
done
check 'troupe --help' says 'a ledger that survives kill -9' troupe --help
check 'troupe primes' says '91 composite' troupe primes 91
check 'large numbers' says 'composite' troupe primes "1$(printf '0%.0s' {1..60})1"
start_site troupe-site --lists 3
check 'troupe crawl' says '"pages":4,' troupe crawl "$site_url/" --max-pages 4 --stats json
check 'troupe site ends' stop_site
check 'a ledger is made' says '' troupe bank ledger --db bank.db open 1 --currency EUR
check 'and holds' says 'audit: good' troupe bank audit --db bank.db
check 'troupe jobs' says 'one' troupe jobs run echo ::: one
check 'an engine of processes' says '97 prime' troupe primes --engine processes 97
start_serve troupe-serve
check 'troupe serve: a page of its own' says '<html' cat /dev/fd/3 3< <(
  exec 4<>"/dev/tcp/127.0.0.1/${serve_url##*:}"
  printf 'GET /ui/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&4
  cat <&4
)
check 'troupe serve ends' stop_serve

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
