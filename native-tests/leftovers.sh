# shellcheck shell=bash
# What the tests leave on the host. Engines of the host's may work beside them, so only what has a mark of the tests or of
# dbg counts, and only if it was not there when the run began.

leftovers_at_first=

leftovers_begin() {
  leftovers_at_first=$(leftovers)
}

# leftovers_end: counts as a failed test what has come and has not gone. The kernel and engines may be removing it.
leftovers_end() {
  local patience=10 line
  until leftovers_none || ((patience-- == 0)); do
    sleep 1
  done
  if leftovers_none; then
    tests_passed=$((tests_passed + 1))
    return
  fi
  tests_failed=$((tests_failed + 1))
  tests_that_failed+=("failed: the tests leave nothing on the host")
  while read -r line; do
    tests_that_failed+=("    $line")
  done < <(leftovers_new)
}

leftovers_none() {
  [[ -z $(leftovers_new) ]]
}

leftovers_new() {
  LC_ALL=C comm -13 <(printf '%s\n' "$leftovers_at_first") <(leftovers)
}

# Prints a line for each, sorted.
leftovers() {
  {
    leftovers_mounts
    leftovers_networks
    leftovers_groups
    getent passwd | sed -n 's/^\(dbgt-[^:]*\):.*/the user \1/p'
    getent group | sed -n 's/^\(dbgt-[^:]*\):.*/the group of users \1/p'
    leftovers_bridges
  } | LC_ALL=C sort
}

# Those that dbg makes have its name for a device. Podman makes the directory of named network namespaces a mount; others may
# have some there.
leftovers_mounts() {
  awk -v others="$(ls -A /run/netns 2>/dev/null || true)" '{ for (i = 7; $i != "-"; i++); }
    $(i + 2) == "dbg" || $5 ~ /dbg-tests-|dbg-native-tests|dbgt-/ || (!others && $5 ~ /^(\/var)?\/run\/netns$/) {
      print "a mount of " $(i + 1) " at " $5 }' /proc/self/mountinfo
}

# Named network namespaces in which no process is.
leftovers_networks() {
  local name number in_use
  # Of a process that has just ended it fails.
  in_use=" $({ stat --dereference --format %i /proc/[0-9]*/ns/net 2>/dev/null || true; } | sort -u | xargs) "
  for name in /run/netns/*; do
    number=$(stat --dereference --format %i "$name" 2>/dev/null) || continue
    [[ $in_use == *" $number "* ]] || echo "the network namespace $name"
  done
}

# Bridges that no process has been told of: an engine of the demo's may run beside.
leftovers_bridges() {
  local name
  for name in $(ip -o link show type bridge | sed -n -E 's/^[0-9]+: (dbg-[0-9]+|docker_gwbridge):.*/\1/p'); do
    grep -q -s -a -F -f <(echo "$name") /proc/[0-9]*/cmdline || echo "the bridge $name"
  done
}

# Those of the tests' containers, in which no process is. What a dbgd that was killed left, the next dbgd removes.
leftovers_groups() {
  local group
  { find /sys/fs/cgroup -type d -name '*dbgt-*' 2>/dev/null || true; } | while read -r group; do
    [[ -n $(find "$group" -name cgroup.procs -exec cat {} + 2>/dev/null || true) ]] || echo "the control group $group"
  done
}
