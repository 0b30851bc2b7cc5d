# shellcheck shell=bash
# The agent ends, and nothing of it stays.

test_ending() {
  check "stopping the agent ends the tools that run, and records it" stop_ends_tools
  check "the next request starts the agent again" line_works
  check "a request that comes during a restart is answered" restart_keeps_requests
}

stop_ends_tools() {
  # Runs until it is ended. The container of this script is not the machine's, so it can't wait for it.
  inside bash -c "setpriv --reuid olivia --regid olivia --init-groups dbg pid://$(process_pid) net -- sleep 600 >/dev/null 2>&1 & disown"
  eventually inside pgrep -x sleep
  inside systemctl stop dbgd.service 2>&1
  exits 1 inside pgrep -x 'sleep|dbg-enter|dbg'
  equal "" "$(inside cat /sys/fs/cgroup/system.slice/dbgd.service/cgroup.procs 2>/dev/null)"
  has "$(inside tail -n 3 /var/log/dbg/audit.jsonl)" '"event":"result"'
  equal success "$(inside systemctl show --value --property=Result dbgd.service)"
}

restart_keeps_requests() {
  inside systemctl restart --no-block dbgd.service
  line_works
}
