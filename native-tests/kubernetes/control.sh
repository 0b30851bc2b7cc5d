# shellcheck shell=bash
# The control plane: etcd, the API server, the controller manager and the scheduler, in a machine of their own.
#
# The machines have the addresses of RFC 5737: 192.0.2.1 is the control plane, 192.0.2.11 node1, and so on. Services have
# 203.0.113.0/24: 203.0.113.1 is the API server, which listens there itself, so no proxy is needed.

: "${work:?}"

control_start() {
  machine_start control
  inside control ip link set lo up
  inside control ip link add machines type bridge
  inside control ip address add 192.0.2.1/24 dev machines
  inside control ip link set machines up
  inside control ip address add 203.0.113.1/32 dev lo
  certificate apiserver /CN=kube-apiserver IP:192.0.2.1,IP:203.0.113.1,IP:127.0.0.1,DNS:kubernetes.default.svc
  user apiserver-client "/O=system:masters/CN=kube-apiserver-kubelet-client"
  user controllers /CN=system:kube-controller-manager
  user scheduler /CN=system:kube-scheduler
  user admin "/O=system:masters/CN=admin"
  # The machine sees another /var/lib.
  cp -r "$work/pki" "$work/control/pki"
  local name
  for name in controllers scheduler; do
    kubeconfig_within control "$name"
  done
  cat >"$work/control/audit.yaml" <<'YAML'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: RequestResponse, resources: [{group: dbg.dev}]}
- {level: Metadata, resources: [{resources: [pods/portforward, pods/exec]}]}
- {level: None}
YAML
  control_services
}

# control_services [OPTION...]: of the API server, beside those that it always has.
control_services() {
  local pki=/var/lib/machine/pki etcd=http://127.0.0.1:2379
  service control etcd etcd --data-dir /var/lib/etcd --unsafe-no-fsync --log-level warn \
    --listen-client-urls "$etcd" --advertise-client-urls "$etcd" --listen-peer-urls http://127.0.0.1:2380
  service control kube-apiserver /var/lib/programs/kube-apiserver --etcd-servers "$etcd" \
    --secure-port 443 --advertise-address 192.0.2.1 --service-cluster-ip-range 203.0.113.0/24 \
    --tls-cert-file $pki/apiserver.crt --tls-private-key-file $pki/apiserver.key --client-ca-file $pki/ca.crt \
    --kubelet-certificate-authority $pki/ca.crt --kubelet-client-certificate $pki/apiserver-client.crt \
    --kubelet-client-key $pki/apiserver-client.key --kubelet-preferred-address-types InternalIP \
    --service-account-issuer https://kubernetes.default.svc --service-account-key-file $pki/accounts.pub \
    --service-account-signing-key-file $pki/accounts.key \
    --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction --allow-privileged \
    --audit-policy-file /var/lib/machine/audit.yaml --audit-log-path /var/log/audit.jsonl "$@"
  service control kube-controller-manager /var/lib/programs/kube-controller-manager \
    --kubeconfig /var/lib/machine/controllers.kubeconfig --root-ca-file $pki/ca.crt \
    --service-account-private-key-file $pki/accounts.key --use-service-account-credentials --leader-elect=false
  service control kube-scheduler /var/lib/programs/kube-scheduler \
    --kubeconfig /var/lib/machine/scheduler.kubeconfig --leader-elect=false
}

# control_restarts [OPTION...]: starts the API server again, with these options.
control_restarts() {
  control_services "$@"
  service_restart control kube-apiserver
  wait_until 60 api_is_ready
}

# kubeconfig_within MACHINE NAME: NAME's kubeconfig as seen in the machine, where its pki is.
kubeconfig_within() {
  sed "s:$work/pki:/var/lib/machine/pki:g" "$work/$2.kubeconfig" >"$work/$1/$2.kubeconfig"
}

# api_is_ready: for wait_until.
api_is_ready() {
  [[ $(kubectl_of admin get --raw /readyz 2>&1) == ok ]]
}

# outside COMMAND...: runs a command of this host in the network from which the API server is reached.
outside() {
  nsenter --net="/proc/$(machine_first control)/ns/net" -- "$@"
}

# kubectl_of USER WORD...
kubectl_of() {
  outside kubectl --kubeconfig "$work/$1.kubeconfig" "${@:2}"
}

# kube WORD...: kubectl as the cluster's administrator.
kube() {
  kubectl_of admin "$@"
}
