# shellcheck shell=bash
# A machine with systemd as PID 1: a privileged container of an engine that runs already.

machine_socket=
machine=

# machine_boot SOCKET IMAGE: starts a machine and waits until its units have started.
machine_boot() {
  machine_socket=$1
  machine=dbg-test-machine-$$
  # As in today's Debian, the machine has only the unified cgroup hierarchy, whatever this kernel was booted
  # with, and what is mounted reaches services that run already: systemd sees to that itself where it is in no
  # container. systemd mounts /tmp and /run. Docker's data cannot be on an overlay, hence the volume. No network:
  # no test here needs one. No timers: those of Debian's packages write files at midnight, for one, wherever a test is.
  engine run --detach --name "$machine" --privileged --cgroupns=private --network=none --hostname=machine \
    --tmpfs /run --volume /var/lib/docker --env container=docker --stop-signal=SIGRTMIN+3 "$2" \
    /bin/sh -c 'umount -R /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup &&
      mount --make-rshared / && ln -sf /dev/null /etc/systemd/system/timers.target && exec /sbin/init' >/dev/null
  machine_wait
}

# A unit of the distribution may fail in a container without consequences for the tests: degraded is accepted.
machine_wait() {
  local patience=600
  until [[ $(inside systemctl is-system-running 2>&1) =~ ^(running|degraded)$ ]]; do
    if ((--patience == 0)); then
      engine logs "$machine" >&2
      echo "the machine did not boot: $(inside systemctl is-system-running 2>&1)" >&2
      return 1
    fi
    sleep 0.5
  done
}

machine_reboot() {
  engine restart "$machine" >/dev/null
  machine_wait
}

# machine_pid: prints the pid of the machine's process 1, on this host.
machine_pid() {
  engine inspect --format '{{.State.Pid}}' "$machine"
}

# machine_end: removes the machine, also after a failure: for an EXIT trap.
machine_end() {
  [[ -z $machine ]] || engine rm --force --volumes "$machine" >/dev/null || true
}

# copy_in FILE PATH
copy_in() {
  engine cp --quiet "$1" "$machine:$2"
}

# write_in PATH: writes standard input to PATH in the machine.
write_in() {
  engine exec --interactive "$machine" tee "$1" >/dev/null
}

# inside COMMAND...: runs COMMAND in the machine, as root.
inside() {
  engine exec "$machine" "$@"
}

# as USER COMMAND...: runs COMMAND in the machine as USER, with the user's groups there.
as() {
  local user=$1
  shift
  inside setpriv --reuid "$user" --regid "$user" --init-groups "$@"
}

engine() {
  docker --host "unix://$machine_socket" "$@"
}
