# shellcheck shell=bash
# The rpm: installed, installed again while a session runs, which is an upgrade to its scripts, and erased. There is no
# Fedora here: it is installed in the Debian, with rpm of this host and without its dependencies.

test_rpm() {
  scene_rpm
  check "rpm installs it, and the socket is open to the group" rpm_installs
  scene_policy
  check "the line shows what nsenter shows" line_works_for_container
  check "an upgrade ends what runs, tells its operator why, and opens the socket again" rpm_upgrades
  check "an upgrade that can make no start cache leaves none of the older version" rpm_leaves_no_cache
  check "erasing leaves nothing that runs, and keeps the log and says where it is" rpm_erases
}

# scene_rpm: copies rpm, its libraries and its macros into the machine, and the package.
scene_rpm() {
  local files
  mapfile -t files < <(ldd /usr/bin/rpm | grep -oE '/[^ ]+' | while read -r file; do
    printf '%s\n' "$file" "$(readlink -f "$file")"
  done)
  tar -C / -ch usr/bin/rpm usr/lib/rpm "${files[@]#/}" 2>/dev/null |
    engine exec --interactive "$machine" tar -C / -x --skip-old-files
  inside ldconfig
  copy_in "$packages/dbg-${version//-/_}-1.$(uname -m).rpm" /root/dbg.rpm
}

rpm() {
  inside rpm --nodeps "$@" 2>&1
}

rpm_installs() {
  rpm --install /root/dbg.rpm
  socket_is_enabled
  state_is inactive
  inside test -s /var/cache/dbg/dbgd.aot
}

rpm_upgrades() {
  inside bash -c "setpriv --reuid olivia --regid olivia --init-groups dbg pid://$(process_pid) net -- sleep 600 >/tmp/said 2>&1 & disown"
  eventually inside pgrep -x sleep
  rpm --upgrade --replacepkgs /root/dbg.rpm
  eventually exits 1 inside pgrep -x sleep
  eventually inside grep -q . /tmp/said
  equal "dbg: dbgd was stopped for an upgrade: the tool was ended: try again in a moment" "$(inside cat /tmp/said)"
  exits 1 inside test -e /run/dbg/upgrading
  socket_is_enabled
  line_works_for_container
}

# Who holds the lock keeps `dbgd cache` from making one.
rpm_leaves_no_cache() {
  has "$(inside flock /var/cache/dbg/lock rpm --nodeps --upgrade --replacepkgs /root/dbg.rpm 2>&1)" "could not make the start cache"
  exits 1 inside test -e /var/cache/dbg/dbgd.aot
  line_works_for_container
}

rpm_erases() {
  local said
  said=$(rpm --erase dbg)
  echo "$said"
  has "$said" "kept in /var/log/dbg"
  exits 4 inside systemctl status dbgd.socket dbgd.service dbgd-deliver.service
  exits 1 inside pgrep -f dev.dbg.DaemonCommand
  inside test -s /var/log/dbg/seal.key -a -s /var/log/dbg/audit.jsonl
  equal "" "$(inside find /usr /run /var/cache -name '*dbg*' ! -path '/var/cache/man/*' 2>/dev/null)"
}
