#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Primes beyond the tutorial with troupe-primes: one number, a stream in four ways, junk in it, factors, a certificate and a
# range.
#   primes.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

primes=${1:?usage: primes.sh BINARIES}/troupe-primes
stream_numbers=300000

# story ARGUMENT...: runs it, shows it, and leaves what it said in $temp/out and its exit code in code.
story() {
  say
  say "-- troupe-primes $*"
  code=0
  timeout 120 "$primes" "$@" >"$temp/out" 2>&1 || code=$?
  head --lines=12 "$temp/out"
}
tells() { grep --quiet --fixed-strings -- "$1" "$temp/out"; }
code_is() { [[ $code -eq $1 ]]; }

story 112272535095293 18446744073709551557 170141183460469231731687303715884105727
check "a number above 64 bits is called a probable prime" tells '170141183460469231731687303715884105727 probable prime'
story --prove 170141183460469231731687303715884105727
check "and can be proved" tells '170141183460469231731687303715884105727 prime'
story --factor 123456789012345678901234567890
check "factors" tells '123456789012345678901234567890: 2 3 3 3 5 7 13 31 37 211 241 2161 3607 3803 2906161'
story --certificate 1000000000000000000000007
check "a certificate" tells 'primality-certificate 1'
story --range 0..1000000000 --count
check "all primes up to 10^9 counted" tells 50847534

say
say "-- $stream_numbers numbers from standard input, by each engine"
awk -v n="$stream_numbers" 'BEGIN { srand(1); for (i = 0; i < n; i++) printf "%d%09d\n", rand() * 9e8, rand() * 1e9 }' >"$temp/numbers"
for engine in serial threads processes actors; do
  begin=$(date +%s.%N)
  check "$engine ends in order" "$primes" --engine "$engine" <"$temp/numbers" >"$temp/$engine"
  awk -v e="$engine" -v b="$begin" -v t="$(date +%s.%N)" -v p="$(grep --count ' prime$' "$temp/$engine")" \
    'BEGIN { printf "%-10s %7d primes %6.2f s\n", e, p, t - b }'
  check "$engine: the same answers" cmp --silent "$temp/serial" "$temp/$engine"
done

printf '7\nseven\n9\n' >"$temp/junk"
story --file "$temp/junk"
check "junk is answered in its place" tells invalid
check "and told by its line" tells 'line 2 is no whole number'
story --file "$temp/junk" --strict
check "--strict ends with 2" code_is 2

code=0
(
  ulimit -v 600000
  exec timeout 60 "$primes" --workers 200 7
) >"$temp/out" 2>&1 || code=$?
check "more workers than there is memory for their stacks: it ends with 1" code_is 1
check "and says so" tells 'threads can be had'

say
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
