# shellcheck shell=bash
# The checkout's installation is removed again. The last part: nothing is there afterwards.

test_uninstalling() {
  check "uninstalling removes what was installed, and says what it kept and how to remove that" uninstall_removes
  check "the log that was kept is intact, and continued by another installation" log_is_continued
}

uninstall_removes() {
  local said
  line_works
  inside touch /etc/dbg/policy.d/mine
  said=$(inside /root/dbg/systemd/install --uninstall)
  state_is inactive
  # Drop-ins are the administrator's.
  equal "" "$(inside find /usr /etc/systemd /run/dbg /var/cache/dbg -name '*dbg*' ! -name '*.d' 2>/dev/null)"
  inside test -e /etc/dbg/policy.d/mine
  inside test -s /var/log/dbg/audit.jsonl -a -s /var/log/dbg/seal.key
  has "$said" "rm -r /var/log/dbg"
  has "$said" "rm -r /etc/dbg"
}

log_is_continued() {
  local before
  before=$(inside sed -n 1p /var/log/dbg/verify.key)
  inside /root/dbg/systemd/install
  inside systemctl enable --now --quiet dbgd.socket
  line_works
  equal "$before" "$(inside sed -n 1p /var/log/dbg/verify.key)"
  has "$(inside dbg audit verify)" 'intact: '
}
