# shellcheck shell=bash
# The package is removed, purged, and installed again in between.

test_removing() {
  check "removing leaves nothing that runs, and keeps configuration, log and keys" removing_keeps
  check "installed again, it goes on as before" installed_again
  plant_links
  check "purging without questions keeps log, time-stamps and rules, and says where they are" purging_keeps_what_is_unique
  check "installed again, it has the rules and continues the log that was kept" log_is_continued
  check "purging removes them all if the administrator says so" purging_removes_all
  check "a link in a directory of the delivery's user leads the purge nowhere" links_are_not_followed
  check "then nothing of it is left but the group and the user" nothing_is_left
}

removing_keeps() {
  local rules
  rules=$(rules)
  apt remove dbg
  # What the purge asks about; without it the log would stay, and nobody was asked.
  has "$(inside debconf-show dbg)" dbg/remove-log
  exits 4 inside systemctl status dbgd.socket dbgd.service dbgd-deliver.service
  exits 1 inside pgrep -f dev.dbg.DaemonCommand
  # Debian keeps the link that enables a unit until the purge, and man its formatted pages.
  equal "" "$(inside find /usr /run /var/cache -name '*dbg*' ! -path '/var/cache/man/*' 2>/dev/null)"
  equal "$rules" "$(rules)"
  inside test -s /var/log/dbg/seal.key -a -s /var/log/dbg/audit.jsonl -a -s /etc/dbg/dbgd.toml
}

installed_again() {
  apt install dbg
  equal "$before_rules" "$(rules)"
  line_works_for_container
  log_is_intact
}

# What the delivery's user could do, if it were taken over: links in its directory to what is root's.
plant_links() {
  inside sh -c 'mkdir -p /root/precious /var/lib/dbg-deliver && echo text >/root/precious/file &&
    chown dbg-deliver: /var/lib/dbg-deliver'
  inside setpriv --reuid dbg-deliver --regid dbg-deliver --clear-groups sh -c \
    'cd /var/lib/dbg-deliver && mkdir tsa.stamps && echo token >tsa.stamps/1.tsr && ln -s /root/precious directory && ln -s /root/precious/file a.cursor'
}

links_are_not_followed() {
  # A path that ends in a slash would be followed.
  inside sh -c 'mkdir -p /root/naive/there && echo text >/root/naive/there/file && ln -s there /root/naive/directory'
  inside rm -rf /root/naive/directory/ 2>/dev/null || true
  exits 1 inside test -e /root/naive/there/file
  inside test -s /root/precious/file
}

purging_keeps_what_is_unique() {
  local said
  said=$(apt purge dbg 2>&1)
  echo "$said"
  has "$said" "kept in /var/log/dbg"
  has "$said" "kept in /etc/dbg"
  has "$said" "kept in /var/lib/dbg-deliver"
  equal "$before_rules" "$(rules)"
  inside test -s /var/log/dbg/seal.key -a -s /var/lib/dbg-deliver/tsa.stamps/1.tsr
  equal $'/etc/dbg\n/var/lib/dbg-deliver' "$(inside find /etc /usr /run /var/cache /var/lib -xdev -name '*dbg*' \
    ! -path '/etc/dbg/*' ! -path '/var/lib/apt/*' ! -path '/etc/apt/*' ! -path '/var/cache/man/*' 2>/dev/null)"
}

log_is_continued() {
  apt install dbg
  equal "$before_rules" "$(rules)"
  line_works_for_container
  equal "$before_key" "$(inside cat /var/log/dbg/verify.key)"
  log_is_intact
}

purging_removes_all() {
  inside sh -c 'printf "dbg dbg/remove-%s boolean true\n" log rules | debconf-set-selections'
  apt purge dbg
  exits 1 inside test -e /var/log/dbg -o -e /etc/dbg -o -e /var/lib/dbg-deliver
}

# What others keep about every package, and what the tests themselves made.
nothing_is_left() {
  local new
  local others='^/(var/(lib/(apt|dpkg|systemd|containerd|docker)|cache/(apt|man|debconf|ldconfig)|log|spool|tmp)|root'
  others+='|srv/repository|etc/(apt|\.pwd\.lock|(passwd|group|shadow|gshadow|subuid|subgid)-?$)|home|tmp|run)(/|$)'
  inside bash -o pipefail -c "find / -ignore_readdir_race -xdev -printf '%p\n' | sort >/root/after"
  inside grep -qx /usr/bin/apt-get /root/before
  new=$(inside comm -13 /root/before /root/after)
  equal "" "$(grep -vE "$others" <<<"$new" || true)"
  equal "" "$(inside find /var/lib/dpkg /var/lib/systemd /var/log -name '*dbg*' 2>/dev/null)"
  equal "" "$(inside sh -c 'debconf-show dbg')"
  has "$(inside getent group dbg)" dbg
  has "$(inside getent passwd dbg-deliver)" nologin
}
