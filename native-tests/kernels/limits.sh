# shellcheck shell=bash
# Control groups of version 2 with controllers, which systemd delegates.

groups=/sys/fs/cgroup
service=$groups/system.slice/dbgd.service

test_limits() {
  unshare --net --cgroup sleep infinity >/dev/null 2>&1 &
  target=$!
  # What made the start cache during the installation may have been ended before it had removed its own.
  earlier=$(find $groups -type d -name 'dbgd-[0-9]*' ! -path "$service/*")
  check "the hierarchy is of version 2, with controllers and nsdelegate" hierarchy_is_as_wanted
  check "the agent is in a leaf, beside the group of its sessions" agent_is_in_a_leaf
  check "a tool is in a group of its own with the limits of the configuration" tool_has_its_limits
  check "a fork bomb has no more processes than the limit, and leaves none" bomb_is_contained net
  check "so too in the cgroup namespace of the target" bomb_is_contained net,cgroup
  check "a tool that takes too much memory is killed, and its operator is told why" hog_is_killed
  check "what one session was short of is not told of the next, nor what memory it had" next_is_not_told
  check "whoever is in a session's group ends with it" stranger_ends
  check "many sessions need no more than a few groups" groups_are_used_again
  check "an agent that is stopped leaves no group" stop_leaves_nothing
  check "by hand, in a group of its own, it moves into a leaf" by_hand_alone
  check "by hand, beside others, it makes its groups at the top, and those of one that was killed are removed" by_hand_beside_others
}

dbg_act() {
  dbg "pid://$target" "${namespaces:-net}" -- act "$@"
}

hierarchy_is_as_wanted() {
  has "$(grep ' cgroup2 ' /proc/mounts)" nsdelegate
  has " $(cat $groups/cgroup.controllers) " ' memory '
  has " $(cat $groups/cgroup.controllers) " ' pids '
}

agent_pid() {
  systemctl show --value --property=MainPID dbgd.service
}

# agent_and_keeper AGENT: prints its pid, and that of the process that keeps the empty namespaces.
agent_and_keeper() {
  echo "$1"
  pgrep -P "$1"
}

agent_is_in_a_leaf() {
  dbg_act exit 0
  equal "" "$(cat $service/cgroup.procs)"
  equal "$(agent_and_keeper "$(agent_pid)")" "$(cat $service/dbgd/cgroup.procs)"
  equal "memory pids" "$(cat "$service/dbgd-$(agent_pid)/cgroup.subtree_control")"
}

# tool_waits: starts a tool that waits, and sets `group` and `client`.
tool_waits() {
  rm -f /tmp/waiting # or the output of an earlier tool would count for this one
  dbg "pid://$target" net -- act wait >/tmp/waiting 2>&1 &
  client=$!
  eventually grep -q waiting /tmp/waiting
  group=$groups$(sed 's/^0:://' "/proc/$(pgrep -x act)/cgroup")
}

tool_ends() {
  kill -TERM "$client"
  exits 143 wait "$client"
}

tool_has_its_limits() {
  local group client
  tool_waits
  equal "$service/dbgd-$(agent_pid)" "${group%/*}"
  equal "20 67108864 1" "$(cat "$group"/{pids.max,memory.max,memory.oom.group} | xargs)"
  equal 1 "$(cat "$group/pids.current")"
  tool_ends
}

bomb_is_contained() {
  local output
  output=$(namespaces=$1 dbg_act bomb 200 2>&1)
  grep -qx 20 <<<"$output"
  has "$output" "dbg: out of processes: "
  eventually no_act
}

# Prints the record of the session that has ended last: a seal may follow it.
last_result() {
  grep '"event":"result"' /var/log/dbg/audit.jsonl | tail -n 1
}

hog_is_killed() {
  local output
  output=$(exits 137 dbg_act hog 256 2>&1)
  has "$output" "dbg: out of memory: "
  has "$(last_result)" '"short_of":["memory"]'
}

next_is_not_told() {
  local megabytes
  equal taken "$(dbg_act hog 8 2>&1)"
  if older 6 12; then # the group's peak cannot be set back, so it may be another session's
    [[ $(last_result) != *memory_bytes* ]]
    return
  fi
  megabytes=$(($(last_result | sed 's/.*"memory_bytes":\([0-9]*\).*/\1/') >> 20))
  ((8 <= megabytes && megabytes <= 10)) || { echo "$megabytes MiB" && return 1; }
}

stranger_ends() {
  local group client stranger
  tool_waits
  sleep infinity >/dev/null 2>&1 &
  stranger=$!
  echo "$stranger" >"$group/cgroup.procs"
  tool_ends
  exits 137 wait "$stranger"
}

groups_are_used_again() {
  local i times=30
  [[ ! -e whole ]] || times=200
  for ((i = 0; i < times; i++)); do
    dbg_act exit 0 || return
  done
  (($(find $service -mindepth 2 -type d | wc -l) <= 4))
}

stop_leaves_nothing() {
  systemctl stop dbgd.socket dbgd.service
  equal "" "$(homes)"
}

homes() {
  find $groups -type d -name 'dbgd-[0-9]*' | grep -vxF -e "${earlier:-none}" || true
}

# by_hand COMMAND...: starts an agent through COMMAND, and sets `agent`.
by_hand() {
  printf '[socket]\npath = "/run/by-hand"\n[audit]\ndir = "/var/log/by-hand"\n' >/root/by-hand.toml
  rm -f /tmp/by-hand # or the "ready" of an earlier agent would count for this one
  "$@" /usr/sbin/dbgd --config /root/by-hand.toml >/tmp/by-hand 2>&1 &
  agent=$!
  eventually grep -qx ready /tmp/by-hand
  DBG_SOCKET=/run/by-hand dbg_act exit 0
}

by_hand_ends() {
  kill "$agent"
  exits 143 wait "$agent"
  equal "" "$(homes)"
}

by_hand_alone() {
  local agent
  by_hand systemd-run --quiet --scope --unit=alone
  equal "$groups/system.slice/alone.scope/dbgd-$agent" "$(homes)"
  equal "$(agent_and_keeper "$agent")" "$(cat $groups/system.slice/alone.scope/dbgd/cgroup.procs)"
  by_hand_ends
}

by_hand_beside_others() {
  local agent
  by_hand env
  kill -KILL "$agent"
  exits 137 wait "$agent"
  equal "$groups/dbgd-$agent" "$(homes)"
  by_hand env
  equal "$groups/dbgd-$agent" "$(homes)"
  by_hand_ends
}
