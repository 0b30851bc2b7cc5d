# shellcheck shell=bash
# Who asks: the API server says so, whatever the request says.

: "${work:?}" "${checkout:?}"

test_users() {
  check "a user with a certificate sees what nsenter shows, on either node" certificate_sees
  check "the node's record names the user, the groups, the pod and the session's object" record_names_user
  check "the object is Running while the tool runs, and Ended after it" object_says_what_became_of_it
  check "a ServiceAccount is a user, whose rule may name a label of the namespace" account_sees
  check "an impersonated user is that user to the node, and the cluster's audit knows both" impersonated_sees
  ! stamps || check "who claims in the object to be root is whom the API server knows" claim_is_replaced
  check "who claims it where nothing is replaced is refused by the API server" claim_is_refused
  check "RBAC refuses a user without the right to make sessions in that namespace" rbac_refuses
  check "RBAC refuses a user without the right to list the agents, and no object stays" rbac_refuses_the_way
  check "RBAC refuses a user who may list the agents and not connect to one, and no object stays" rbac_refuses_the_port
  check "an administrator's admission policy refuses a line without a reason, and lets one with it" admission_refuses
  check "a user whom no rule of the node names is refused by the node, which records it" node_refuses_user
  check "a tool that no rule permits is refused by the node" node_refuses_tool
  check "a rule for everybody, and for the agent's user, is none for the cluster's users" everybody_is_nobody
  check "a pod of the PodSecurity level restricted is looked into as under nsenter, and not changed" restricted_is_seen
}

# sees USER NODE POD [OPTION...]: the user sees of the pod in shop what nsenter shows.
sees() {
  local wanted
  wanted=$(as_nsenter "$2" shop "$3" --net -- ss -tln)
  has "$wanted" :3000
  equal "$wanted" "$(dbg_of "$1" --namespace shop "${@:4}" "$3" net -- ss -tln)"
}

certificate_sees() {
  sees alice node1 web-1 --reason certificate-1
  sees alice node2 web-2 --reason certificate-2
}

record_names_user() {
  local record
  record=$(records node1 certificate-1 intent)
  has "$record" '"kube:alice"'
  has "$record" '"kube:sre"'
  has "$record" '"kube:dns-ops"'
  has "$record" '"shop/web-1/app"'
  has "$record" "$(pod_is shop web-1 .metadata.uid)"
  equal "" "$(records node2 certificate-1)"
  has "$(records node2 certificate-2 result)" '"kube:alice"'
  has "$record" "$(ended_session certificate-1)"
}

# ended_session REASON: prints the uid of the session's object in shop, which has ended with 0.
ended_session() {
  kube get debugsessions --namespace shop -o json | python3 -c '
import json, sys
for session in json.load(sys.stdin)["items"]:
    if session["spec"].get("reason") == sys.argv[1] and session.get("status", {}).get("phase") == "Ended":
        print(session["metadata"]["uid"])' "$1"
}

object_says_what_became_of_it() {
  local name
  started object alice --namespace shop --reason object web-1 net -- ip monitor
  soon phase_is object Running
  # Namespace, name, user, pod, node, phase, age.
  equal 'alice web-1 node1' \
    "$(kube get debugsessions --all-namespaces --no-headers | awk '$6 == "Running" && $1 == "shop" { print $3, $4, $5 }')"
  has "$(kube get debugsessions --all-namespaces --output wide)" '"ip","monitor"'
  # Its name is one that nobody can guess.
  name=$(session_named object)
  [[ $name =~ /web-1-[0-9a-f]{16}-[a-z0-9]{5}$ ]]
  kube delete --namespace shop "$name"
  equal 125 "$(status_of object)"
  has "$(<"$work/object.err")" "the session was deleted"
  exits 0 dbg_of alice --namespace shop --reason object-2 web-1 net -- ss -tln
  soon phase_is object-2 Ended
  equal alice "$(kube get --namespace shop "$(session_named object-2)" -o jsonpath='{.spec.user.username}')"
  equal 0 "$(kube get --namespace shop "$(session_named object-2)" -o jsonpath='{.status.exitCode}')"
}

# session_named REASON: prints debugsession/NAME of the session in shop with that reason.
session_named() {
  kube get debugsessions --namespace shop -o jsonpath="{range .items[?(@.spec.reason=='$1')]}debugsession/{.metadata.name}{end}"
}

phase_is() {
  equal "$2" "$(kube get debugsessions --namespace shop -o jsonpath="{.items[?(@.spec.reason=='$1')].status.phase}")"
}

account_sees() {
  sees robot node1 web-1 --reason account
  has "$(records node1 account intent)" '"kube:system:serviceaccount:shop:robot"'
  kube label namespace shop team-
  exits 126 dbg_of robot --namespace shop web-1 net -- ss -tln
  kube label namespace shop team=shop
  sees robot node1 web-1
}

impersonated_sees() {
  local audited
  sees carol node1 web-1 --as alice --as-group sre --reason impersonated
  has "$(records node1 impersonated intent)" '"kube:alice"'
  audited=$(grep -F impersonated "$work/control/log/audit.jsonl" | grep -F '"verb":"create"')
  has "$audited" '"username":"carol"'
  has "$audited" '"impersonatedUser":{"username":"alice"'
  exits 126 dbg_of carol --namespace shop web-1 net -- ss -tln
}

# claimed [KEY]: prints an object of a line in shop that says its creator is root.
claimed() {
  session shop web-1 "$(pod_is shop web-1 .metadata.uid)" node1 "${1:-none}" k8s://shop/web-1/app net -- ss -tln
  echo "  user: {username: root, groups: ['system:masters']}"
  echo "  namespaceLabels: {team: vault}"
}

