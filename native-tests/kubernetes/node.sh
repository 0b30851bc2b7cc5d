# shellcheck shell=bash
# A node: a machine with containerd, its CRI and the kubelet.

: "${work:?}"

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
  node_containerd "$1" >"$work/$node/containerd.toml"
  node_kubelet "$1" >"$work/$node/kubelet.yaml"
  service "$node" containerd containerd --config /var/lib/machine/containerd.toml
  wait_until 20 test -S "$work/$node/run/containerd/containerd.sock"
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

# node_loads NUMBER ARCHIVE: its containerd gets the images of the archive, in the form of OCI or of `docker save`.
node_loads() {
  inside "node$1" ctr --namespace k8s.io images import - <"$2"
}

node_containerd() {
  cat >"$work/node$1/cni/10.conflist" <<JSON
{"cniVersion": "0.4.0", "name": "tests", "plugins": [{"type": "ptp", "ipam": {"type": "host-local",
 "ranges": [[{"subnet": "$(node_pods "$1")"}]], "routes": [{"dst": "0.0.0.0/0"}]}}]}
JSON
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
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
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
