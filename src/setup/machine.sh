# shellcheck shell=bash
# What engines of our own need to know of the machine: what is free, what is left over, what is PID 1.

# bridge_name DIR: a name for the bridge of the engine that lives in DIR. Two engines of ours have two.
bridge_name() {
  printf 'dbg-%s' "$(cksum <<<"$1" | cut -d ' ' -f 1)"
}

# unused_network: prints a private network of 256 addresses that no route of this machine leads to.
unused_network() {
  local network
  for network in 10.213.77.0 172.29.213.0 192.168.213.0 10.77.213.0; do
    if ! routes_to "$network/24" | grep -q .; then
      printf '%s' "$network"
      return
    fi
  done
  echo "every network tried for a bridge is in use" >&2
  return 1
}

# routes_to NETWORK: every route into it or around it, but for the default one.
routes_to() {
  ip -4 route show root "$1"
  ip -4 route show match "$1" | grep -v '^default'
}

# unmount_below DIR: undoes what an ended engine left mounted, deepest first.
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
