# shellcheck shell=bash
# A Docker engine: the host's, or our own, which does not disturb others.
#
# Our own engine shares only the kernel with other engines, whether they run now or start later:
#   socket, pid file, data, state   in a directory that the caller names
#   containerd                      our own, because dockerd would otherwise use the system's containerd
#                                   and interfere with the engine there
#   bridge                          with our own name, in a network to which this host has no route
#   netfilter, IP forwarding        unchanged: containers reach the host and one another, nothing else
#   daemon.json                     an empty file; the system's belongs to another engine

# Set by use_docker.
docker_socket=

# use_docker DIR: sets docker_socket; starts an engine in DIR if none answers. If that fails, it prints the
# reason and fails.
use_docker() {
  if docker_socket=$(docker_find); then
    detail "the Docker engine at $docker_socket, version $(docker_version "$docker_socket")"
    return
  fi
  docker_socket=$1/docker.sock
  if ! docker_answers "$docker_socket"; then
    docker_start "$1" || {
      detail "dockerd did not start: $(tail -n 1 "$1/engine.log" 2>/dev/null)"
      docker_stop "$1"
      return 1
    }
  fi
  detail "our own Docker engine at $docker_socket, version $(docker_version "$docker_socket")"
}

# docker_find: prints the socket of the host's engine. Waits if systemd is still starting it.
docker_find() {
  local patience=0 socket
  if systemd_is_running && systemctl --quiet is-enabled docker.service docker.socket 2>/dev/null; then
    patience=60
  fi
  for socket in /run/docker.sock /var/run/docker.sock; do
    [[ -S $socket && ! -L $socket ]] || continue # a link is another engine's: podman-docker
    if wait_until "$patience" docker_answers "$socket"; then
      printf '%s' "$socket"
      return
    fi
  done
  return 1
}

docker_answers() {
  [[ -S $1 ]] && docker_version "$1" >/dev/null 2>&1
}

docker_version() {
  timeout 10 docker --host "unix://$1" version --format '{{.Server.Version}}'
}

# docker_start DIR [OPTION...]: starts containerd and dockerd and waits until they answer. OPTION is an
# option of dockerd.
docker_start() {
  local dir=$1 log=$1/engine.log bridge
  # Mode 0711: with --userns-remap the containers' root is an unprivileged user here and must reach its files.
  install -d -m 0711 "$dir" || return 1
  process_stop "$dir/dockerd.pid" # one of the two may still run without the other
  process_stop "$dir/containerd.pid"
  rm -f "$dir/containerd.sock" "$dir/dockerd-own.pid"
  printf '{}\n' >"$dir/daemon.json"
  docker_containerd_config "$dir" >"$dir/containerd.toml"
  bridge=$(docker_add_bridge "$dir" 2>>"$log") || bridge=none

  process_start "$dir/containerd.pid" "$log" containerd --config "$dir/containerd.toml"
  process_ready 30 "$dir/containerd.pid" test -S "$dir/containerd.sock" || return 1

  local options=(
    --config-file "$dir/daemon.json"
    --host "unix://$dir/docker.sock" --group root
    --pidfile "$dir/dockerd-own.pid"
    --data-root "$dir/data"
    --exec-root "$dir/exec"
    --containerd "$dir/containerd.sock"
    --bridge "$bridge"
    --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false --userland-proxy=false
  )
  process_start "$dir/dockerd.pid" "$log" dockerd "${options[@]}" "${@:2}"
  process_ready 60 "$dir/dockerd.pid" docker_answers "$dir/docker.sock"
}

# docker_stop DIR: ends our own engine and all its containers. It does not touch other engines.
docker_stop() {
  local dir=$1
  [[ -d $dir ]] || return 0
  # dockerd ends its containers first, and containerd's shims end with them. If the engine was killed, its
  # containers still run, and only an engine can end them.
  if docker_left_tasks "$dir" && ! docker_answers "$dir/docker.sock"; then
    docker_start "$dir" || true
  fi
  process_stop "$dir/dockerd.pid" 60
  process_stop "$dir/containerd.pid"
  ip link delete dev "$(bridge_name "$dir")" 2>/dev/null || true
  unmount_below "$dir"
  rm -rf --one-file-system "$dir"
}

docker_left_tasks() {
  compgen -G "$1/containerd-state/io.containerd.runtime.v2.task/*/*" >/dev/null
}

# Prints containerd's configuration, without the Kubernetes plugin, which needs network plugins.
docker_containerd_config() {
  cat <<TOML
version = 2
root = "$1/containerd"
state = "$1/containerd-state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "$1/containerd.sock"
[debug]
level = "warn"
TOML
}

# docker_add_bridge DIR: creates the engine's bridge if it does not exist, and prints its name.
docker_add_bridge() {
  local name network
  name=$(bridge_name "$1")
  if ! ip link show dev "$name" >/dev/null 2>&1; then
    network=$(unused_network) || return 1
    ip link add name "$name" type bridge || return 1
    ip address add "${network%.*}.1/24" dev "$name" || return 1
    ip link set dev "$name" up || return 1
  fi
  printf '%s' "$name"
}
