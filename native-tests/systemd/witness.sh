# shellcheck shell=bash
# A witness, which is told over ssh how far a log has come. The machine is that of its own log; the manual shows the same
# lines, dbg-audit(5), "Witnesses". For test_login, which has sshd running.

witness_start() {
  inside useradd --system --create-home --shell /bin/sh --groups dbg dbg-web1
  inside mkdir -m 755 /etc/dbg/ssh
  inside ssh-keygen -q -t ed25519 -N '' -f /etc/dbg/ssh/id_ed25519
  inside chgrp dbg-deliver /etc/dbg/ssh/id_ed25519
  inside chmod 640 /etc/dbg/ssh/id_ed25519
  inside bash -c 'ssh-keyscan -T 120 10.77.0.1 2>/dev/null >/etc/dbg/ssh/known_hosts'
  inside chmod 644 /etc/dbg/ssh/known_hosts
  # shellcheck disable=SC2016 # for the shell in the machine
  inside bash -c 'echo "restrict,command=\"dbg stdio\" $(cat /etc/dbg/ssh/id_ed25519.pub)" >/etc/ssh/keys/dbg-web1'
  inside cp /etc/dbg/dbgd.toml /root/dbgd.toml
  # At 10.77.0.9 nobody answers, so that dbg and ssh stay for a while.
  write_in /root/witness.toml <<'TOML'
[[audit.witness]]
name = "web2"
host = "dbg-web1@10.77.0.1"
[[audit.witness]]
name = "away"
host = "dbg-web1@10.77.0.9"
[[audit.witnessed]]
host = "machine"
by = "dbg-web1"
TOML
  inside bash -c 'cat /root/dbgd.toml /root/witness.toml >/etc/dbg/dbgd.toml'
  inside systemctl restart dbgd.service # its end is sealed
  inside systemctl start dbgd-deliver.service
}

witness_end() {
  inside systemctl stop dbgd-deliver.service
  inside cp /root/dbgd.toml /etc/dbg/dbgd.toml
  inside systemctl restart dbgd.service
  inside rm -r /etc/dbg/ssh
}

# noted: prints what was noted of the log of this host.
noted() {
  inside grep '"event":"witness"' /var/log/dbg/audit.jsonl
}

witness_has_noted() {
  has "$(noted)" '"user":"dbg-web1"'
}

telling_has_no_capability() {
  local telling pids
  pids=$(inside pgrep -u dbg-deliver -x 'ssh|dbg') || return 1
  for telling in $pids; do
    has "$(inside cat "/proc/$telling/status")" $'CapPrm:\t0000000000000000\nCapEff:\t0000000000000000' || return 1
  done
}

# Each record is a head of the log that it is in, too: only what it says of the other host's is kept here.
witness_vouches() {
  noted | sed -n 's/.*"argv":\["witness","machine","[0-9]*","\([0-9]*:[0-9a-f]*\)"\].*/\1/p' | write_in /root/heads
  inside test -s /root/heads
  has "$(inside /usr/local/sbin/dbgd verify /var/log/dbg --heads /root/heads)" "intact"
}
