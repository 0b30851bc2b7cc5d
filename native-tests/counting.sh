# shellcheck shell=bash
# Runs the parts of the tests one after another, and counts what they report.
#
# A part reports by what it prints: Maven's `Tests run: 3, Failures: 0, Errors: 0, Skipped: 1`, without
# a time, at the end of each of its rounds; the systemd tests' `3 passed, 0 failed`. All of a part's
# output goes to target/native-tests.log; what a person wants to see meanwhile is printed.

tests_passed=0
tests_failed=0
tests_skipped=0

: "${checkout:?}" "${steps_out:?source steps.sh first}"

# part TITLE COMMAND [ARG...]: a failure of COMMAND that no test explains counts as a failed test.
part() {
  local title=$1 started=$SECONDS log=$checkout/target/native-tests.log status=0
  local failed_before=$tests_failed
  shift
  printf '==> %s\n' "$title"
  mkdir -p "${log%/*}"
  # In a shell of its own, in which any failure ends it.
  set +e
  (set -e; "$@") 2>&1 | tee "$log" | interesting
  status=${PIPESTATUS[0]}
  set -e
  count <"$log"
  if ((status != 0 && tests_failed == failed_before)); then
    tail -n 20 "$log" | sed 's/^/    /'
    tests_failed=$((tests_failed + 1))
  fi
  printf '    %s: %d s\n' "$title" $((SECONDS - started))
}

# Each class's or test's line, and what went wrong.
interesting() {
  grep --line-buffered -E '^(ok|not ok|#|    #) |Tests run:|^\[ERROR\]|passed, [0-9]+ failed$' |
    sed -u 's/^/    /' || true
}

count() {
  local line
  while read -r line; do
    if [[ $line =~ Tests\ run:\ ([0-9]+),\ Failures:\ ([0-9]+),\ Errors:\ ([0-9]+),\ Skipped:\ ([0-9]+)$ ]]; then
      tests_failed=$((tests_failed + BASH_REMATCH[2] + BASH_REMATCH[3]))
      tests_skipped=$((tests_skipped + BASH_REMATCH[4]))
      tests_passed=$((tests_passed + BASH_REMATCH[1] - BASH_REMATCH[2] - BASH_REMATCH[3] - BASH_REMATCH[4]))
    elif [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
      tests_passed=$((tests_passed + BASH_REMATCH[1]))
      tests_failed=$((tests_failed + BASH_REMATCH[2]))
    fi
  done
}

# counting_end: prints the sum as the last line; fails when a test did, or when there was none.
counting_end() {
  printf '%d s in all; %d skipped\n' "$SECONDS" "$tests_skipped"
  printf '%d passed, %d failed\n' "$tests_passed" "$tests_failed"
  ((tests_failed == 0 && tests_passed > 0))
}
