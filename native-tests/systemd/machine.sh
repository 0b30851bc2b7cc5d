# shellcheck shell=bash
# A machine with systemd as PID 1: a privileged container of an engine that is there.

machine_socket=
machine=

# machine_boot SOCKET IMAGE: starts one and waits until all its units have.
machine_boot() {
  machine_socket=$1
  machine=dbg-test-machine-$$
  # Today's Debian has the unified cgroup hierarchy and nothing else, whatever this kernel was booted
  # with. /tmp and /run are systemd's to mount. Docker's data can't be on an overlay, hence the volume.
  # No network: nothing here needs one.
  engine run --detach --name "$machine" --privileged --cgroupns=private --network=none --hostname=machine \
    --tmpfs /run --volume /var/lib/docker --env container=docker --stop-signal=SIGRTMIN+3 "$2" \
    /bin/sh -c 'umount -R /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec /sbin/init' >/dev/null
  machine_wait
}

# A unit of the distribution may fail in a container, and concerns nobody here: degraded is fine.
machine_wait() {
  local patience=120
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

# Nothing stays of it, on failure neither: made for an EXIT trap.
machine_end() {
  [[ -z $machine ]] || engine rm --force --volumes "$machine" >/dev/null || true
}

# copy_in FILE PATH
copy_in() {
  engine cp --quiet "$1" "$machine:$2"
}

# write_in PATH: writes standard input there.
write_in() {
  engine exec --interactive "$machine" tee "$1" >/dev/null
}

# inside COMMAND...: as root of the machine.
inside() {
  engine exec "$machine" "$@"
}

# as USER COMMAND...: as somebody who isn't, with the groups that the machine has for him.
as() {
  local user=$1
  shift
  inside setpriv --reuid "$user" --regid "$user" --init-groups "$@"
}

engine() {
  docker --host "unix://$machine_socket" "$@"
}
