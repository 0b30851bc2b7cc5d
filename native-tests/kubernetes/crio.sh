# shellcheck shell=bash
# A node with CRI-O, which joins the cluster last: the manifests are then those for such nodes.

: "${work:?}" "${here:?}" "${checkout:?}"

# test_crio IMAGE-ARCHIVE...
test_crio() {
  check "a node with CRI-O joins, and dbg runs on it" crio_node_joins "$@"
  check "a line into a pod of CRI-O's shows what nsenter shows" crio_is_as_nsenter
  check "a pod of CRI-O's whose annotations say that it is another one is itself" crio_liar_is_itself
  check "a container that CRI-O has started again is entered" crio_starts_again
}

crio_node_joins() {
  node_start 3 "$(image_of "$here/../c/act.c" localhost/dbg-test/pause:1 /act wait)" "$@"
  kube wait --for=create node/node3 --timeout=60s
  kube wait --for=condition=Ready node/node3 --timeout=60s
  # Without the configuration, which the tests have changed.
  kubectl kustomize "$checkout/src/kubernetes/overlays/$(stamps && echo crio || echo crio-before-1.36)" >"$work/crio.yaml"
  kube apply --filename "$work/crio.yaml" --selector app=dbg
  patience=300 soon crio_is_ready
  pod_make shop web-3 node3
  kube wait --for=condition=Ready --namespace shop pod/web-3 --timeout=60s
}

crio_is_ready() {
  kube wait --for=condition=Ready --namespace dbg-system "pod/$(agent_of node3)" --timeout=1s
}

crio_is_as_nsenter() {
  sees alice node3 web-3 --reason crio
  has "$(records node3 crio intent)" '"shop/web-3/app"'
  has "$(records node3 crio intent)" "$(pod_is shop web-3 .metadata.uid)"
  sees robot node3 web-3
  equal "$(as_nsenter node3 shop web-3 --uts -- hostname)" web-3
  has "$(dbg_of alice --namespace shop web-3 mnt -- ls /)" act
}

# CRI-O writes these itself, and then what the pod's author has written instead.
crio_liar_is_itself() {
  pod_make shop liar node3 "io.kubernetes.cri-o.Metadata: '{\"name\":\"safe\",\"namespace\":\"vault\",\"uid\":\"x\"}',
    io.kubernetes.cri-o.Labels: '{\"team\":\"vault\"}', io.kubernetes.cri-o.Namespace: vault, io.kubernetes.cri-o.KubeName: safe,
    io.kubernetes.cri-o.SandboxName: k8s_safe_vault_x_0, io.container.manager: libpod"
  kube wait --for=condition=Ready --namespace shop pod/liar --timeout=60s
  sees alice node3 liar --reason liar
  has "$(records node3 liar intent)" '"shop/liar/app"'
}

crio_starts_again() {
  local before
  before=$(container_pid node3 shop web-3)
  inside node3 kill -KILL "$before"
  soon crio_has_another "$before"
  sees alice node3 web-3 --reason again
}

crio_has_another() {
  local now
  now=$(container_pid node3 shop web-3)
  [[ $now != "$1" ]] && inside node3 test -e "/proc/$now"
}
