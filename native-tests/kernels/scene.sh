# shellcheck shell=bash
# What the tests need in the machine: the package as a user installs it, operators, a policy, and containers.

# The processors of this machine are emulated, and so are slow.
patience=1500

# scene_install PACKAGE: without the package's dependencies from a network, which the machine does not have.
scene_install() {
  apt-get -q -y -o APT::Sandbox::User=root install "$1"
  mkdir -p /etc/systemd/system/dbgd.service.d
  printf '[Service]\nTimeoutStartSec=15min\nWatchdogSec=0\n' >/etc/systemd/system/dbgd.service.d/slow.conf
  systemctl daemon-reload
  install -m 0755 /root/tests/act /usr/local/bin/act
  sed -i 's/^processes = .*/processes = 20/; s/^memory = .*/memory = "64M"/' /etc/dbg/dbgd.toml
  cat >/etc/dbg/tools.d/act.toml <<'TOML'
name     = "act"
file     = "/usr/local/bin/act"
summary  = "does as it is told"
why      = "the tests say so"
operands = ["<text>..."]
forks    = true
TOML
  cat >/etc/dbg/policy.d/10-tests.toml <<'TOML'
[[rule]]
who        = ["user:root"]
containers = ["pid://*"]
namespaces = ["net", "cgroup"]
tools      = ["act"]

[[rule]]
who        = ["user:olivia"]
containers = ["web", "pod", "trusted"]
namespaces = ["net", "mnt", "pid", "ipc", "uts", "cgroup"]
tools      = ["ss", "ls", "cat", "ps", "ipcs", "hostname", "act"]
TOML
  useradd --groups dbg olivia
}

# scene_containers: a server in an image FROM scratch, by Docker and by Podman. With SELinux these are confined by it, as
# both engines do if they are told to, and a third one has the domain of containers that are trusted.
scene_containers() {
  if with_selinux; then
    echo '{"selinux-enabled": true}' >/etc/docker/daemon.json
    systemctl restart docker.service
  fi
  tar -C /usr/bin -c busybox | docker import - server
  ! with_selinux || docker run --detach --name trusted --hostname inside --security-opt label=type:spc_t server \
    /busybox httpd -f -p 3000
  docker run --detach --name web --hostname inside server /busybox httpd -f -p 3000
  tar -C /usr/bin -c busybox | podman import - server
  podman run --detach --name pod --network none --hostname within server /busybox httpd -f -p 3001
}

with_selinux() {
  [[ $(cat /sys/kernel/security/lsm) == *selinux* ]]
}

# older MAJOR MINOR: whether this kernel is older than that version.
older() {
  local major minor
  IFS=.- read -r major minor _ < <(uname -r)
  ((major < $1 || (major == $1 && minor < $2)))
}

# main_process NAME: prints the pid of a container's first process.
main_process() {
  case $1 in
    pod) podman inspect --format '{{.State.Pid}}' pod ;;
    *) docker inspect --format '{{.State.Pid}}' "$1" ;;
  esac
}

# olivia LINE...: a line of dbg's. In the background use "${olivia[@]}", whose process is dbg.
olivia=(setpriv --reuid olivia --regid olivia --init-groups dbg)
olivia() {
  "${olivia[@]}" "$@"
}

# by_nsenter NAME NAMESPACES COMMAND...: the oracle.
by_nsenter() {
  local name=$1 namespaces=$2
  shift 2
  nsenter --target "$(main_process "$name")" $namespaces "$@"
}

# patient TRIES COMMAND...: repeats COMMAND until it succeeds, at most so often.
patient() {
  local patience=$1
  shift
  eventually "$@"
}

no_act() {
  ! pgrep -x act >/dev/null
}
