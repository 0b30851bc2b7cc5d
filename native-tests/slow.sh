# shellcheck shell=bash
# A machine that is slow: what this script starts from now on shares a quarter of one processor, cgroups(7). Engines that the
# host runs already, and the containers that they start, are as fast as before.

slow_group=

# slow_begin: to be called by the process whose children are to be slow.
slow_begin() {
  if [[ -e /sys/fs/cgroup/cpu/cpu.cfs_quota_us ]]; then
    slow_group=/sys/fs/cgroup/cpu/dbgt-slow
    mkdir -p "$slow_group"
    echo 100000 >"$slow_group/cpu.cfs_period_us"
    echo 25000 >"$slow_group/cpu.cfs_quota_us"
  elif [[ " $(</sys/fs/cgroup/cgroup.controllers) " == *" cpu "* ]]; then
    slow_group=/sys/fs/cgroup/dbgt-slow
    mkdir -p "$slow_group"
    echo +cpu >/sys/fs/cgroup/cgroup.subtree_control
    echo '25000 100000' >"$slow_group/cpu.max"
  else
    die "cannot slow the tests down" "this host has no control group for processors" "mount one, cgroups(7)"
  fi
  echo $$ >"$slow_group/cgroup.procs"
}

# slow_end: back to the group at the top, whose processes are not limited.
slow_end() {
  local process
  [[ -n $slow_group ]] || return 0
  for process in $(<"$slow_group/cgroup.procs"); do
    echo "$process" >"${slow_group%/*}/cgroup.procs" || true
  done
  rmdir "$slow_group" || true
}
