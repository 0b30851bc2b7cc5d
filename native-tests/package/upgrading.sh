# shellcheck shell=bash
# The next version is installed while a session runs.

test_upgrading() {
  inside sh -c 'echo "# Changed by the administrator." >>/etc/dbg/dbgd.toml'
  before_key=$(inside cat /var/log/dbg/verify.key)
  before_rules=$(rules)
  before_records=$(inside sed -n '$=' /var/log/dbg/audit.jsonl)
  repository_publish "$packages/dbg_${version}_$arch.deb"
  check "apt-get upgrades it while a tool runs, and asks about the changed configuration" upgrade_asks
  check "the operator whose tool ran was told that it was ended for an upgrade" upgrade_is_told
  check "the socket listens again, and the agent that answers is the new one" new_agent_answers
  check "policy, configuration and keys are as they were" all_is_kept
  check "the log goes on, and is intact from its first record, with the key that was copied" log_goes_on
}

rules() {
  inside sh -c 'sha256sum /etc/dbg/policy.d/*.toml /etc/dbg/tools.d/*.toml'
}

# dpkg reads the answer from standard input: N keeps the administrator's file.
upgrade_asks() {
  local said
  inside bash -c "setpriv --reuid olivia --regid olivia --init-groups dbg pid://$(process_pid) net -- sleep 600 >/tmp/said 2>&1 & disown"
  eventually inside pgrep -x sleep
  apt update
  said=$(engine exec --interactive "$machine" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y install dbg <<<N 2>&1)
  echo "$said"
  has "$said" "Configuration file '/etc/dbg/dbgd.toml'"
  equal "$version" "$(installed_version)"
  eventually exits 1 inside pgrep -x sleep
}

upgrade_is_told() {
  eventually inside grep -q . /tmp/said
  equal "dbg: dbgd was stopped for an upgrade: the tool was ended: try again in a moment" "$(inside cat /tmp/said)"
  exits 1 inside test -e /run/dbg/upgrading
  has "$(inside grep '"event":"result"' /var/log/dbg/audit.jsonl | tail -n 1)" '"ended":{"how":"stop"}'
}

new_agent_answers() {
  socket_is_enabled
  line_works_for_container
  has "$(as olivia dbg version)" "$version"
}

all_is_kept() {
  equal "$before_rules" "$(rules)"
  equal "$before_key" "$(inside cat /var/log/dbg/verify.key)"
  has "$(inside tail -n 1 /etc/dbg/dbgd.toml)" "Changed by the administrator."
  inside test -s /etc/dbg/dbgd.toml.dpkg-dist
}

log_goes_on() {
  (($(inside sed -n '$=' /var/log/dbg/audit.jsonl) > before_records))
  inside sh -c "echo $before_key >/root/verify.key"
  log_is_intact
}

# log_is_intact: verifies it from its first record to its last, with the key that was copied when it was begun.
log_is_intact() {
  inside systemctl stop dbgd.service 2>&1
  has "$(inside dbgd verify /var/log/dbg --key /root/verify.key)" 'intact'
}
