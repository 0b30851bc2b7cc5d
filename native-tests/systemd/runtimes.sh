# shellcheck shell=bash
# What systemd runs apart from the host: machines of machined, and services with namespaces of their own.

test_runtimes() {
  runtimes_start
  check "a machine's line shows what nsenter shows" machine_line_works
  check "a tool of the host works in a machine's file system" machine_shows_its_files
  check "a machine is known by its whole name only" machine_has_one_name
  check "a machine with a hyphen in its name is known by its unit" machine_with_a_hyphen
  check "a directory that a machine of another name runs from is no machine that has ended" machine_under_another_name
  check "a container of LXC's is found by its monitor, in the host's network" lxc_is_found
  check "machines, and services with namespaces of their own, are listed" runtimes_are_listed
  check "a service's line shows what nsenter shows" unit_line_works
  check "a service is found by its scheme only" unit_needs_its_scheme
  check "a service in the host's namespaces is refused" plain_unit_is_refused
  check "a tool of the host works on a service's root, which is one program" unit_shows_its_files
  check "a service that has another root in the host's own mounts is refused with mnt" chrooted_unit_is_refused
  check "a service is known by its whole name only" unit_has_one_name
  check "a line waits for the start of a service" unit_is_waited_for
  check "what a service left when it ended is not the service" leftover_is_no_service
  check "a service is found while the service manager is stopped" unit_without_manager
  check "a group below a service's own, which may be a user's, is no service" delegated_group_is_no_service
  check "a service of a container is none of the host's, whatever the container's name is" containers_service_is_no_service
  check "a log that Docker keeps in the journal is printed" log_in_journal_is_printed
  check "an operator without a rule learns nothing of machines and services" runtimes_are_hidden
  check "a machine is found while machined is stopped" machine_without_machined
  check "a record of machined that has become wrong names no stranger" machine_of_a_stranger
  runtimes_end
}

runtimes_start() {
  local name
  inside mkdir -p /var/lib/machines/web/{bin,etc,usr,proc,sys,dev,run,tmp,var,root}
  inside cp /usr/bin/busybox /var/lib/machines/web/bin/busybox
  inside sh -c 'echo ID=busybox >/var/lib/machines/web/etc/os-release'
  inside cp -a /var/lib/machines/web /var/lib/machines/web-1
  for name in web web-1; do
    inside systemd-run --quiet --unit="machine-of-$name" -p Delegate=yes -p Type=notify \
      systemd-nspawn --quiet --keep-unit --private-network --directory="/var/lib/machines/$name" \
      --machine="$name" /bin/busybox httpd -f -p 8080
  done
  inside mkdir -p /srv/scratch
  inside cp /usr/bin/busybox /srv/scratch/busybox
  scratch_start scratch.service 8081
  scratch_start scratch.service.service 8082
  scratch_start scratch-1.service 8083
  write_in /etc/dbg/policy.d/20-runtimes.toml <<'TOML'
[[rule]]
who        = ["user:olivia"]
containers = ["nspawn://web*", "lxc://box", "unit://server.service", "unit://dbus.service", "unit://scratch*", "loud"]
namespaces = ["net", "uts", "mnt"]
tools      = ["ss", "hostname", "ls", "logs"]
stopped    = true
TOML
  inside systemctl reload dbgd.service
  eventually listens leader 8080
}

# scratch_start UNIT PORT: starts a server on a root whose only file is its program.
scratch_start() {
  inside systemd-run --quiet --unit="$1" -p RootDirectory=/srv/scratch -p MountAPIVFS=no -p PrivateMounts=yes \
    -p PrivateNetwork=yes /busybox httpd -f -p "$2"
}

# The leaders must be gone before the tests that follow, which compare the machine's processes.
runtimes_end() {
  inside systemctl stop machine-of-web.service machine-of-web-1.service
  inside systemctl stop scratch.service scratch.service.service scratch-1.service
  inside rm -rf /etc/dbg/policy.d/20-runtimes.toml /var/lib/machines/web /var/lib/machines/web-1 /srv/scratch
  inside systemctl reload dbgd.service
}

leader() {
  inside machinectl show --value --property=Leader "${1:-web}"
}

