# shellcheck shell=bash
# The second boot, after the power has failed while sessions ran. If the next version is there, it is installed, and then
# removed.
set -euo pipefail
cd /root/tests
for part in checks scene; do
  # shellcheck source=/dev/null
  source "./$part.sh"
done

main() {
  check "the first request starts the agent" first_request
  check "no record of a session that had ended is lost" ended_are_there
  check "a session that the power ended is on record, and that dbgd ended" cut_are_told
  check "the log is whole" dbgd verify /var/log/dbg
  check "the line works again" line_works_again
  note "the line worked again after $(cut -d. -f1 /proc/uptime) s"
  [[ ! -e next.deb ]] || test_next
  checks_end
}

test_next() {
  check "apt-get upgrades the package while a tool runs, whose operator is told" upgrade_is_told
  check "policy, tools and configuration are as they were, and the line works with them" upgrade_keeps
  check "the log goes on, and is whole" dbgd verify /var/log/dbg
  note "upgraded after $(cut -d. -f1 /proc/uptime) s"
  check "apt-get purges the package, and leaves nothing that runs or is mounted" purge_leaves_nothing
}

first_request() {
  systemctl is-active dbgd.socket
  exits 3 systemctl is-active dbgd.service
  dbg version
}

# reasons EVENT: prints the reasons of such records, in order.
reasons() {
  dbg audit --events --json | sed -n 's/.*"event":"'"$1"'".*"reason":"\([^"]*\)".*/\1/p'
}

ended_are_there() {
  local wanted
  wanted=$(printf 'ended %s\n' 1 2 3)
  equal "$wanted" "$(reasons intent | grep ended)"
  local number
  for number in 1 2 3; do
    has "$(dbg audit --reason "ended $number" --json)" '"exit":0'
  done
}

cut_are_told() {
  equal "$(printf 'cut %s\n' 1 2 3)" "$(reasons intent | grep cut)"
  equal 3 "$(dbg audit --events --json | grep -c '"event":"orphaned"')"
}

line_works_again() {
  docker start web
  equal "$(by_nsenter web --net ss -tlnH)" "$(olivia web net -- ss -tlnH)"
}

# settings: prints the sums of the administrator's files.
settings() {
  find /etc/dbg -type f ! -name '*.dpkg-dist' -exec sha256sum {} + | sort
}

upgrade_is_told() {
  local client
  settings >/root/settings
  "${olivia[@]}" web net -- act wait >/tmp/upgraded 2>&1 &
  client=$!
  eventually grep -q waiting /tmp/upgraded
  DEBIAN_FRONTEND=noninteractive apt-get -q -y -o APT::Sandbox::User=root -o Dpkg::Options::=--force-confold \
    install ./next.deb
  wait "$client" || true
  has "$(cat /tmp/upgraded)" "dbg: dbgd was stopped for an upgrade: the tool was ended"
  has "$(tail -n 1 /etc/dbg/dbgd.toml.dpkg-dist)" "$(dpkg-query --show --showformat='${Version}' dbg)"
}

upgrade_keeps() {
  equal "$(cat /root/settings)" "$(settings)"
  equal "$(by_nsenter web --net ss -tlnH)" "$(olivia web net -- ss -tlnH)"
}

purge_leaves_nothing() {
  apt-get -q -y purge dbg
  [[ $(systemctl show --value --property=LoadState dbgd.service) == not-found ]]
  equal "" "$(pgrep -af dbgd || true)"
  equal "" "$(grep -w dbg /proc/mounts || true)"
  equal "" "$(find /sys/fs/cgroup -name 'dbgd*')"
  [[ -s /var/log/dbg/audit.jsonl ]]
}

main
