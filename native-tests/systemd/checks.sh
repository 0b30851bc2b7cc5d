# shellcheck shell=bash
# A test is a sentence and a function. It prints `ok - SENTENCE`, or `not ok - SENTENCE` and its output.

checks_passed=0
checks_failed=0

# check SENTENCE FUNCTION [ARG...]: runs FUNCTION in a subshell, in which any failure ends it.
check() {
  local sentence=$1 output status
  shift
  set +e
  output=$(set -e; "$@" 2>&1)
  status=$?
  set -e
  if ((status == 0)); then
    echo "ok - $sentence"
    checks_passed=$((checks_passed + 1))
  else
    echo "not ok - $sentence"
    printf '%s\n' "$output" "(status $status)" | sed 's/^/    # /'
    checks_failed=$((checks_failed + 1))
  fi
}

# note TEXT...: prints a measured value.
note() {
  echo "# $*"
}

# equal WANTED GOT
equal() {
  [[ $1 == "$2" ]] || {
    printf 'wanted:\n%s\ngot:\n%s\n' "$1" "$2"
    return 1
  }
}

# has TEXT STRING: checks that TEXT contains STRING.
has() {
  [[ $1 == *"$2"* ]] || {
    printf 'wanted: %s\nin:\n%s\n' "$2" "$1"
    return 1
  }
}

# exits STATUS COMMAND...: runs COMMAND, prints its output, and checks its status.
exits() {
  local wanted=$1 status=0
  shift
  "$@" || status=$?
  ((status == wanted)) || {
    echo "wanted status $wanted, got $status: $*"
    return 1
  }
}

# says STATUS STRING COMMAND...: checks the status of COMMAND, and that it prints STRING, on either stream. A word such as
# "$(exits ...)" of another command has lost the status.
says() {
  local wanted=$1 string=$2 said
  shift 2
  said=$(exits "$wanted" "$@" 2>&1) || {
    printf '%s\n' "$said"
    return 1
  }
  has "$said" "$string"
}

# eventually COMMAND...: repeats COMMAND until it succeeds, for at most two minutes, or as `patience` says in fifths of a
# second. How soon is no test's matter: a busy machine takes long.
eventually() {
  local tries
  for ((tries = 0; tries < ${patience:-600}; tries++)); do
    "$@" && return
    sleep 0.2
  done
  echo "never succeeded: $*"
  return 1
}

checks_end() {
  echo "$checks_passed passed, $checks_failed failed"
  ((checks_failed == 0))
}
