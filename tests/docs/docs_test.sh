#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Every command of the README and of the tours, and what it prints.
#   docs_test.sh BINARIES [tours|readme]
set -euo pipefail
exec python3 "$(dirname -- "${BASH_SOURCE[0]}")/docs_test.py" "$@"
