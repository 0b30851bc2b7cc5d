# shellcheck shell=bash
# Functions for our own engines: unused names and networks, leftover mounts, and whether systemd is PID 1.

# bridge_name DIR: prints the name of the bridge of the engine in DIR. Each DIR has a different name.
bridge_name() {
  printf 'dbg-%s' "$(cksum <<<"$1" | cut -d ' ' -f 1)"
}

# unused_network: prints a private network of 256 addresses to which this machine has no route.
unused_network() {
  local network
  for network in 10.213.77.0 172.29.213.0 192.168.213.0 10.77.213.0; do
    if ! routes_to "$network/24" | grep -q .; then
      printf '%s' "$network"
      return
    fi
  done
  echo "cannot find a network for a bridge: this machine has routes to all networks that were tried" >&2
  return 1
}

# routes_to NETWORK: prints the routes within NETWORK and those that contain it, except the default route.
routes_to() {
  ip -4 route show root "$1"
  ip -4 route show match "$1" | grep -v '^default'
}

# unmount_below DIR: unmounts what an engine left mounted below DIR, deepest first.
unmount_below() {
  : "${1:?the directory below which to unmount}"
  local mountpoint
  awk -v below="$1/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
    while read -r mountpoint; do
      umount --lazy "$mountpoint" || true
    done
}

systemd_is_running() {
  [[ -d /run/systemd/system ]]
}
