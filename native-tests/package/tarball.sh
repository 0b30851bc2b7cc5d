# shellcheck shell=bash
# The tarball: unpacked below /opt, and installed from there, on a machine that has no package of dbg.

test_tarball() {
  local home=/opt/dbg-$version
  tarball_unpack
  check "what others than root could write to is not installed" tarball_of_others_is_refused
  check "where the units cannot be placed, nothing else is installed" unwritable_units_are_refused
  check "sbin/dbgd install says what is next, and starts nothing" tarball_installs
  check "systemd finds no fault in the units" units_are_sound
  inside systemctl enable --now --quiet dbgd.socket
  check "the socket is open to the group dbg, now and after a reboot" socket_is_enabled
  scene_policy
  check "the line shows what nsenter shows" line_works_for_container
  check "the doctor finds no fault in a Debian with Docker" doctor_finds_no_fault
  check "man finds the pages" tarball_has_its_manual
  check "another version beside it takes its place, and tells the operator whose tool ran" tarball_upgrades
  check "the older one does not remove what the newer one has installed" older_tarball_refuses
  check "sbin/dbgd uninstall leaves nothing that runs or leads there, and says what it kept" tarball_uninstalls
}

tarball_unpack() {
  xz --decompress --stdout "$packages/dbg-$version-$arch.tar.xz" | engine exec --interactive "$machine" tar -C /opt -x
}

tarball_of_others_is_refused() {
  local said
  inside chown olivia "$home/lib"
  said=$(exits 1 inside "$home/sbin/dbgd" install 2>&1)
  has "$said" "others than root can write to $home/lib"
  inside chown root "$home/lib"
  exits 1 inside test -e /etc/systemd/system/dbgd.service
}

unwritable_units_are_refused() {
  local said place=/etc/systemd/system
  inside rm -rf /etc/dbg
  said=$(exits 1 inside unshare --mount sh -c \
    "mount --bind $place $place && mount -o remount,bind,ro $place && $home/sbin/dbgd install" 2>&1)
  has "$said" "$place cannot be written to"
  equal "" "$(inside find /etc /usr/local -xdev -name '*dbg*' ! -path '/etc/apt/*')"
}

tarball_installs() {
  local said
  said=$(inside "$home/sbin/dbgd" install 2>&1)
  echo "$said"
  has "$said" "usermod -aG dbg NAME"
  state_is inactive
  equal "$home/bin/dbg" "$(inside readlink /usr/local/bin/dbg)"
  inside test -s "$home/var/cache/dbg/dbgd.aot"
}

tarball_has_its_manual() {
  has "$(inside man 7 dbg-fleet)" NAME
  has "$(inside man 8 dbgd)" NAME
}

tarball_upgrades() {
  inside cp -a "$home" /opt/dbg-next
  inside bash -c "setpriv --reuid olivia --regid olivia --init-groups dbg pid://$(process_pid) net -- sleep 600 >/tmp/said 2>&1 & disown"
  eventually inside pgrep -x sleep
  inside /opt/dbg-next/sbin/dbgd install
  eventually exits 1 inside pgrep -x sleep
  eventually inside grep -q . /tmp/said
  equal "dbg: dbgd was stopped for an upgrade: the tool was ended: try again in a moment" "$(inside cat /tmp/said)"
  socket_is_enabled
  line_works_for_container
  has "$(inside systemctl show --property=ExecStart dbgd.service)" /opt/dbg-next/sbin/dbgd
}

older_tarball_refuses() {
  says 1 "runs another dbg: /opt/dbg-next/sbin/dbgd uninstall" inside "$home/sbin/dbgd" uninstall
  line_works_for_container
}

tarball_uninstalls() {
  local said
  said=$(inside /opt/dbg-next/sbin/dbgd uninstall)
  has "$said" "rm -r /var/log/dbg"
  has "$said" "rm -r /opt/dbg-next"
  state_is inactive
  exits 1 inside pgrep -f dev.dbg.DaemonCommand
  equal /etc/dbg "$(inside find /etc /usr /run /var/cache -xdev -name '*dbg*' ! -path '/etc/dbg/*' ! -path '/etc/apt/*' \
    ! -path '/var/cache/man/*' 2>/dev/null)"
  inside test -s /var/log/dbg/seal.key
}
