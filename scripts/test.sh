#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# All tests, the fast ones first; goes on after a failure. The last line counts: test cases, scenario checks, fuzz
# targets and scripts.
#   test.sh           everything: about an hour on 2 cores from a clean clone
#   test.sh --quick   the debug build and its tests
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

fuzz_runs=20000 # with a fixed seed: the same inputs each time; hunt longer by hand

quick=no
case ${1-} in
  '') ;;
  --quick) quick=yes ;;
  *)
    printf 'test.sh: unknown option %s (--quick)\n' "$1" >&2
    exit 2
    ;;
esac

skipped=0
jobs=$(nproc)
cd -- "$root"
if command -v ccache >/dev/null; then
  export CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER-ccache}
fi
# Without a compiler cache: several sources at a time. With one, small steps keep it useful.
unity=${TROUPE_UNITY:-OFF}
if [[ -z ${CMAKE_CXX_COMPILER_LAUNCHER-} ]]; then
  unity=ON
fi
export BOOST_TEST_REPORT_LEVEL=short # "N test cases out of M passed": what count_cases reads
export BOOST_TEST_COLOR_OUTPUT=no

# stage WORDS COMMAND...: a heading, the command, its time. A stage counts its own tests; one that cannot run
# counts as one failure.
stage() {
  local words=$1 begin=$SECONDS
  shift
  say
  say "== $words"
  "$@" || add 0 1 0 "$words"
  say "-- $words: $((SECONDS - begin)) s; so far $passed passed, $failed failed"
}

