# shellcheck shell=bash
# The agent ends, and leaves nothing behind.

test_ending() {
  check "stopping the agent ends the tools that run, tells their operators, and records it" stop_ends_tools
  check "an operator whose tool an upgrade ends is told that it was an upgrade" upgrade_is_told
  check "the next request starts the agent again" line_works
  check "a tool that ends soon is not disturbed by a restart" restart_waits_for_tools
  check "requests that come together start one agent, and each is answered" one_agent_answers_all
}

stop_ends_tools() {
  # The tool runs until it is ended. The client runs inside the machine, so this script cannot wait for it.
  inside bash -c "setpriv --reuid olivia --regid olivia --init-groups dbg pid://$(process_pid) net -- sleep 600 >/tmp/said 2>&1 & disown"
  eventually inside pgrep -x sleep
  inside systemctl stop dbgd.service 2>&1
  eventually inside grep -q . /tmp/said
  equal "dbg: dbgd was stopped by its administrator: the tool was ended: try again in a moment" "$(inside cat /tmp/said)"
  # The client says it before it ends.
  eventually exits 1 inside pgrep -x 'sleep|dbg-enter|dbg'
  equal "" "$(inside cat /sys/fs/cgroup/system.slice/dbgd.service/cgroup.procs 2>/dev/null)"
  has "$(inside tail -n 8 /var/log/dbg/audit.jsonl)" '"event":"result"'
  has "$(inside tail -n 8 /var/log/dbg/audit.jsonl)" '"ended":{"how":"stop"}'
  equal success "$(inside systemctl show --value --property=Result dbgd.service)"
}

upgrade_is_told() {
  inside bash -c "setpriv --reuid olivia --regid olivia --init-groups dbg pid://$(process_pid) net -- sleep 600 >/tmp/said 2>&1 & disown"
  eventually inside pgrep -x sleep
  inside /root/dbg/systemd/install
  eventually inside grep -q . /tmp/said
  equal "dbg: dbgd was stopped for an upgrade: the tool was ended: try again in a moment" "$(inside cat /tmp/said)"
  exits 1 inside test -e /run/dbg/upgrading
}

restart_waits_for_tools() {
  # How long a busy machine takes to be looked at does not count.
  inside sed -i 's/^drain = "5s"/drain = "10m"/' /etc/dbg/dbgd.toml
  inside systemctl restart dbgd.service
  inside bash -c "{ setpriv --reuid olivia --regid olivia --init-groups dbg pid://$(process_pid) net -- sleep 600; echo \$?; } >/tmp/said 2>&1 & disown"
  eventually inside pgrep -x sleep
  inside systemctl --no-block restart dbgd.service
  eventually state_is deactivating
  inside pgrep -x sleep
  inside pkill -KILL -x sleep
  eventually inside grep -q . /tmp/said
  equal 137 "$(inside tail -n 1 /tmp/said)"
  eventually state_is active
  line_works
  inside sed -i 's/^drain = "10m"/drain = "5s"/' /etc/dbg/dbgd.toml
}

one_agent_answers_all() {
  inside systemctl stop dbgd.service 2>&1
  local wanted before answers
  wanted=$(inside nsenter -t "$(process_pid)" -n ss -tlnH)
  before=$(starts)
  # shellcheck disable=SC2016 # for the shell in the machine
  answers=$(as olivia bash -c '
    for client in 1 2 3 4; do dbg "$1" net -- ss -tlnH & done
    wait' - "pid://$(process_pid)")
  equal "$wanted"$'\n'"$wanted"$'\n'"$wanted"$'\n'"$wanted" "$answers"
  # The manager says it after the agent has answered.
  eventually starts_are $((before + 1))
}

starts_are() {
  equal "$1" "$(starts)"
}

# starts: prints how often the agent has been started.
starts() {
  inside journalctl --sync
  inside journalctl --no-pager --output=cat --unit=dbgd.service --grep='^Started ' | wc -l
}
