#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's primes, work for the processor alone: by one thread, threads, processes and actors. In Python threads did not
# help; here they do, and processes likewise.
#   chapter-07-primes.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/chapter_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../chapter_lib.sh"

number=112272535095293
workers=2
tutorial "PRIMES = [$number] * 100, by trial division: single_thread, multi_thread, multi_process"

ours 'the same in four ways; CPU/wall says how many processors were at work'
# Whoever else uses this machine takes processors away, from all alike: so serial is the measure, and there are further tries.
cpu_per_wall() { sed --quiet "s/.*\"engine\":\"$1\".*\"cpu_per_wall\":\([0-9.]*\).*/\1/p" out; }
uses_more() { is_true "$(cpu_per_wall "$1") > $(cpu_per_wall serial) * 1.1"; }
for ((again = 0; again < 3; again++)); do
  works troupe-primes tutorial --runs 1 --workers "$workers" --json
  ! { uses_more threads && uses_more processes && uses_more actors; } || break
done
check "serial uses one" is_true "$(cpu_per_wall serial) <= 1.1"
if [[ $(nproc) -ge 2 ]]; then
  for engine in threads processes actors; do
    check "$engine use more" uses_more "$engine"
    check "$engine use no more than they have workers" is_true "$(cpu_per_wall "$engine") <= $workers * 1.1"
  done
fi

ours 'the same answers from each'
{
  seq 2 1000
  for ((i = 0; i < 5; i++)); do
    say "$number"
  done
  say $((number + 2))
} >numbers
for engine in serial threads processes actors; do
  say "\$ troupe-primes --engine $engine --method trial --workers $workers --file numbers"
  check "$engine ends in order" troupe-primes --engine "$engine" --method trial --workers "$workers" --file numbers >"answers.$engine"
  say "   $(grep --count ' prime$' "answers.$engine") primes among $(wc --lines <"answers.$engine") numbers"
  check "$engine: the same as serial" cmp answers.serial "answers.$engine"
done
check "the tutorial's number is one" grep --quiet "^$number prime$" answers.serial
check "168 primes up to 1000" test "$(head --lines=999 answers.serial | grep --count ' prime$')" -eq 168

# Nothing is said here of time: what is under way is counted.
children_of() { cat "/proc/$1/task/"*/children | wc --words; }
ours 'who is at work? Numbers come through a pipe that nobody closes yet'
for engine in serial threads processes actors; do
  mkfifo pipe
  troupe-primes --engine "$engine" --workers 3 <pipe >answers &
  pid=$!
  started+=("$pid")
  exec 7>pipe
  printf '%s\n' 97 >&7
  check "$engine: answers come while numbers do" wait_for 30 grep --quiet '^97 prime$' answers
  say "   $engine: $(threads_of "$pid") threads, $(children_of "$pid") processes of its own"
  case $engine in
    serial) children=0 ;;
    threads) children=0 threads=$(threads_of "$pid") ;;
    processes) children=3 ;;
    actors) children=0 ;;
  esac
  check "$engine: $children processes of its own" test "$(children_of "$pid")" -eq "$children"
  exec 7>&-
  check "$engine: it ends well" wait "$pid"
  forget_process "$pid"
  rm pipe
done
check "threads has some" test "$threads" -ge 3

finish
