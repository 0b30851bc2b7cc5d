# shellcheck shell=bash
# `systemctl reload dbgd` puts the policy on disk in force, and returns once it is in force.

test_reloading() {
  check "a reload gives what the new policy gives, from the moment it returns" reload_gives
  check "a reload takes what the new policy does not give, from the moment it returns" reload_takes
  check "a wrong policy fails the reload and changes nothing, and systemd says where it is wrong" wrong_policy_changes_nothing
}

reload_gives() {
  exits 126 line olivia netstat
  write_in /etc/dbg/policy.d/20-netstat.toml <<'TOML'
[[rule]]
who        = ["user:olivia"]
containers = ["pid://*"]
namespaces = ["net"]
tools      = ["netstat"]
TOML
  inside systemctl reload dbgd.service
  line olivia netstat
}

reload_takes() {
  inside rm /etc/dbg/policy.d/20-netstat.toml
  inside systemctl reload dbgd.service
  exits 126 line olivia netstat
}

wrong_policy_changes_nothing() {
  write_in /etc/dbg/policy.d/30-wrong.toml <<<'[[rule]'
  local before
  before=$(inside systemctl show --value --property=MainPID dbgd.service)
  exits 1 inside systemctl reload dbgd.service
  state_is active
  equal "$before" "$(inside systemctl show --value --property=MainPID dbgd.service)"
  line_works
  has "$(inside systemctl show --property=StatusText dbgd.service)" "the old policy stays in force: /etc/dbg/policy.d/30-wrong.toml:"
  has "$(inside journalctl --no-pager --unit=dbgd.service)" 30-wrong.toml
  inside rm /etc/dbg/policy.d/30-wrong.toml
  inside systemctl reload dbgd.service
}
