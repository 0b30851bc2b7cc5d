# shellcheck shell=bash
# A cluster: the control plane and two nodes.

: "${work:?}" "${here:?}"

# cluster_start IMAGE-ARCHIVE...: the nodes have these images, and that of the pods' sandboxes.
cluster_start() {
  local pause number
  authority_make
  control_start
  pause=$(image_of "$here/../c/act.c" localhost/dbg-test/pause:1 /act wait)
  for number in 1 2; do
    node_start "$number" "$pause" "$@"
    # The kubelet may remove what no container has used for a while.
    inside "node$number" ctr --namespace k8s.io images label localhost/dbg-test/pause:1 io.cri-containerd.pinned=pinned
  done
  wait_until 60 api_is_ready
  kube wait --for=create node/node1 node/node2 --timeout=60s
  kube wait --for=condition=Ready node/node1 node/node2 --timeout=60s
  kube wait --for=create --namespace default serviceaccount/default --timeout=60s
}

# cluster_end: ends all that cluster_start began, as far as it came.
cluster_end() {
  local name
  for name in node1 node2 node3 control; do
    [[ ! -e $work/$name/pid ]] || machine_end "$name"
  done
}
