# shellcheck shell=bash
# The first request starts the agent, and is answered.

test_activation() {
  inside systemctl enable --now --quiet dbgd.socket
  check "the socket is open to the group dbg" socket_is_for_the_group
  check "the agent does not run before the first request" state_is inactive
  check "somebody outside of the group is not let in, and starts nothing" outsider_is_not_let_in
  note "first request, which starts the agent: $(request_time)"
  note "second request: $(request_time)"
  check "the first request started the agent" state_is active
  check "what the agent tried on itself works within the unit, with mnt and without" agent_finds_no_fault
  check "systemd knows the agent as ready, with its watchdog" agent_speaks_with_systemd
  check "the line shows what nsenter shows, for a process" line_works
  check "under the shipped unit the doctor finds no fault in a Debian with Docker" doctor_finds_no_fault
  check "the line shows what nsenter shows, for a container of the machine's Docker" line_works_for_container
  check "a tool has the capabilities of its entry, which the unit's bounds include" capabilities_are_enough
  check "the machine's own network is refused, though the agent itself is in another" host_is_refused
  check "an operator without a rule is refused" operator_without_a_rule_is_refused
  check "the audit log has the intent and the result of a session, for root only" audit_has_both
  check "the log that is being written is verified, by a process beside the agent" log_is_verified
  check "another process lists the log, after sessions when processors are scarce" log_is_listed
  check "another process, of the user's, reads what a user's Podman says" users_engine_is_read
}

socket_is_for_the_group() {
  equal "root dbg 660 socket" "$(inside stat -c '%U %G %a %F' /run/dbg/dbg.sock)"
}

# state_is STATE: checks the state of dbgd.service.
state_is() {
  equal "$1" "$(inside systemctl show --value --property=ActiveState dbgd.service)"
}

outsider_is_not_let_in() {
  exits 125 line mallory
  state_is inactive
}

# Measured as the operator, inside the machine.
request_time() {
  # shellcheck disable=SC2016 # for the shell in the machine
  as olivia bash -c '
    started=${EPOCHREALTIME/./}
    dbg "$1" net -- ss -tln >/dev/null
    echo "$(((${EPOCHREALTIME/./} - started) / 1000)) ms, status $?"' - "pid://$(process_pid)"
}

agent_speaks_with_systemd() {
  local properties
  properties=$(inside systemctl show --property=SubState,StatusText,WatchdogUSec,NRestarts dbgd.service)
  has "$properties" SubState=running
  has "$properties" WatchdogUSec=30s
  has "$properties" NRestarts=0
}

line_works_for_container() {
  local wanted
  wanted=$(inside nsenter -t "$(container_pid)" -n ss -tln)
  has "$wanted" LISTEN
  equal "$wanted" "$(as olivia dbg adguard-server-1 net -- ss -tln)"
}

# ss needs SYS_PTRACE and DAC_READ_SEARCH to name processes.
capabilities_are_enough() {
  local wanted
  wanted=$(inside nsenter -t "$(process_pid)" -n ss -tlnp)
  has "$wanted" busybox
  equal "$wanted" "$(as olivia dbg "pid://$(process_pid)" net -- ss -tlnp)"
}

host_is_refused() {
  exits 126 as olivia dbg pid://1 net -- ss -tln
}

operator_without_a_rule_is_refused() {
  exits 126 line otto
}

audit_has_both() {
  local log
  log=$(inside cat /var/log/dbg/audit.jsonl)
  has "$log" '"event":"intent"'
  has "$log" '"event":"result"'
  has "$log" '"event":"denied"'
  equal "root root 700" "$(inside stat -c '%U %G %a' /var/log/dbg)"
}

log_is_verified() {
  has "$(inside dbg audit verify)" 'intact: '
  exits 126 as olivia dbg audit verify
}

log_is_listed() {
  local reader
  has "$(as olivia dbg audit --json)" '"event":"intent"'
  reader=$(inside pgrep --full dev.dbg.reader.LogReader)
  equal "1900065533 10" "$(inside ps --no-headers --format uid:1,ni:1 --pid "$reader" | xargs)"
}

una_is_listed() {
  has "$(inside dbg ps -a)" said-by-una
}

users_engine_is_read() {
  local reader
  inside useradd --create-home --uid 4321 una
  inside install -d -o una -g una -m 0700 /run/user/4321
  # shellcheck disable=SC2016 # for the shell in the machine
  inside runuser -u una -- sh -c '
    cd ~ && mkdir -p .local/share/containers/storage/overlay-containers
    printf "[{\"id\":\"%064d\",\"names\":[\"said-by-una\"]}]" 7 >.local/share/containers/storage/overlay-containers/containers.json'
  write_in /etc/dbg/policy.d/20-users.toml <<'TOML'
[[rule]]
who        = ["*"]
containers = ["podman://*/*"]
namespaces = ["net"]
tools      = ["ss"]
TOML
  inside systemctl reload dbgd
  # The first question starts a reader, which takes longer than dbgd waits where the machine is busy.
  eventually una_is_listed
  reader=$(inside pgrep --newest --full dev.dbg.reader.UserReader)
  equal "4321 0" "$(inside ps --no-headers --format uid:1,ni:1 --pid "$reader" | xargs)"
  inside rm /etc/dbg/policy.d/20-users.toml
  inside systemctl reload dbgd
  inside rm -rf /run/user/4321
  inside userdel --remove --force una
}

agent_finds_no_fault() {
  equal "" "$(inside journalctl --no-pager --quiet --output=cat --unit=dbgd.service --grep='sessions will fail')"
}

# Whoever is not root sees less.
# A machine's control groups may have no controllers, as in a host of both versions; then the doctor says so.
doctor_finds_no_fault() {
  local said limits='^works     limit processes and memory'
  said=$(inside dbg doctor)
  inside grep -q 'memory.* pids' /sys/fs/cgroup/cgroup.controllers ||
    limits='^degraded  limit processes and memory: .*no limit of'
  grep -q "$limits" <<<"$said" || has "$said" "a line like $limits"
  # An engine may be slow here.
  equal "" "$(grep -v -e "$limits" -e '^host ' -e '^works ' -e '^absent    tool ' -e '^absent    runtime ' \
    -e ': every session waits for it' -e '^dbg will work here' <<<"$said")"
  [[ $said == "host      Debian GNU/Linux 13 (trixie), Linux $(uname -r), glibc 2.41, control groups: version 2, "* ]]
  has "$said" "namespace net, mnt, pid, ipc, uts, user, cgroup, time, net,mnt,pid,ipc,uts,user,cgroup,time"
  has "$said" "runtime docker at /run/docker.sock"
}
