# shellcheck shell=bash
# Sourced by script/test and script/check: named steps, each with its duration and its last line; a failed step does
# not hide the ones after it. Counts stand in $passed, $failed and $skipped.
passed=0 failed=0 skipped=0
logs=build/log
mkdir -p "$logs"
: >"$logs/failures"

# step NAME COMMAND...: runs the command with its output in build/log/NAME.log. Returns the command's success.
step() {
  local name=$1 log="$logs/${1//[^A-Za-z0-9]/-}.log" begin=$SECONDS
  shift
  printf -- '-- %s\n' "$name"
  if "$@" >"$log" 2>&1; then
    printf '   ok in %d s: %s\n' $((SECONDS - begin)) "$(grep -v '^[[:space:]]*$' "$log" | tail -n 1)"
    return 0
  fi
  printf '   FAILED in %d s; the end of %s:\n' $((SECONDS - begin)) "$log"
  grep -E '\*\*\*(Failed|Timeout|Exception|Not Run|Skipped)|^FAILED|error:' "$log" | head -n 20 | sed 's/^/   ! /'
  tail -n 40 "$log" | sed 's/^/   | /'
  echo "$name" >>"$logs/failures"
  return 1
}

# check NAME COMMAND...: a step that counts as one test.
check() {
  if step "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# absent NAME WHAT: a step whose program is not there. In script/check that is a failure.
absent() {
  printf -- '-- %s\n   FAILED: %s\n' "$1" "$2"
  echo "$1" >>"$logs/failures"
  failed=$((failed + 1))
}

# build PRESET [TARGET...]: configures and builds.
build() {
  local preset=$1
  shift
  cmake --preset "$preset" && cmake --build --preset "$preset" ${1:+--target "$@"}
}

# suite NAME PRESET CTEST-OPTIONS...: runs ctest and counts its single tests; a skip without leave is a failure.
suite() {
  local name=$1 preset=$2 log="$logs/${1//[^A-Za-z0-9]/-}.log" last="build/$2/Testing/Temporary/LastTest.log" p f s
  shift 2
  rm -f "$last"
  step "$name" ctest --preset "$preset" --no-tests=ignore "$@" || f=1
  python3 tools/suite_report.py "$log" "$last" --summary "$logs/counts" | sed 's/^/   /' || true
  local broken=${f:-0}
  read -r p f s <"$logs/counts"
  [ "$f" -ge "$broken" ] || f=$broken
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  [ "$f" -eq 0 ] || echo "$name" >>"$logs/failures"
}

# has PRESET LABEL: does this build have tests with the label?
has() { ctest --preset "$1" -N -L "$2" 2>/dev/null | grep -qE '^Total Tests: [1-9]'; }

# fuzz SECONDS: every target of the fuzz preset for that long, as many at a time as there are cores.
fuzz() {
  local -x each=$1
  find build/fuzz/fuzz -maxdepth 1 -type f -executable | sort | xargs -r -P "$(nproc)" -I{} bash -c '
    name=$(basename {}); kept=build/fuzz/found/$name; mkdir -p "$kept"
    seeds=${name#fuzz_}; seeds=tests/corpus/${seeds%_fuzz}; [ -d "$seeds" ] || seeds=
    {} -max_total_time="$each" -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$kept/../crash-$name-" "$kept" $seeds \
      >"build/log/fuzz-$name.txt" 2>&1 || { tail -n 30 "build/log/fuzz-$name.txt"; echo "fuzz: $name FAILED"; exit 255; }
    echo "$name: $(grep -E "^(Done|#[0-9]+)" "build/log/fuzz-$name.txt" | tail -n 1)"'
}

# fuzz_targets: how many are built.
fuzz_targets() { find build/fuzz/fuzz -maxdepth 1 -type f -executable 2>/dev/null | wc -l; }

# simulator: can the release build simulate?
simulator() { build/release/ziptone simulate --help >/dev/null 2>&1; }

# fresh_seeds SECONDS FIRST: seeds from FIRST on, until the time is over; both modes of each. What worlds can reach must
# be reached.
fresh_seeds() { build/release/ziptone simulate --seconds "$1" --seed "$2"; }
# tree_seed: of what is checked in, else of the time: another one for each change, the same whenever it is tested again.
tree_seed() {
  local tree
  tree=$(git rev-parse --short=8 'HEAD^{tree}' 2>/dev/null) && echo $((16#${tree:0:8})) || date +%s
}

# closing: the failures by name, the plain line, and the exit code.
closing() {
  if [ -s "$logs/failures" ]; then
    echo "failed:"
    sort -u "$logs/failures" | sed 's/^/  /'
  fi
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ] && [ ! -s "$logs/failures" ]
}
