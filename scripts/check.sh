#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Looks at the sources without running them: format and scripts; with --deep also clang-tidy and cppcheck,
# which take minutes. A tool that is not installed is skipped and named.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

deep=no
case ${1-} in
  '') ;;
  --deep) deep=yes ;;
  *)
    printf 'check.sh: unknown option %s (--deep)\n' "$1" >&2
    exit 2
    ;;
esac
skipped=0
cd -- "$root"

has() {
  command -v "$1" >/dev/null && return 0
  say "skipped: $1 is not installed"
  skipped=$((skipped + 1))
  return 1
}

formatted() { clang-format --dry-run --Werror "$1" 2>/dev/null; }

mapfile -t sources < <(git ls-files '*.cpp' '*.hpp')
mapfile -t programs < <(git ls-files '*.cpp')

if has clang-format; then
  for source in "${sources[@]}"; do
    check "clang-format $source" formatted "$source"
  done
fi
if has shellcheck; then
  while read -r script; do
    check "shellcheck $script" shellcheck --external-sources "$script"
  done < <(find scripts .ci -type f \( -name '*.sh' -o -name run \) | sort)
fi
if [[ $deep == yes ]]; then
  cmake --preset dev >"$temp/configure.log" || { cat "$temp/configure.log" >&2; die "cmake failed"; }
  if has clang-tidy; then
    for source in "${programs[@]}"; do
      # Only what the build knows has flags to be read with.
      if grep --quiet --fixed-strings "/$source\"" build/dev/compile_commands.json; then
        check "clang-tidy $source" clang-tidy --quiet --warnings-as-errors='*' -p build/dev "$source"
      fi
    done
  fi
  if has cppcheck; then
    check "cppcheck" cppcheck --quiet --error-exitcode=1 --std=c++20 --inline-suppr \
      --enable=warning,performance,portability --suppress=missingIncludeSystem \
      --suppress=unknownMacro -I . "${programs[@]}"
  fi
fi

if [[ $skipped -gt 0 ]]; then
  say "$passed passed, $failed failed, $skipped skipped"
else
  say "$passed passed, $failed failed"
fi
[[ $failed -eq 0 ]]