claim_is_replaced() {
  local made
  made=$(claimed | kubectl_of alice create -f - -o jsonpath='{.spec.user.username} {.spec.user.groups} {.spec.namespaceLabels}')
  has "$made" 'alice ["sre","dns-ops","system:authenticated"]'
  has "$made" '"team":"shop"'
}

claim_is_refused() {
  ! stamps || kube delete mutatingadmissionpolicybinding dbg-session
  soon claim_refused
  reopened
  ! stamps || claim_is_replaced
}

claim_refused() {
  local said
  said=$(claimed | exits 1 kubectl_of alice create -f - 2>&1)
  has "$said" 'spec.user.username is not who creates the session'
}

rbac_refuses() {
  local said
  said=$(exits 126 dbg_of bob --namespace vault --reason rbac safe net -- ss -tln 2>&1)
  has "$said" 'the cluster refused'
  equal "" "$(records node1 rbac)"
  exits 1 kubectl_of bob auth can-i create debugsessions --namespace vault
  kubectl_of alice auth can-i create debugsessions --namespace vault
}

rbac_refuses_the_way() {
  local said
  said=$(exits 126 dbg_of dora --namespace shop --reason way web-1 net -- ss -tln 2>&1)
  has "$said" 'the cluster refused'
  # Who cannot list the agents does not see that their own client must fill in who asks: the object is then refused first.
  ! stamps || has "$said" 'cannot list resource "pods"'
  equal "" "$(records node1 way)$(session_named way)"
}

rbac_refuses_the_port() {
  local said
  said=$(exits 126 dbg_of erin --namespace shop --reason port web-1 net -- ss -tln 2>&1)
  has "$said" 'the cluster refused'
  has "$said" 'resource "pods/portforward"'
  equal "" "$(records node1 port)$(session_named port)"
}

admission_refuses() {
  kube apply -f - <<'YAML'
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: reasons-in-vault}
spec:
  matchConstraints:
    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: vault}}
    resourceRules: [{apiGroups: [dbg.dev], apiVersions: ["*"], operations: [CREATE], resources: [debugsessions]}]
  validations: [{expression: "has(object.spec.reason) && object.spec.reason.startsWith('INC-')", message: "no ticket, no look"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: reasons-in-vault}
spec: {policyName: reasons-in-vault, validationActions: [Deny]}
YAML
  soon ticket_is_asked_for
  has "$(dbg_of alice --namespace vault --reason INC-7 safe net -- ss -tln)" :3000
  has "$(records node1 INC-7 intent)" '"vault/safe/app"'
  kube delete validatingadmissionpolicy,validatingadmissionpolicybinding reasons-in-vault
}

ticket_is_asked_for() {
  local said
  said=$(exits 126 dbg_of alice --namespace vault safe net -- ss -tln 2>&1)
  has "$said" 'no ticket, no look'
}

node_refuses_user() {
  exits 126 dbg_of bob --namespace shop --reason no-rule web-1 net -- ss -tln
  has "$(records node1 no-rule denied)" '"kube:bob"'
}

node_refuses_tool() {
  exits 126 dbg_of alice --namespace shop --reason no-tool web-1 net -- netstat -tln
  has "$(records node1 no-tool denied)" '"kube:alice"'
  exits 126 dbg_of alice --namespace shop web-1 net -- ss -K
}

everybody_is_nobody() {
  exits 126 dbg_of alice --namespace shop --reason everybody web-1 uts -- hostname
  has "$(records node1 everybody denied)" '"kube:alice"'
}

# The namespace takes no other pods.
restricted_is_seen() {
  local said before words
  kube create namespace strict
  kube label namespace strict pod-security.kubernetes.io/enforce=restricted
  kube create rolebinding dbg-sre --namespace strict --clusterrole=dbg-user --group=sre
  said=$(exits 1 pod_make strict any node1 2>&1)
  has "$said" 'violates PodSecurity "restricted'
  pod_make strict web node1 "" "securityContext: {runAsNonRoot: true, runAsUser: 65532, allowPrivilegeEscalation: false,
    capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}"
  kube wait --for=condition=Ready --namespace strict pod/web --timeout=60s
  before=$(restricted_pod)
  equal "$(as_nsenter node1 strict web --net -- ss -tln)" "$(dbg_of alice --namespace strict --reason strict web net -- ss -tln)"
  has "$(records node1 strict intent)" '"strict/web/app"'
  words=$(dbg_of alice --namespace strict web mnt -- ls -A /)
  has "$words" act
  equal "$(as_nsenter node1 strict web --net --wd -- ls -A | sort)" "$(sort <<<"$words")"
  # The pod has neither a shell nor tools, and the debuggers that Kubernetes adds are refused there.
  equal "$(as_nsenter node1 strict web --net -- ss -tln && as_nsenter node1 strict web --net --wd -- ls -A etc)" \
    "$(printf '%s\n' 'ss -tln' 'ls -A /etc' | dbg_of alice --namespace strict shell web)"
  said=$(exits 1 kube debug --namespace strict web --image localhost/dbg-test/act:1 --profile=sysadmin -- /act wait 2>&1)
  has "$said" 'violates PodSecurity "restricted'
  equal "$before" "$(restricted_pod)"
}

# restricted_pod: prints what the API server and the node have of the pod.
restricted_pod() {
  pod_is strict web .metadata.resourceVersion
  pod_is strict web .spec
  inside node1 grep -E '^(Cap|Seccomp|NoNewPrivs|Uid)' "/proc/$(container_pid node1 strict web)/status"
}
