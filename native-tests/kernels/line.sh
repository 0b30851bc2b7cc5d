# shellcheck shell=bash
# The line that dbg exists for, in each namespace, on this machine's kernel. nsenter is the oracle.

test_line() {
  echo "dbg: its lines are tried" >/dev/kmsg
  # The doctor reports an engine that is late, as one may be here.
  check "the doctor finds no fault, and names what this kernel lacks" patient 20 doctor_finds_no_fault
  local name names=(web pod)
  if with_selinux; then
    check "SELinux confines two containers, and trusts one" containers_have_domains
    names+=(trusted)
  fi
  for name in "${names[@]}"; do
    # A kernel does not know whose container it is: another engine's is seen once.
    if [[ $name == web || -e whole ]]; then
      test_each_namespace "$name"
    fi
    check "all namespaces at once are $name's" all_are_seen "$name"
  done
  check "nothing of the container can be written or executed" container_is_locked
  check "what a tool's own mounts and links lead to is out of reach" host_is_out_of_reach
  check "with -t a tool has a terminal, as large as the operator's" terminal_is_one
  check "who kills a session ends its tool" kill_ends_the_tool
  check "who has no rule is refused, and learns nothing" stranger_is_refused
  check "the log is whole" log_is_whole
  check "no security module has denied dbgd anything, or its tools" nothing_is_denied
}

# test_each_namespace NAME
test_each_namespace() {
  check "net shows $1's sockets, as nsenter does" net_is_seen "$1"
  check "pid shows $1's processes, with the container's numbers" pid_is_seen "$1"
  check "mnt shows $1's files" mnt_is_seen "$1"
  check "ipc, uts and cgroup are $1's" others_are_seen "$1"
}

doctor_finds_no_fault() {
  local said
  said=$(dbg doctor) || true # what fails is looked at below
  has "$said" ", control groups: version 2, security modules: $(tr , ' ' </sys/kernel/security/lsm)" &&
    equal "" "$(sed -n 's/^FAILS *//p' <<<"$said" | grep -v ': mnt together with pid needs Landlock')" &&
    # These may be slow here, and nothing else.
    equal "$(lacking)" "$(sed -n 's/^degraded *//p' <<<"$said" | grep -v ': every session waits for it' | cut -d: -f1)" ||
    { printf '%s\n' "$said" && return 1; }
}

# lacking: prints what the doctor should find degraded here, by the kernel's version.
lacking() {
  [[ $(cat /sys/kernel/security/lsm) == *landlock* ]] || echo "kernel Landlock"
  ! older 6 17 || echo "kernel proc of a given pid namespace"
  ! older 6 5 || echo "kernel SO_PEERPIDFD"
}

containers_have_domains() {
  local name
  for name in web pod trusted; do
    echo "$name: $(tr -d '\0' <"/proc/$(main_process "$name")/attr/current")"
  done >/tmp/domains
  cat /tmp/domains
  has "$(cat /tmp/domains)" "web: system_u:system_r:container_t:" &&
    has "$(cat /tmp/domains)" "pod: system_u:system_r:container_t:" &&
    has "$(cat /tmp/domains)" "trusted: system_u:system_r:spc_t:"
}

without_landlock() {
  [[ $(cat /sys/kernel/security/lsm) != *landlock* ]]
}

net_is_seen() {
  local wanted
  wanted=$(by_nsenter "$1" --net ss -tlnH)
  has "$wanted" ":300"
  equal "$wanted" "$(olivia "$1" net -- ss -tlnH)"
}

# ps itself is one of the processes; with nsenter, ps runs in the container's namespace and reads its /proc.
pid_is_seen() {
  equal "$(printf '1 busybox\n')" "$(olivia "$1" pid -- ps -e -o pid=,comm= | sed 's/^ *//' | grep -v ' ps$')"
}

