# shellcheck shell=bash
# Machines of a cluster on one machine: each is a process that is the first one of its own pid, mount, network, host-name,
# IPC and control-group namespaces, and all that is started in it.
#
# A machine has this host's programs, and its own /run, /var/lib and /var/log. When its first process is killed, the kernel
# ends all that ran in it, and its mounts and network are gone. What is left are its directory and its control groups.

: "${work:?}" "${here:?}" "${programs:?}"

# machine_start NAME: starts a machine in which nothing runs yet. Its directory is $work/NAME.
machine_start() {
  local dir=$work/$1
  mkdir -p "$dir"/{lib,log,run,services}
  process_start "$dir/pid" "$dir/first.log" "$here/first" "$1" "$dir" "$programs" "$(machine_group "$1")"
  process_ready 10 "$dir/pid" test -e "$dir/ready" || {
    cat "$dir/first.log"
    return 1
  }
}

# machine_first NAME: prints the pid of its first process.
machine_first() {
  local pid
  pid=$(process_pid "$work/$1/pid") && tr -d ' ' <"/proc/$pid/task/$pid/children"
}

# machine_connect NAME ADDRESS: connects it with the bridge of the machine `control`.
machine_connect() {
  ip link add "$1" netns "$(machine_first control)" type veth peer name eth0 netns "$(machine_first "$1")"
  inside control ip link set "$1" master machines up
  inside "$1" ip link set lo up
  inside "$1" ip address add "$2/24" dev eth0
  inside "$1" ip link set eth0 up
}

# inside NAME COMMAND...: runs a command in the machine's namespaces.
inside() {
  local name=$1
  shift
  nsenter --target "$(machine_first "$name")" --all --wdns=/ -- "$@"
}

# service NAME SERVICE COMMAND...: the machine runs COMMAND from now on, and again when it has ended.
service() {
  local name=$1 file=$work/$1/services/$2
  shift 2
  printf '#!/bin/bash\nexec %s\n' "${*@Q}" >"$file.new"
  chmod +x "$file.new"
  mv "$file.new" "$file"
}

# service_pid NAME SERVICE: prints the service's pid in the machine.
service_pid() {
  cat "$work/$1/run/$2.pid"
}

# service_stop NAME SERVICE: kills it, and it stays so until service_start.
service_stop() {
  touch "$work/$1/services/$2.off"
  service_restart "$1" "$2"
}

service_start() {
  rm "$work/$1/services/$2.off"
}

# service_restart NAME SERVICE: kills it, so that it is started again.
service_restart() {
  local pid
  pid=$(service_pid "$1" "$2")
  inside "$1" kill -KILL "$pid"
  wait_until 20 service_has_ended "$1" "$2" "$pid"
}

service_has_ended() {
  ! inside "$1" test -d "/proc/$3" || [[ $(service_pid "$1" "$2") != "$3" ]]
}

# machine_group NAME: prints the name of its control groups.
machine_group() {
  echo "${work##*/}-$1"
}

# machine_end NAME: ends all that runs there, and removes its control groups.
machine_end() {
  local first
  ! first=$(machine_first "$1") || kill -TERM "$first"
  wait_until 20 process_ended "$work/$1/pid"
  # A group is empty a moment after its last process was killed.
  wait_until 10 groups_are_removed "$(machine_group "$1")"
}

groups_are_removed() {
  local mount type left=0
  while read -r _ mount type _; do
    [[ $type == cgroup* && -d $mount/$1 ]] || continue
    find "$mount/$1" -depth -type d -exec rmdir {} + 2>/dev/null || left=1
  done </proc/mounts
  return "$left"
}
