# shellcheck shell=bash
# A rootful Podman with its Docker-compatible socket: the host's, or our own.
#
# Podman has no daemon; its service only answers requests. Our own Podman is mostly a containers.conf, which
# replaces the system's and separates everything that two Podmans would share: storage, state, locks,
# networks. Its default network has a bridge with our own name. It has no route out of the machine and no
# firewall rules, and therefore needs no IP forwarding.

# With these variables of the caller podman(1) would be a client of another engine, and could not start one.
unset CONTAINER_HOST CONTAINER_CONNECTION

# Set by use_podman.
podman_socket=

# use_podman DIR: sets podman_socket; starts a service in DIR if none answers. If that fails, it prints the
# reason and fails.
use_podman() {
  podman_socket=/run/podman/podman.sock
  if podman_answers "$podman_socket"; then
    detail "the Podman at $podman_socket, version $(podman_version "$podman_socket")"
    return
  fi
  podman_socket=$1/podman.sock
  if ! podman_answers "$podman_socket"; then
    podman_start "$1" || {
      detail "Podman did not start: $(tail -n 1 "$1/podman.log" 2>/dev/null)"
      podman_stop "$1"
      return 1
    }
  fi
  detail "our own Podman at $podman_socket, version $(podman_version "$podman_socket")"
}

podman_answers() {
  [[ -S $1 ]] && podman_version "$1" >/dev/null 2>&1
}

podman_version() {
  timeout 10 podman --url "unix://$1" version --format '{{.Server.Version}}'
}

# podman_start DIR: starts the service and waits until it answers.
podman_start() {
  local dir=$1 network
  install -d -m 0700 "$dir" "$dir/networks" || return 1
  # Of a service that is started again the network is that of its containers.
  if [[ ! -e $dir/networks/dbg.json ]]; then
    network=$(unused_network 2>>"$dir/podman.log") || return 1
    podman_network "$dir" "$network" >"$dir/networks/dbg.json"
  fi
  podman_config "$dir" >"$dir/containers.conf"
  podman_storage "$dir" >"$dir/storage.conf"
  mountpoint --quiet /run/netns || touch "$dir/makes-netns"
  process_start "$dir/podman.pid" "$dir/podman.log" \
    env CONTAINERS_CONF="$dir/containers.conf" CONTAINERS_STORAGE_CONF="$dir/storage.conf" \
    podman system service --time=0 "unix://$dir/podman.sock"
  process_ready 30 "$dir/podman.pid" podman_answers "$dir/podman.sock"
}

# podman_stop DIR: ends our own service and all its containers. It does not touch other Podmans.
podman_stop() {
  local dir=$1
  [[ -d $dir ]] || return 0
  # Containers outlive the service, so remove them while it still answers.
  if podman_answers "$dir/podman.sock"; then
    podman --url "unix://$dir/podman.sock" rm --all --force --time 5 >/dev/null || true
  fi
  process_stop "$dir/podman.pid"
  ip link delete dev "$(bridge_name "$dir")" 2>/dev/null || true
  podman_unmount_netns "$dir"
  unmount_below "$dir"
  rm -rf --one-file-system "$dir"
}

# Podman mounts the directory of named network namespaces over itself, and leaves that. Another engine's namespaces may
# be there by now.
podman_unmount_netns() {
  [[ -e $1/makes-netns ]] || return 0
  while mountpoint --quiet /run/netns && [[ -z $(ls -A /run/netns) ]]; do
    umount /run/netns || return 0
  done
}

# cgroupfs, because PID 1 is not systemd on every machine; runc, see `needs` in packages.sh.
podman_config() {
  cat <<TOML
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
static_dir = "$1/libpod"
tmp_dir = "$1/tmp"
volume_path = "$1/data/volumes"
[network]
default_network = "dbg"
network_config_dir = "$1/networks"
firewall_driver = "none"
TOML
}

podman_storage() {
  cat <<TOML
[storage]
driver = "overlay"
graphroot = "$1/data"
runroot = "$1/run"
TOML
}

podman_network() {
  local id
  id=$(sha256sum <<<"$1")
  cat <<JSON
{
  "name": "dbg",
  "id": "${id%% *}",
  "driver": "bridge",
  "network_interface": "$(bridge_name "$1")",
  "created": "2000-01-01T00:00:00Z",
  "subnets": [{ "subnet": "$2/24", "gateway": "${2%.*}.1" }],
  "internal": true,
  "dns_enabled": false,
  "ipam_options": { "driver": "host-local" }
}
JSON
}
