#!/usr/bin/env bash
# Runs a command in web/ with the page built; skips (77) with the reason when what it needs is not here.
set -euo pipefail
cd "$(dirname "$0")/../../web"
command -v npm >/dev/null || { echo "skipped: npm is not here (script/setup installs it)"; exit 77; }
./build_page
[ -e dist/index.html ] || { echo "skipped: npm could not install the page's packages"; exit 77; }
if [ "$1" = node ] && [ ! -x "${ZIPTONE_CHROMIUM:-/usr/bin/chromium}" ]; then
  echo "skipped: Chromium is not here (script/setup installs it)"
  exit 77
fi
exec "$@"
