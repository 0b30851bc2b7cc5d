# shellcheck shell=bash
# Runs the parts of the tests, one after another or in parallel, and adds up their results.
#
# The results are read from a part's output: Maven prints `Tests run: 3, Failures: 0, Errors: 0, Skipped: 1`,
# without a time, at the end of each of its rounds; the systemd tests print `3 passed, 0 failed`. All output
# of a part goes to a log in target; the lines that a person wants to see meanwhile are printed.

tests_passed=0
tests_failed=0
tests_skipped=0
tests_that_failed=()

: "${checkout:?}" "${steps_out:?source steps.sh first}"

# part TITLE COMMAND [ARG...]: runs a part. If COMMAND fails and reports no failed test, that counts as one
# failed test.
part() {
  beside "$@"
  await_parts
}

# skip TITLE REASON: says that a part is not run here, and counts it as one skipped test.
skip() {
  printf '==> %s\n    skipped: %s\n' "$1" "$2"
  tests_skipped=$((tests_skipped + 1))
}

# The parts that were started, in the order of their start.
parts_titles=() parts_logs=() parts_pids=()
parts_ended=0

# beside TITLE COMMAND [ARG...]: starts a part. Nothing of it is printed until await_parts.
beside() {
  start_part '' "$@"
}

# behind TITLE COMMAND [ARG...]: the same, once the part that was started last has ended.
behind() {
  start_part "${parts_pids[-1]}" "$@"
}

# start_part PID TITLE COMMAND [ARG...]: starts a part when that process has ended.
start_part() {
  local before=$1 title=$2 log=$checkout/target/native-tests.$((parts_ended + ${#parts_pids[@]} + 1)).log
  shift 2
  mkdir -p "${log%/*}"
  : >"$log" # await_parts may read it before the part writes
  # In a separate shell and process group; any failure ends it.
  set -m
  (
    trap - EXIT INT TERM
    set -e
    [[ -z $before ]] || tail --follow --pid="$before" /dev/null
    date +%s >"$log.begun"
    "$@"
  ) >"$log" 2>&1 </dev/null &
  set +m
  parts_titles+=("$title") parts_logs+=("$log") parts_pids+=("$!")
}

# apart COMMAND [ARG...]: runs a command of a part in a session of its own. With autogroup, sched(7), processors are shared
# among sessions, and the nice value of a process counts within its session alone.
apart() {
  local session status=0
  # Bash lets what it starts without job control ignore the keys of a terminal, and a test may send such a signal.
  # The child leads no process group, so setsid(1) does not fork, and $! is the session.
  setsid env --default-signal=INT,QUIT "$@" &
  session=$!
  # It is not in the process group that end_parts ends. Not by the shell's own kill: that takes it for a job in the group of
  # the part, and would signal the shell.
  trap 'env kill -TERM -- "-$session"; wait "$session"' TERM
  wait "$session" || status=$?
  trap - TERM
  return "$status"
}

# await_parts: prints the output of each part, one after the other, until all have ended.
await_parts() {
  local i log status failed_before
  for i in "${!parts_pids[@]}"; do
    log=${parts_logs[i]} status=0 failed_before=$tests_failed
    printf '==> %s\n' "${parts_titles[i]}"
    tail --lines=+1 --follow --pid="${parts_pids[i]}" "$log" | interesting &
    # A trap runs during `wait`, but only after a foreground command has ended.
    wait "$!" || true
    wait "${parts_pids[i]}" || status=$?
    count <"$log"
    if ((status != 0 && tests_failed == failed_before)); then
      tail -n 20 "$log" | sed 's/^/    /'
      tests_failed=$((tests_failed + 1))
      tests_that_failed+=("failed: ${parts_titles[i]}")
    fi
    printf '    %s: %d s\n' "${parts_titles[i]}" "$(($(date +%s -r "$log") - $(<"$log.begun")))"
  done
  parts_ended=$((parts_ended + ${#parts_pids[@]}))
  parts_titles=() parts_logs=() parts_pids=()
}

# end_parts: ends the parts that are still running, when the tests are interrupted.
end_parts() {
  local pid
  for pid in "${parts_pids[@]}"; do
    kill -- "-$pid" 2>/dev/null || true
    wait "$pid" || true
  done
}

# Prints the result line of each class or test, and of each failure the message: of a test in Java without
# the stack trace. Line by line, as somebody may be watching.
interesting() {
  local line detail=0
  local result='^(ok|not ok|#|    #) |Tests run:|^\[ERROR\]|passed, [0-9]+ failed$'
  local failure=' <<< (FAILURE|ERROR)!$' trace=$'^\tat |^\\[INFO\\]'
  while IFS= read -r line; do
    if [[ $line =~ $result ]]; then
      detail=0
    elif [[ $line =~ $trace ]] || ((detail == 0)); then
      detail=0
      continue
    else
      detail=$((detail - 1))
    fi
    printf '    %s\n' "$line"
    [[ ! $line =~ $failure ]] || detail=30
  done
}

# Adds up a part's output. Of a test that failed it keeps the name and the beginning of the message.
count() {
  local line wanted=0
  while read -r line; do
    if ((wanted > 0)) && ! [[ $line =~ ^$|^at\ |^\[|^ok\ |^not\ ok\ |\ passed, ]]; then
      tests_that_failed+=("    ${line:0:300}")
      wanted=$((wanted - 1))
      continue
    fi
    wanted=0
    if [[ $line =~ Tests\ run:\ ([0-9]+),\ Failures:\ ([0-9]+),\ Errors:\ ([0-9]+),\ Skipped:\ ([0-9]+)$ ]]; then
      tests_failed=$((tests_failed + BASH_REMATCH[2] + BASH_REMATCH[3]))
      tests_skipped=$((tests_skipped + BASH_REMATCH[4]))
      tests_passed=$((tests_passed + BASH_REMATCH[1] - BASH_REMATCH[2] - BASH_REMATCH[3] - BASH_REMATCH[4]))
    elif [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
      tests_passed=$((tests_passed + BASH_REMATCH[1]))
      tests_failed=$((tests_failed + BASH_REMATCH[2]))
    elif [[ $line =~ ^\[ERROR\]\ ([^ ]+)\ --\ .*\<\<\<|^not\ ok\ -\ (.*)$ ]]; then
      tests_that_failed+=("failed: ${BASH_REMATCH[1]}${BASH_REMATCH[2]}")
      wanted=8
    fi
  done
}

# counting_end: prints the tests that failed and why, and the sums in the last line. Fails if a test failed, or if there was
# none.
counting_end() {
  ((${#tests_that_failed[@]} == 0)) || printf '%s\n' "${tests_that_failed[@]}"
  printf '%d s in all; %d skipped\n' "$SECONDS" "$tests_skipped"
  printf '%d passed, %d failed\n' "$tests_passed" "$tests_failed"
  ((tests_failed == 0 && tests_passed > 0))
}