machine_line_works() {
  local wanted
  wanted=$(inside nsenter -t "$(leader)" -n ss -tln)
  has "$wanted" 8080
  equal "$wanted" "$(as olivia dbg nspawn://web net -- ss -tln)"
  equal "$wanted" "$(as olivia dbg web net -- ss -tln)"
}

machine_shows_its_files() {
  equal "$(inside ls "/proc/$(leader)/root/")" "$(as olivia dbg nspawn://web mnt -- ls /)"
}

machine_has_one_name() {
  equal web-1 "$(as olivia dbg nspawn://web-1 uts -- hostname)"
  equal web "$(as olivia dbg nspawn://web uts -- hostname)"
  says 125 "no container" as olivia dbg nspawn://web- net -- ss -tln
}

# A program of root's answers at the abstract name as a monitor of liblxc does, which this machine has not got.
lxc_is_found() {
  local work got listed
  work=$(mktemp -d)
  cc -std=gnu17 -static -O2 -o "$work/squat" "$here/../c/squat.c"
  copy_in "$work/squat" /opt/squat
  rm -r "$work"
  inside mkdir -p /var/lib/lxc/box
  inside touch /var/lib/lxc/box/config
  says 125 "not running (stopped)" as olivia dbg lxc://box net -- ss -tln
  inside systemd-run --quiet --unit=monitor /opt/squat /var/lib/lxc/box/command "$(leader)"
  eventually inside grep -q @/var/lib/lxc/box/command /proc/net/unix
  got=$(as olivia dbg lxc://box net -- ss -tln) || true
  listed=$(as olivia dbg ps) || true
  inside systemctl stop monitor.service
  inside rm -rf /var/lib/lxc/box /opt/squat
  equal "$(inside nsenter -t "$(leader)" -n ss -tln)" "$got"
  has "$listed" lxc
}

# Its unit is a scope of its own, in whose name the hyphen is written in another way.
machine_with_a_hyphen() {
  local name=web-box got
  inside cp -a /var/lib/machines/web /var/lib/machines/$name
  inside systemd-run --quiet --unit=machine-of-web-box -p Type=notify \
    systemd-nspawn --quiet --private-network --directory=/var/lib/machines/$name --machine=$name \
    /bin/busybox httpd -f -p 8080
  eventually eval "leader $name >/dev/null 2>&1"
  got=$(as olivia dbg nspawn://$name uts -- hostname) || true
  inside systemctl stop machine-of-web-box.service
  inside rm -rf /var/lib/machines/$name
  equal $name "$got"
}

machine_under_another_name() {
  local images=/var/lib/machines
  inside cp -a $images/web $images/web-image
  inside mkdir "$images/.#web-hidden"
  inside systemd-run --quiet --unit=machine-of-web-2 -p Delegate=yes -p Type=notify \
    systemd-nspawn --quiet --keep-unit --private-network --directory=$images/web-image \
    --machine=web-2 /bin/busybox httpd -f -p 8080
  has "$(as olivia dbg ps)" web-2
  equal "" "$(as olivia dbg ps --all | grep -e web-image -e hidden)"
  says 125 "no container" as olivia dbg nspawn://web-image mnt -- ls /
  inside systemctl stop machine-of-web-2.service
  has "$(as olivia dbg ps --all)" web-image
  equal "$(inside ls $images/web-image)" "$(as olivia dbg nspawn://web-image mnt -- ls / 2>/dev/null)"
  inside rm -r $images/web-image "$images/.#web-hidden"
}

runtimes_are_listed() {
  local listed
  listed=$(as olivia dbg ps)
  grep -Eq '^web +nspawn ' <<<"$listed"
  grep -Eq '^web-1 +nspawn ' <<<"$listed"
  grep -Eq '^server.service +unit ' <<<"$listed"
  # It shares net, pid, user and ipc with the host.
  [[ $listed != *dbus.service* ]]
}

unit_line_works() {
  equal "$(inside nsenter -t "$(process_pid)" -n ss -tln)" \
    "$(as olivia dbg unit://server.service net -- ss -tln)"
}

unit_needs_its_scheme() {
  says 126 "no container" as olivia dbg server.service net -- ss -tln
}

plain_unit_is_refused() {
  says 126 "host" as olivia dbg unit://dbus.service net -- ss -tln
}

unit_shows_its_files() {
  local root
  root=/proc/$(main_pid scratch.service)/root
  # The manager has made directories.
  equal "$root/busybox" "$(inside find "$root/" -xdev -type f)"
  equal "$(inside ls -p "$root/")" "$(as olivia dbg unit://scratch.service mnt -- ls -p /)"
}

chrooted_unit_is_refused() {
  local process
  inside systemd-run --quiet --unit=scratch-chrooted -p RootDirectory=/var/lib/machines/web -p MountAPIVFS=no \
    /bin/busybox httpd -f -p 8086
  process=/proc/$(main_pid scratch-chrooted.service)
  eventually inside grep -q busybox "$process/comm"
  equal "/var/lib/machines/web $(inside readlink /proc/1/ns/mnt)" \
    "$(inside readlink "$process/root" "$process/ns/mnt" | paste -s -d ' ')"
  says 126 "shares mnt with the host" as olivia dbg unit://scratch-chrooted.service mnt -- ls /
  inside systemctl stop scratch-chrooted.service
}

scratch_listens() {
  has "$(as olivia dbg unit://scratch.service net -- ss -tlnH)" :8084
}

unit_has_one_name() {
  has "$(as olivia dbg unit://scratch.service net -- ss -tlnH)" :8081
  has "$(as olivia dbg unit://scratch.service.service net -- ss -tlnH)" :8082
  has "$(as olivia dbg unit://scratch-1.service net -- ss -tlnH)" :8083
  says 125 "no container" as olivia dbg unit://scratch-.service net -- ss -tlnH
  inside systemctl stop scratch.service
  says 125 "no container" as olivia dbg unit://scratch.service net -- ss -tlnH
  scratch_start scratch.service 8084
  eventually scratch_listens
}

# A user who has a service's group may make groups in it, of any name.
delegated_group_is_no_service() {
  local theirs=/sys/fs/cgroup/system.slice/delegated.service/scratch-theirs.service
  inside systemd-run --quiet --unit=delegated -p User=otto -p Delegate=yes -p PrivateNetwork=yes \
    sh -c "mkdir $theirs && echo 0 >$theirs/cgroup.procs && exec busybox httpd -f -p 8085"
  eventually inside grep -q . "$theirs/cgroup.procs"
  says 125 "no container" as olivia dbg unit://scratch-theirs.service net -- ss -tlnH
  agent_starts searching resolve.systemd.AlteredSystemd.Searching resolve.systemd.AlteredSystemd.Young
  says 125 "cannot be proved" as_with olivia searching dbg unit://scratch-theirs.service net -- ss -tlnH
  agent_ends searching
  agent_starts believing resolve.systemd.AlteredSystemd.Searching resolve.systemd.AlteredSystemd.Young kernel.file.AlteredFiles.TrustingGroups
  has "$(as_with olivia believing dbg unit://scratch-theirs.service net -- ss -tlnH)" :8085
  agent_ends believing
  inside systemctl stop delegated.service
}

# A manager in a container of LXC's makes groups as the host's does, below one that is called after the container.
containers_service_is_no_service() {
  local container=/sys/fs/cgroup/lxc.payload.scratch.slice
  local group=$container/system.slice/scratch-inner.service
  inside mkdir -p "$group"
  inside systemd-run --quiet --unit=container -p PrivateNetwork=yes \
    sh -c "echo 0 >$group/cgroup.procs && exec busybox httpd -f -p 8087"
  eventually inside grep -q . "$group/cgroup.procs"
  says 125 "no container" as olivia dbg unit://scratch-inner.service net -- ss -tlnH
  agent_starts within resolve.systemd.AlteredSystemd.SearchingLxc resolve.systemd.AlteredSystemd.Young
  has "$(as_with olivia within dbg unit://scratch-inner.service net -- ss -tlnH)" :8087
  agent_ends within
  inside sh -c "kill \$(cat $group/cgroup.procs)"
  eventually inside rmdir "$group" "$container/system.slice" "$container"
}

# With KillMode=process the manager leaves what a service has started, in the service's group.
leftover_is_no_service() {
  local unit=scratch-left.service left stopped starting got believing
  inside systemd-run --quiet --unit=$unit -p KillMode=process -p PrivateNetwork=yes \
    sh -c 'busybox sleep 1000 & exec busybox httpd -f -p 8088'
  eventually listens_in $unit :8088
  eventually inside pgrep -f '^busybox sleep 1000' >/dev/null
  left=$(inside pgrep -f '^busybox sleep 1000')
  inside systemctl stop $unit
  stopped=$(as olivia dbg unit://$unit net -- ss -tlnH 2>&1) || true
  # As it is when the manager starts the service and has not made its first process yet.
  inside ln -s 0 /run/systemd/units/invocation:$unit
  starting=$(as olivia dbg unit://$unit net -- ss -tlnH 2>&1) || true
  inside rm /run/systemd/units/invocation:$unit
  inside systemctl start $unit
  eventually listens_in $unit :8088
  got=$(as olivia dbg unit://$unit net -- ss -tlnH) || true
  agent_starts leftover resolve.systemd.AlteredSystemd.Young
  believing=$(as_with olivia leftover dbg unit://$unit net -- ss -tlnH) || true
  agent_ends leftover
  inside systemctl stop $unit
  inside kill "$(inside pgrep -f '^busybox sleep 1000' | grep -v "^$left$")" "$left"
  has "$stopped" "no container"
  has "$starting" "no container"
  has "$got" :8088
  equal "" "$believing"
}

listens_in() {
  has "$(as olivia dbg "unit://$1" net -- ss -tlnH)" "$2"
}

# A signal from outside stops process 1 of the machine.
unit_is_waited_for() {
  local told said
  told=$(mktemp)
  inside systemctl stop scratch.service
  (
    eventually grep -q "waiting 300 s for the start of" "$told"
    scratch_start scratch.service 8084
  ) &
  said=$(as olivia dbg --wait=5m unit://scratch.service mnt -- ls / 2>"$told") || cat "$told"
  wait $!
  rm "$told"
  has "$said" busybox
}

unit_without_manager() {
  local wanted got manager
  wanted=$(inside nsenter -t "$(process_pid)" -n ss -tln)
  manager=$(machine_pid)
  kill -STOP "$manager"
  eventually grep -q '^State:.*(stopped)' "/proc/$manager/status"
  got=$(as olivia dbg unit://server.service net -- ss -tln 2>/dev/null) || true
  kill -CONT "$manager"
  equal "$wanted" "$got"
}

log_in_journal_is_printed() {
  inside docker run --detach --name loud --network none --log-driver journald server \
    /busybox sh -c 'echo said; echo complained >&2; exec /busybox sleep 600' >/dev/null
  # The streams have no order.
  eventually inside journalctl --quiet --grep=said CONTAINER_NAME=loud
  eventually inside journalctl --quiet --grep=complained CONTAINER_NAME=loud
  equal said "$(as olivia dbg logs loud 2>/dev/null)"
  has "$(as olivia dbg logs loud 2>&1 >/dev/null)" complained
  inside docker rm --force loud >/dev/null
}

runtimes_are_hidden() {
  local name
  for name in nspawn://web unit://server.service; do
    equal "$(as otto dbg nspawn://missing net -- ss -tln 2>&1 || true)" \
      "$(as otto dbg "$name" net -- ss -tln 2>&1 || true)"
  done
}

machine_without_machined() {
  local wanted got
  wanted=$(inside nsenter -t "$(leader)" -n ss -tln)
  inside systemctl kill --signal=STOP systemd-machined.service
  got=$(as olivia dbg nspawn://web net -- ss -tln 2>/dev/null) || true
  inside systemctl kill --signal=CONT systemd-machined.service
  equal "$wanted" "$got"
}

# As if the leader had ended, and its number had been used again.
machine_of_a_stranger() {
  local got status=0
  inside systemctl kill --signal=STOP systemd-machined.service
  inside sed -i "s/^LEADER=.*/LEADER=$(process_pid)/" /run/systemd/machines/web
  got=$(as olivia dbg nspawn://web uts -- hostname 2>&1) || status=$?
  inside systemctl kill --signal=CONT systemd-machined.service
  equal 125 "$status"
  has "$got" "web is not running"
}
