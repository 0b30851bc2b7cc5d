# shellcheck shell=bash
# What is measured: a container of each engine with the tools in it, an operator who is not root, and dbgds.
#
# Each dbgd is as on a host with these engines: `docker` knows Docker, `others` Podman and LXC. The names of all
# containers, users and images begin with $name.

: "${work:?a directory of root}" "${name:?}" "${checkout:?}" "${docker_socket?}" "${podman_socket?}"

lxc_home=/var/lib/lxc # LXC's own default

# The image has the server, and the host's tools with their libraries: docker exec runs only programs that are
# in the container.
make_image() {
  local root=$work/root tool file
  mkdir -p "$root"
  server_compile "$root/server"
  for tool in ss netstat ls; do
    tool=$(command -v "$tool")
    while read -r file; do
      install -D "$file" "$root$file"
    done < <(printf '%s\n' "$tool" && ldd "$tool" | grep -oE '/[^ ]+')
  done
}

# run_container SOCKET NAME
run_container() {
  tar -C "$work/root" --owner=0 --group=0 -c . |
    engine "$1" import --change 'ENTRYPOINT ["/server"]' \
      --change 'ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin' - "$name"
  demo_image=$name container_run "$1" "$2"
}

# run_lxc NAME: its files are those of the image; LXC needs three directories more to mount on.
run_lxc() {
  local home=$lxc_home/$1
  mkdir -p "$home"
  cp -a "$work/root" "$home/rootfs"
  mkdir -p "$home"/rootfs/{dev,proc,sys}
  cat >"$home/config" <<CONFIG
lxc.rootfs.path = dir:$home/rootfs
lxc.uts.name = $1
lxc.net.0.type = empty
lxc.apparmor.profile = unconfined
lxc.mount.auto = proc:mixed sys:ro
lxc.init.cmd = /server
CONFIG
  lxc-start -n "$1"
}

make_operator() {
  getent passwd "$name" >/dev/null ||
    useradd --system --user-group --no-create-home --home-dir /nonexistent \
      --shell /usr/sbin/nologin "$name"
}

# Operators $name-1 to $name-$operators, in the operator's group.
make_operators() {
  local user
  for user in $(seq "$operators"); do
    useradd --system --gid "$name" --no-log-init --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$name-$user"
  done
}

remove_operators() {
  local user
  while read -r user; do
    userdel "$user" || true
  done < <(getent passwd | grep -oE "^$name-[0-9]+")
}

# A user of the host who has a Podman, a container $name-web of it, and a service that runs.
make_user() {
  local user=$name-user
  useradd --key SUB_UID_MIN=1100000000 --key SUB_UID_MAX=1200000000 --key SUB_GID_MIN=1100000000 \
    --key SUB_GID_MAX=1200000000 --user-group --create-home --home-dir "$work/home" "$user"
  install -d -m 0755 /run/user
  install -d -m 0700 -o "$user" -g "$user" "/run/user/$(id -u "$user")"{,/podman}
  tar -C "$work/root" --owner=0 --group=0 -cf "$work/image.tar" .
  users_podman import --change 'ENTRYPOINT ["/server"]' "$work/image.tar" "$name"
  users_podman run --detach --name "$name-web" --network none "$name"
  mapfile -t words < <(users_words)
  process_start "$work/user.pid" "$work/user.log" "${words[@]}" system service --time=0 \
    "unix:///run/user/$(id -u "$user")/podman/podman.sock"
  wait_until 30 test -S "/run/user/$(id -u "$user")/podman/podman.sock"
}

# The words, one a line, of that user's podman, as in podman.sh.
users_words() {
  printf '%s\n' setpriv --reuid "$name-user" --regid "$name-user" --init-groups env -i --chdir "$work/home" \
    HOME="$work/home" PATH=/usr/sbin:/usr/bin:/sbin:/bin XDG_RUNTIME_DIR="/run/user/$(id -u "$name-user")" \
    PODMAN_IGNORE_CGROUPSV1_WARNING=1 podman --log-level=error --cgroup-manager=cgroupfs --runtime=runc
}

users_podman() {
  local words
  mapfile -t words < <(users_words)
  "${words[@]}" "$@"
}

remove_user() {
  local uid
  uid=$(id -u "$name-user" 2>/dev/null) || return 0
  process_stop "$work/user.pid"
  users_podman rm --all --force --time 0 >/dev/null 2>&1 || true
  users_podman system migrate >/dev/null 2>&1 || true # ends the process that keeps its namespaces
  userdel "$name-user" || true
  rm -rf --one-file-system "/run/user/$uid"
}

