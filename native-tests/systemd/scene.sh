# shellcheck shell=bash
# The tests' set-up in the machine: dbg installed as README says, operators, a policy, and targets.

# scene_install CHECKOUT DIST: installs dbg as an administrator with a checkout does. The tree belongs to user
# 1000 and its group may write to it: the installation has to give it to root.
scene_install() {
  inside mkdir -p /root/dbg/target
  copy_in "$1/systemd" /root/dbg/systemd
  copy_in "$2" /root/dbg/target/dbg
  inside chown -R 1000:1000 /root/dbg
  inside chmod -R g+w /root/dbg
  inside /root/dbg/systemd/install
}

# A rule permits olivia. otto is in the group but has no rule. mallory may not even connect.
scene_operators() {
  inside useradd --groups dbg olivia
  inside useradd --groups dbg otto
  inside useradd mallory
}

scene_policy() {
  write_in /etc/dbg/policy.d/10-net.toml <<'TOML'
[[rule]]
who        = ["user:olivia"]
containers = ["pid://*", "adguard-*"]
namespaces = ["net"]
tools      = ["ss", "sleep"]
TOML
  # A tool that runs until it is ended.
  write_in /etc/dbg/tools.d/sleep.toml <<'TOML'
name     = "sleep"
summary  = "waits"
why      = "a test ends it"
operands = ["<int>"]
TOML
}

# scene_process: starts a server in its own namespaces, without any container engine.
scene_process() {
  inside systemd-run --quiet --unit=server -p PrivateNetwork=yes -p PrivateIPC=yes -p ProtectHostname=yes \
    busybox httpd -f -p 8080
  eventually listens process_pid 8080
}

process_pid() {
  main_pid server.service
}

# main_pid UNIT
main_pid() {
  inside systemctl show --value --property=MainPID "$1"
}

# scene_container: starts the same server in an image FROM scratch, in the machine's own Docker.
scene_container() {
  inside bash -c 'tar -C /usr/bin -c busybox | docker import - server' >/dev/null
  inside docker run --detach --name adguard-server-1 --network none server /busybox httpd -f -p 3000 >/dev/null
  eventually listens container_pid 3000
}

container_pid() {
  inside docker inspect --format '{{.State.Pid}}' adguard-server-1
}

# listens PID-FUNCTION PORT: checks that the process listens at PORT.
listens() {
  [[ $(inside nsenter -t "$("$1")" -n ss -tlnH) == *:"$2"* ]]
}

# line USER [TOOL ARG...]: prints what dbg shows USER of the process.
line() {
  local user=$1
  shift
  as "$user" dbg "pid://$(process_pid)" net -- "${@:-ss}" -tln
}

# line_works: checks that olivia sees what root sees with nsenter.
line_works() {
  local wanted
  wanted=$(inside nsenter -t "$(process_pid)" -n ss -tln)
  has "$wanted" LISTEN
  equal "$wanted" "$(line olivia)"
}
