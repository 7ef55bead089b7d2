#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# wget2. It downloads and, for the graph, follows links; it extracts no titles.
#
# usage: wget2.sh list|graph BASE PAGES CONCURRENCY [plain]     files go below the current folder
set -euo pipefail

mode=$1 base=$2 pages=$3 width=$4
options=(--quiet --max-threads="$width" --no-http2 --directory-prefix=files)
if [[ ${5:-} == plain ]]; then options+=(--no-compression); fi
echo '{"note": "downloads only"}'
if [[ $mode == list ]]; then
  for ((n = 1; n <= pages; n++)); do echo "$base/sitehome/p/$n"; done > urls
  exec wget2 "${options[@]}" --no-robots --input-file=urls
fi
# 8 says that the server answered some request with an error: the site has links that lead nowhere.
wget2 "${options[@]}" --recursive --level=inf --robots "$base/g/00/00000.html" || [[ $? == 8 ]]
