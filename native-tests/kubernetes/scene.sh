# shellcheck shell=bash
# The tests' set-up in the cluster: dbg as its manifests say, a policy, users, and pods to look at.

: "${work:?}" "${here:?}" "${checkout:?}"

# The archives with dbg's image and with that of the pods that are looked at.
scene_images=()

scene_make_images() {
  local version
  version=$(sed -n 's:^  <version>\(.*\)</version>$:\1:p' "$checkout/pom.xml" | sed -n 1p)
  "$checkout/src/kubernetes/image/build"
  scene_images=("$checkout/target/kubernetes/dbg-$version-$(architecture).tar"
    "$(image_of "$here/../c/act.c" localhost/dbg-test/act:1 /act say @3000 .)")
}

# Installs dbg as an administrator does, with limits for a storm, and seals that are not waited for.
scene_install() {
  kube apply -k "$checkout/src/kubernetes/$(scene_manifests)"
  scene_configures
}

# stamps: whether this Kubernetes has policies that fill in.
stamps() {
  local kinds
  # Not in a pipe, whose writer may be ended by a reader that has found it.
  kinds=$(kube api-resources --api-group admissionregistration.k8s.io -o name)
  [[ $kinds == *mutatingadmissionpolicies.* ]]
}

# scene_manifests: prints which manifests are for this Kubernetes.
scene_manifests() {
  stamps && echo base || echo overlays/before-1.36
}

# Gives the pods of dbg, as the manifests have them now, the tests' configuration and policy.
scene_configures() {
  {
    kube get configmap --namespace dbg-system dbg-config -o jsonpath='{.data.dbgd\.toml}' |
      sed 's/^journal = false$/&\nseal-every = "5s"/'
    printf '\n[limits]\nsessions = 256\nsessions-per-user = 256\n'
  } >"$work/dbgd.toml"
  scene_policy >"$work/10-tests.toml"
  config_map dbg-config "$work/dbgd.toml"
  config_map dbg-policy "$work/10-tests.toml"
  kube rollout restart --namespace dbg-system daemonset/dbg daemonset/dbg-deliver
  kube rollout status --namespace dbg-system daemonset/dbg --timeout=180s
  kube rollout status --namespace dbg-system daemonset/dbg-deliver --timeout=180s
}

# The policies of the release again. `kubectl apply` would leave what somebody else has added to one. For some seconds the
# agents believe no session yet.
scene_policies() {
  kube replace --force -f "$checkout/src/kubernetes/base/policies.yaml"
  ! stamps || kube replace --force -f "$checkout/src/kubernetes/base/stamp.yaml"
}

# config_map NAME FILE
config_map() {
  kube create configmap --namespace dbg-system "$1" --from-file="$2" --dry-run=client -o yaml | kube apply -f -
}

# The rule for everybody includes nobody of the cluster's.
scene_policy() {
  cat <<'TOML'
[[rule]]
who        = ["kube-group:sre"]
containers = ["k8s:shop"]
namespaces = ["net", "uts", "mnt"]
tools      = ["ss", "ip", "ls"]

[[rule]]
who        = ["kube-group:sre"]
containers = ["k8s:vault"]
namespaces = ["net"]
tools      = ["ss"]

[[rule]]
who        = ["kube-group:sre"]
containers = ["k8s:strict"]
namespaces = ["net", "mnt"]
tools      = ["ss", "ls"]

[[rule]]
who        = ["kube:system:serviceaccount:shop:robot"]
containers = ["namespace-label:team=shop"]
namespaces = ["net"]
tools      = ["ss"]

[[rule]]
who        = ["*", "uid:2000004242"]
containers = ["k8s:shop"]
namespaces = ["uts"]
tools      = ["hostname"]
TOML
}

# Prints the end of what dbg's pods have written.
scene_logs() {
  kube logs --namespace dbg-system --selector 'app in (dbg, dbg-deliver)' --all-containers --prefix --tail=25 | sed 's/^/    # /'
}

scene_make() {
  scene_users
  kube label namespace shop team=shop
  pod_make shop web-1 node1
  pod_make shop web-2 node2
  pod_make vault safe node1
  kube wait --for=condition=Ready --namespace shop pod/web-1 pod/web-2 --timeout=60s
  kube wait --for=condition=Ready --namespace vault pod/safe --timeout=60s
  mkdir "$work/plugins"
  ln -s "$checkout/target/dbg/bin/dbg" "$work/plugins/kubectl-dbg"
}

# Group sre may ask in shop and vault, the robot and bob in shop. dora may not list the agents, and erin no more than that.
# carol may be alice.
# kim ends sessions.
scene_users() {
  local subject name role
  kube create namespace shop
  kube create namespace vault
  kube create serviceaccount robot --namespace shop
  user alice /O=sre/O=dns-ops/CN=alice
  user bob /O=dev/CN=bob
  user carol /CN=carol
  user dora /O=audit/CN=dora
  user erin /O=audit/CN=erin
  user kim /CN=kim
  kubeconfig robot "$(kube create token robot --namespace shop)"
  kube create rolebinding dbg-sre --namespace vault --clusterrole=dbg-user --group=sre
  kube create role lists-agents --namespace dbg-system --verb=get,list --resource=pods
  for subject in group=sre user=bob user=dora user=erin serviceaccount=shop:robot; do
    name=dbg-${subject//[=:]/-}
    role=dbg-connect
    [[ $subject != user=erin ]] || role=lists-agents
    kube create rolebinding "$name" --namespace shop --clusterrole=dbg-user "--$subject"
    [[ $subject == user=dora ]] || kube create rolebinding "$name" --namespace dbg-system "--role=$role" "--$subject"
  done
  kube create rolebinding dbg-kim --namespace shop --clusterrole=dbg-killer --user=kim
  kube create clusterrole be-alice --verb=impersonate --resource=users,groups --resource-name=alice --resource-name=sre
  kube create clusterrolebinding be-alice --clusterrole=be-alice --user=carol
}

# pod_make NAMESPACE NAME NODE [ANNOTATIONS [MEMBERS]]: a pod whose image has one program, which listens, with these members
# of its container.
pod_make() {
  kube apply -f - <<YAML
apiVersion: v1
kind: Pod
metadata: {namespace: $1, name: $2, annotations: {${4:-}}}
spec:
  nodeName: $3
  terminationGracePeriodSeconds: 0
  containers: [{name: app, image: "localhost/dbg-test/act:1", imagePullPolicy: Never${5:+, $5}}]
YAML
}

# pod_is NAMESPACE NAME PATH: prints a member of the pod's object.
pod_is() {
  kube get pod --namespace "$1" "$2" -o jsonpath="{$3}"
}