mnt_is_seen() {
  ! without_landlock || says 125 Landlock olivia "$1" mnt,pid -- ls /
  equal "$(ls "/proc/$(main_process "$1")/root/")" "$(olivia "$1" mnt -- ls /)"
  equal "$(cat "/proc/$(main_process "$1")/root/etc/hosts")" "$(olivia "$1" mnt -- cat /etc/hosts)"
}

others_are_seen() {
  equal "$(by_nsenter "$1" --uts hostname)" "$(olivia "$1" uts -- hostname)"
  equal "$(by_nsenter "$1" --ipc ipcs -q)" "$(olivia "$1" ipc -- ipcs -q)"
  [[ $(by_nsenter "$1" --uts hostname) =~ ^(inside|within)$ ]]
}

all_are_seen() {
  ! without_landlock || return 0
  equal "$(printf '1 busybox\n')" \
    "$(olivia "$1" net,mnt,pid,ipc,uts,cgroup -- ps -e -o pid=,comm= | sed 's/^ *//' | grep '^1 ')"
}

container_is_locked() {
  local client mounts
  "${olivia[@]}" web net,mnt -- act wait >/tmp/locked 2>&1 &
  client=$!
  eventually grep -q waiting /tmp/locked
  mounts=$(cat "/proc/$(pgrep -x act)/mountinfo")
  kill "$client"
  exits 143 wait "$client"
  has "$mounts" ' / / ro,nosuid,nodev,noexec,'
  # The two files in which the kernel lists the container's mounts are never writable.
  equal "" "$(grep -vE ' ro,nosuid,| /proc/[0-9]+/(mountinfo|mounts) rw,nosuid,nodev,noexec' <<<"$mounts" || true)"
}

host_is_out_of_reach() {
  local path said
  for path in /proc/self/root/etc/shadow /proc/1/root/etc/shadow /proc/self/cwd/etc/shadow; do
    said=$(exits 1 olivia web net,mnt -- cat "$path" 2>&1)
    has "$said" "cat: $path: "
    [[ $said != *root:* ]]
  done
}

terminal_is_one() {
  local shown
  script -qec "stty rows 23 cols 77; exec ${olivia[*]} -t web net -- act watch" /dev/null </dev/null >/tmp/terminal 2>&1 &
  shown=$!
  eventually grep -q '23 rows, 77 columns' /tmp/terminal || { cat /tmp/terminal && return 1; }
  kill "$shown"
  eventually no_act
}

one_session() {
  [[ $(dbg sessions --json | wc -l) == 1 ]]
}

kill_ends_the_tool() {
  local session client
  "${olivia[@]}" web net -- act wait >/tmp/killed 2>&1 &
  client=$!
  eventually grep -q waiting /tmp/killed
  # That of the check before may still be ending.
  eventually one_session
  session=$(dbg sessions --json | sed -n 's/.*"session":"\([^"]*\)".*/\1/p')
  dbg kill "$session"
  exits 143 wait "$client"
  ! pgrep -x act
}

stranger_is_refused() {
  local missing hidden
  useradd --groups dbg otto
  missing=$(exits 126 setpriv --reuid otto --regid otto --init-groups dbg none net -- ss -tln 2>&1)
  hidden=$(exits 126 setpriv --reuid otto --regid otto --init-groups dbg web net -- ss -tln 2>&1)
  equal "${missing//none/NAME}" "${hidden//web/NAME}"
}

log_is_whole() {
  dbgd verify /var/log/dbg
}

# In AppArmor's words, and in SELinux's, which also denies other programs something.
nothing_is_denied() {
  ! with_selinux || [[ $(ps -eo label,comm) == *:dbgd_t:*java* ]]
  local said
  said=$(dmesg)
  # Nothing of it is lost.
  has "$said" "dbg: its lines are tried"
  exits 1 pgrep -x auditd
  equal "" "$(grep -E 'apparmor="DENIED"|avc: +denied .*:dbgd_t' <<<"$said" || true)"
}
