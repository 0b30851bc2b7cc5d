# shellcheck shell=bash
# A Docker engine: the one that is there, or one of our own that disturbs nobody.
#
# Our own shares with another engine, running now or started later, nothing but the kernel:
#   socket, pid file, data, state   in a directory that the caller gives
#   containerd                      one of our own, because dockerd would join the system's and take
#                                   part in what the engine there does
#   bridge                          of our own name, in a network that no route here leads to
#   netfilter, IP forwarding        left as they are: containers reach the host and one another, and
#                                   nobody else
#   daemon.json                     an empty one; the system's is another engine's

# Set by use_docker.
docker_socket=

# use_docker DIR: sets docker_socket; starts an engine in DIR when none answers. Fails when none can
# be had, having said why.
use_docker() {
  if docker_socket=$(docker_find); then
    detail "the Docker engine at $docker_socket, version $(docker_version "$docker_socket")"
    return
  fi
  docker_socket=$1/docker.sock
  if ! docker_answers "$docker_socket"; then
    docker_start "$1" || {
      detail "dockerd does not start: $(tail -n 1 "$1/engine.log" 2>/dev/null)"
      docker_stop "$1"
      return 1
    }
  fi
  detail "an engine of our own at $docker_socket, version $(docker_version "$docker_socket")"
}

# docker_find: prints the socket of an engine that is there. systemd may still be starting it.
docker_find() {
  local patience=0 socket
  if systemd_is_running && systemctl --quiet is-enabled docker.service docker.socket 2>/dev/null; then
    patience=60
  fi
  for socket in /run/docker.sock /var/run/docker.sock; do
    [[ -S $socket ]] || continue
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

# docker_start DIR [OPTION...]: starts containerd and dockerd, and waits until they answer. OPTION is
# one of dockerd's.
docker_start() {
  local dir=$1 log=$1/engine.log bridge
  # With --userns-remap the containers' root, who is nobody here, passes through to their files.
  install -d -m 0711 "$dir" || return 1
  process_stop "$dir/dockerd.pid" # one of the two may have outlived the other
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

# docker_stop DIR: ends our own engine and everything in it. Another engine's are left alone.
docker_stop() {
  local dir=$1
  [[ -d $dir ]] || return 0
  # dockerd ends its containers first; containerd's shims end with them. Those of an engine that was
  # killed still run, and only an engine can end them.
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

# containerd without what it would do for Kubernetes, which wants network plugins.
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

# docker_add_bridge DIR: prints its name.
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
