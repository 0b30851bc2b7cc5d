# shellcheck shell=bash
# A node: a machine with the kubelet, and containerd or CRI-O.

: "${work:?}" "${programs:?}"

# node_start NUMBER IMAGE-ARCHIVE...: NUMBER is 1, 2 or 3. Returns before the node is ready.
node_start() {
  local node=node$1 address=192.0.2.1$1 archive
  machine_start "$node"
  machine_connect "$node" "$address"
  inside "$node" ip route add default via 192.0.2.1
  inside control ip route add "$(node_pods "$1")" via "$address"
  user "$node" "/O=system:nodes/CN=system:node:$node"
  certificate "$node-kubelet" "/CN=$node" "IP:$address,DNS:$node"
  mkdir "$work/$node/pki" "$work/$node/cni"
  cp "$work/pki/$node".* "$work/pki/$node-kubelet".* "$work/pki/ca.crt" "$work/$node/pki"
  kubeconfig_within "$node" "$node"
  node_network "$1" >"$work/$node/cni/10.conflist"
  node_kubelet "$1" >"$work/$node/kubelet.yaml"
  if node_has_crio "$1"; then
    node_crio >"$work/$node/crio.conf"
    node_runc >"$work/$node/runc"
    chmod +x "$work/$node/runc"
    # With control groups of version 1 a kernel may have a controller that is mounted nowhere.
    [[ -e /sys/fs/cgroup/cgroup.controllers ]] || {
      grep -v ^hugetlb /proc/cgroups >"$work/$node/cgroups"
      inside "$node" mount --bind /var/lib/machine/cgroups /proc/cgroups
    }
    # Of the host's configuration nothing counts.
    service "$node" crio /var/lib/programs/crio --config /var/lib/machine/crio.conf --config-dir ''
  else
    node_containerd >"$work/$node/containerd.toml"
    service "$node" containerd containerd --config /var/lib/machine/containerd.toml
  fi
  wait_until 20 test -S "$work/$node$(node_socket "$1")"
  for archive in "${@:2}"; do
    node_loads "$1" "$archive"
  done
  service "$node" kubelet /var/lib/programs/kubelet --config /var/lib/machine/kubelet.yaml \
    --kubeconfig "/var/lib/machine/$node.kubeconfig" --hostname-override "$node" --node-ip "$address"
}

# node_pods NUMBER: prints the network of its pods.
node_pods() {
  echo "198.51.100.$((64 * $1))/26"
}

# Whether there is a CRI-O among the programs, and Debian's conmon, and Podman to load images.
node_can_have_crio() {
  [[ -x $programs/crio && -x $programs/pinns ]] && command -v conmon >/dev/null && command -v podman >/dev/null
}

# node_has_crio NUMBER: the third node has CRI-O.
node_has_crio() {
  [[ $1 == 3 ]]
}

# node_socket NUMBER: prints where its runtime listens.
node_socket() {
  node_has_crio "$1" && echo /run/crio/crio.sock || echo /run/containerd/containerd.sock
}

# node_loads NUMBER ARCHIVE: it gets the images of the archive, in the form of OCI or of `docker save`. Podman has the same
# storage as CRI-O, which loads none.
node_loads() {
  if node_has_crio "$1"; then
    inside "node$1" podman --cgroup-manager cgroupfs load --quiet <"$2"
  else
    inside "node$1" ctr --namespace k8s.io images import - <"$2"
  fi
}

node_network() {
  cat <<JSON
{"cniVersion": "0.4.0", "name": "tests", "plugins": [{"type": "ptp", "ipam": {"type": "host-local",
 "ranges": [[{"subnet": "$(node_pods "$1")"}]], "routes": [{"dst": "0.0.0.0/0"}]}}]}
JSON
}

node_crio() {
  cat <<'TOML'
[crio.api]
listen = "/run/crio/crio.sock"
[crio.runtime]
cgroup_manager = "cgroupfs"
conmon_cgroup = "pod"
pinns_path = "/var/lib/programs/pinns"
default_runtime = "runc"
apparmor_profile = "unconfined"
hooks_dir = []
[crio.runtime.runtimes.runc]
runtime_path = "/var/lib/machine/runc"
runtime_root = "/run/runc"
monitor_path = "/usr/bin/conmon"
[crio.image]
pause_image = "localhost/dbg-test/pause:1"
[crio.network]
network_dir = "/var/lib/machine/cni"
plugin_dirs = ["/usr/lib/cni"]
TOML
}

# CRI-O has no such setting as containerd's restrict_oom_score_adj, below. dbg's pods are critical to their node.
node_runc() {
  cat <<'SH'
#!/bin/bash
for ((i = 1; i < $#; i++)); do
  next=$((i + 1))
  [[ ${!i} != --bundle ]] || sed -i 's/"oomScoreAdj": *-[0-9]*/"oomScoreAdj": 0/' "${!next}/config.json"
done
exec /usr/sbin/runc "$@"
SH
}

node_containerd() {
  # A root without SYS_RESOURCE, as in a container, may not protect a process from the kernel that lacks memory.
  cat <<'TOML'
version = 2
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "localhost/dbg-test/pause:1"
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "/var/lib/machine/cni"
TOML
}

# What changes is seen within a second.
node_kubelet() {
  cat <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: 192.0.2.1$1
containerRuntimeEndpoint: unix://$(node_socket "$1")
tlsCertFile: /var/lib/machine/pki/node$1-kubelet.crt
tlsPrivateKeyFile: /var/lib/machine/pki/node$1-kubelet.key
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: /var/lib/machine/pki/ca.crt}}
authorization: {mode: Webhook}
cgroupDriver: cgroupfs
cgroupsPerQOS: false
enforceNodeAllocatable: []
failCgroupV1: false
failSwapOn: false
makeIPTablesUtilChains: false
evictionHard: {memory.available: 1Mi, nodefs.available: 1%, imagefs.available: 1%}
imageGCHighThresholdPercent: 100
syncFrequency: 1s
YAML
}