# make_far: an sshd on the loopback, run by the operator, who alone can log in to it, and a connection to it that is
# kept: "ssh far". There, dbg is the one that is measured.
make_far() {
  local home=$work/far port
  install -d -m 0700 -o "$name" -g "$name" "$home" "$home/.ssh"
  usermod --home "$home" --shell /bin/sh "$name"
  port=$(python3 -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
  as_operator ssh-keygen -q -t ed25519 -N '' -f "$home/host"
  as_operator ssh-keygen -q -t ed25519 -N '' -f "$home/.ssh/id_ed25519"
  cat >"$home/sshd_config" <<CONFIG
Port $port
ListenAddress 127.0.0.1
HostKey $home/host
AuthorizedKeysFile $home/.ssh/id_ed25519.pub
StrictModes no
PidFile none
UsePAM no
SetEnv PATH=$work/dbg/bin:/usr/bin:/bin DBG_SOCKET=$work/dbgd-docker/dbg.sock
CONFIG
  cat >"$home/.ssh/config" <<CONFIG
Host far
  HostName 127.0.0.1
  Port $port
  StrictHostKeyChecking accept-new
  ControlMaster auto
  ControlPath $home/%C
  ControlPersist 1h
CONFIG
  process_start "$work/sshd.pid" "$work/sshd.log" setpriv --reuid "$name" --regid "$name" --init-groups \
    /usr/sbin/sshd -D -e -f "$home/sshd_config"
  process_ready 10 "$work/sshd.pid" grep -q 'Server listening' "$work/sshd.log"
  as_operator ssh far true </dev/null
}

as_operator() {
  setpriv --reuid "$name" --regid "$name" --init-groups "$@"
}

remove_far() {
  [[ -e $work/sshd.pid ]] || return 0
  as_operator ssh -O exit far 2>/dev/null || true
  process_stop "$work/sshd.pid"
  wait_until 10 operator_runs_nothing || true
}

operator_runs_nothing() {
  ! pgrep -u "$name" >/dev/null
}

# copy_tree: dbgd runs only what nobody but root could have written.
copy_tree() {
  cp -R --no-preserve=ownership "$checkout/target/dbg" "$work/dbg"
  chmod -R u=rwX,go=rX "$work/dbg"
}

# start_dbgd NAME RULES RUNTIMES: RULES are the lines of its policy, RUNTIMES those of its configuration.
start_dbgd() {
  local home=$work/dbgd-$1
  mkdir -p "$home/policy.d" "$home/audit"
  printf '%s\n' "$2" >"$home/policy.d/bench.toml"
  cat >"$home/dbgd.toml" <<TOML
[socket]
path = "$home/dbg.sock"
group = "$name"
[audit]
dir = "$home/audit"
[policy]
dir = "$home/policy.d"
[tools]
dir = "$home/tools.d"
[runtimes]
$3
[limits]
sessions = 128
sessions-per-user = 128
TOML
  process_start "$home/dbgd.pid" "$home/dbgd.log" "$work/dbg/sbin/dbgd" serve --config "$home/dbgd.toml"
  process_ready 60 "$home/dbgd.pid" grep -qx ready "$home/dbgd.log" || { cat "$home/dbgd.log" && return 1; }
}

runtimes_docker() {
  printf 'docker = ["%s"]\n' "$docker_socket"
  printf 'docker-state = ["%s"]\n' "$(engine "$docker_socket" info --format '{{.DockerRootDir}}')"
}

runtimes_others() {
  printf 'podman = ["%s"]\n' "$podman_socket"
  printf 'podman-state = ["%s"]\n' "$(podman info --format '{{.Store.GraphRoot}}:{{.Store.RunRoot}}')"
}

# rule CONTAINER...
rule() {
  cat <<TOML
[[rule]]
who        = ["user:$name"]
containers = [$(printf '"%s", ' "$@")]
namespaces = ["net", "pid", "mnt", "uts"]
tools      = ["netstat", "ss", "ls", "hostname"]
TOML
}

# remove_scene: removes what the functions above made, whether they succeeded or not.
remove_scene() {
  local socket dbgd left
  for dbgd in "$work"/dbgd-*/dbgd.pid; do
    process_stop "$dbgd"
  done
  remove_user
  remove_far
  for socket in "$docker_socket" "$podman_socket"; do
    [[ -S $socket ]] || continue
    mapfile -t left < <(engine "$socket" ps --all --quiet --filter "name=^/?$name")
    ((${#left[@]} == 0)) || engine "$socket" rm --force "${left[@]}" >/dev/null 2>&1 || true
    engine "$socket" image rm "$name" >/dev/null 2>&1 || true
  done
  if [[ -d $lxc_home/$name-lxc ]]; then
    lxc-stop -n "$name-lxc" --kill 2>/dev/null || true
    rm -rf --one-file-system "${lxc_home:?}/$name-lxc"
  fi
  rm -f "/etc/sudoers.d/$name"
  remove_operators
  ! getent passwd "$name" >/dev/null || userdel "$name"
}