# add PASSED FAILED SKIPPED WORDS
add() {
  passed=$((passed + $1))
  failed=$((failed + $2))
  skipped=$((skipped + $3))
  if [[ $2 -gt 0 ]]; then
    printf 'FAILED: %s (%s)\n' "$4" "$2" >&2
  fi
}

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  cmake --preset "$preset" -DTROUPE_UNITY="$unity" >"$temp/configure.log" 2>&1 || {
    cat "$temp/configure.log" >&2
    return 1
  }
  if [[ $# -gt 0 ]]; then
    cmake --build --preset "$preset" --target "$@"
  else
    cmake --build --preset "$preset"
  fi
}

# Sums up what ctest --output-junit wrote: Boost.Test programs by their cases, others as one. A program that failed without
# a case to blame (a crash, a time limit, a sanitizer's report at the end) counts as one failure.
# Prints: PASSED FAILED SKIPPED
count_cases() {
  awk '
    /^\t<testcase / {
      ok = bad = off = reported = excused = 0
      status = $0
      sub(/.* status="/, "", status)
      sub(/".*/, "", status)
    }
    /^\t\t<skipped message="SKIP_/ { excused = 1 }
    { sub(/^\t\t<system-out>/, "") }
    /^ +[0-9]+ test cases? out of [0-9]+ (passed|failed|aborted|skipped|timed out)/ {
      reported = 1
      if (/ passed/) ok = $1
      else if (/ skipped/) off = $1
      else bad += $1
    }
    /^\t<\/testcase>/ {
      if (status == "disabled" || excused) off = 1
      else if (status == "run") { if (!reported) ok = 1 }
      else if (bad == 0) bad = 1
      passed += ok; failed += bad; skipped += off
    }
    END { print passed + 0, failed + 0, skipped + 0 }' "$1"
}

# run_ctest PRESET OPTION...
run_ctest() {
  local preset=$1 code=0 counts report=$temp/ctest.xml
  shift
  rm --force "$report"
  "${wrap[@]+"${wrap[@]}"}" ctest --preset "$preset" --parallel "$jobs" --output-junit "$report" \
    --test-output-size-passed 1000000 --test-output-size-failed 1000000 "$@" || code=$?
  [[ -e $report ]] || return 1
  read -r -a counts < <(count_cases "$report")
  add "${counts[@]}" "ctest $preset"
  # What ctest saw and the count did not.
  if [[ $code -ne 0 && ${counts[1]} -eq 0 ]]; then
    add 0 1 0 "ctest $preset ended with $code"
  fi
}
wrap=()

build_and_test() {
  local preset=$1
  shift
  build "$preset" && run_ctest "$preset" "$@"
}

scenario() {
  local script=$1 code=0 ok bad off
  say "$script"
  "$script" build/demo/bin >"$temp/scenario" || code=$?
  cat "$temp/scenario"
  if [[ $code -eq 77 ]]; then
    add 0 0 1 "$script"
    return
  fi
  read -r ok bad off < <(tail --lines=1 "$temp/scenario" |
    sed --quiet 's/^\([0-9]*\) passed, \([0-9]*\) failed\(, \([0-9]*\) skipped\)\{0,1\}$/\1 \2 \4/p') || { ok=0 bad=0; }
  if [[ $code -ne 0 && $bad -eq 0 ]]; then
    bad=1
  fi
  add "$ok" "$bad" "${off:-0}" "$script"
}

scenarios() {
  local script
  build demo || return
  export SECONDS_MAX=20 # of transfers over nodes; a minute by hand
  for script in scripts/scenarios/*.sh; do
    scenario "$script"
  done
  scenario scripts/demo.sh
  scenario tests/apps/package_test.sh
  scenario tests/docs/docs_test.sh
}

# test_targets PRESET OPTION...: the programs of the tests that ctest selects, one a line. Configures first.
test_targets() {
  local preset=$1 name
  shift
  cmake --preset "$preset" -DTROUPE_UNITY="$unity" >"$temp/configure.log" 2>&1 || {
    cat "$temp/configure.log" >&2
    return 1
  }
  while read -r name; do
    case $name in
      fuzz_*_corpus) printf '%s_replay\n' "${name%_corpus}" ;;
      planted_race_is_reported | locked_twin_is_silent) printf 'planted_race\n' ;;
      *) printf '%s\n' "$name" ;;
    esac
  done < <(ctest --preset "$preset" --show-only "$@" | sed --quiet 's/^ *Test *#[0-9]*: //p') | sort --unique
}

# The pure rules and the I/O, in minutes; the slower ones come after them, from the same build.
fast_first() {
  local targets
  mapfile -t targets < <(test_targets asan --label-regex fast)
  [[ ${#targets[@]} -gt 0 ]] || return 1
  cmake --build --preset asan --target "${targets[@]}" && run_ctest asan --label-regex fast
}

# ThreadSanitizer knows nothing of how CAF's scheduler hands over its actors, and reports what is none: it
# gets what does not link CAF.
tsan() {
  local targets left_out='^(fuzz_|process_test$|compare_io_test$)'
  # The fuzz targets are single-threaded. And clang 14's runtime does not survive a clone() that shares memory out of a
  # thread that it watches, which is how programs are started: g++'s does, below.
  mapfile -t targets < <(test_targets tsan --label-regex 'fast|agree' --label-exclude actors --exclude-regex "$left_out")
  [[ ${#targets[@]} -gt 0 ]] || return 1
  cmake --build --preset tsan --target "${targets[@]}" || return
  # Its shadow memory and the kernel's address randomization do not always fit together.
  if setarch "$(uname --machine)" --addr-no-randomize true 2>/dev/null; then
    wrap=(setarch "$(uname --machine)" --addr-no-randomize)
  fi
  run_ctest tsan --label-regex 'fast|agree' --label-exclude actors --exclude-regex "$left_out"
  { build tsan-gcc process_test compare_io_test && run_ctest tsan-gcc --tests-regex '^(process|compare_io)_test$'; } ||
    add 0 1 0 'process_test and compare_io_test with g++'
  wrap=()
}

fuzz() {
  local corpus target targets=()
  for corpus in tests/fuzz/corpus/*/; do
    targets+=("fuzz_$(basename -- "$corpus")")
  done
  build fuzz "${targets[@]}" || return
  mkdir --parents out
  for target in "${targets[@]}"; do
    mkdir "$temp/$target"
    # New finds go to the first folder; what breaks the target is kept.
    if "build/fuzz/bin/$target" -seed=1 -runs="$fuzz_runs" -max_total_time=90 -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
      -print_final_stats=1 -artifact_prefix="out/$target-" \
      "$temp/$target" "tests/fuzz/corpus/${target#fuzz_}" >"$temp/$target.log" 2>&1; then
      say "$target: $(sed --quiet 's/^stat::number_of_executed_units: *//p' "$temp/$target.log") inputs"
      add 1 0 0 "$target"
    else
      tail --lines=60 "$temp/$target.log" >&2
      add 0 1 0 "$target: what broke it is in out/$target-*"
    fi
  done
}

lint_scripts() {
  local script
  while read -r script; do
    check "shellcheck $script" shellcheck --external-sources "$script"
    # What is called ...lib.sh is to be sourced.
    check "$script can be run" test -x "$script" -o "${script%lib.sh}" != "$script"
  done < <(find scripts .ci -type f \( -name '*.sh' -o -name run \) | sort)
}

stage "packages" scripts/setup.sh --tests
if [[ $quick == yes ]]; then
  stage "dev: build and tests" build_and_test dev
else
  stage "scripts" lint_scripts
  stage "AddressSanitizer and UBSan: the fast tests" fast_first
  stage "scenarios with the release programs" scenarios
  stage "AddressSanitizer and UBSan: all others" build_and_test asan --label-exclude fast
  stage "ThreadSanitizer: build and tests" tsan
  stage "fuzz targets, $fuzz_runs runs each" fuzz
fi

say
say "$SECONDS s in all"
if [[ $skipped -gt 0 ]]; then
  say "$passed passed, $failed failed, $skipped skipped"
else
  say "$passed passed, $failed failed"
fi
[[ $failed -eq 0 ]]
