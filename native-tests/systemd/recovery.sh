# shellcheck shell=bash
# Failures of an agent, and how systemd handles them.

test_recovery() {
  check "an agent that is killed comes back by itself" killed_agent_comes_back
  check "an agent that hangs is replaced" hanging_agent_is_replaced
  check "a configuration that is refused is told to whoever asks, as often as he asks" refusal_is_told
  check "once it is mended, the next request is answered" mended_configuration_is_taken
  check "after a reboot the line works" reboot_changes_nothing
}

is_another() {
  local now
  now=$(main_pid dbgd.service)
  [[ $now != 0 && $now != "$1" ]] && state_is active >/dev/null
}

killed_agent_comes_back() {
  local before
  line_works
  before=$(main_pid dbgd.service)
  inside kill -KILL "$before"
  eventually is_another "$before"
  line_works
}

# A stopped process answers no more than a deadlocked one. The unit's own timeouts are too long for this test.
hanging_agent_is_replaced() {
  local before
  inside mkdir -p /run/systemd/system/dbgd.service.d
  write_in /run/systemd/system/dbgd.service.d/patience.conf <<'UNIT'
[Service]
WatchdogSec=10s
TimeoutAbortSec=1s
UNIT
  inside systemctl daemon-reload
  inside systemctl restart dbgd.service
  before=$(main_pid dbgd.service)
  inside kill -STOP "$before"
  eventually is_another "$before"
  line_works
  inside rm -r /run/systemd/system/dbgd.service.d
  inside systemctl daemon-reload
  inside systemctl restart dbgd.service
}

# Asks more often than systemd's start limit would allow.
refusal_is_told() {
  local time said
  inside systemctl stop dbgd.service 2>&1
  write_in /etc/dbg/policy.d/30-wrong.toml <<<'[[rule]'
  for time in 1 2 3 4 5 6 7; do
    said=$(exits 125 line olivia 2>&1)
    echo "asked $time times: $said"
    has "$said" "dbgd cannot start: the policy at /etc/dbg/policy.d, or the catalogue, is refused: ask its administrator"
    [[ $said != *30-wrong* ]]
  done
  equal active "$(inside systemctl show --value --property=ActiveState dbgd.socket)"
}

mended_configuration_is_taken() {
  inside rm /etc/dbg/policy.d/30-wrong.toml
  line_works
}

reboot_changes_nothing() {
  machine_reboot
  scene_process
  state_is inactive
  line_works
}
