# shellcheck shell=bash
# A cluster that fills in nothing, as before 1.36: the client says who asks, and the API server compares.

: "${work:?}" "${checkout:?}"

test_below() {
  check "without the stamp, as before 1.36, dbg is installed by its overlay" below_installs
  check "who is who they say sees what nsenter shows: a certificate, a ServiceAccount, an impersonated user" below_sees
  check "another name, uid, group, extra or label of the namespace is refused, and one that is missing" below_lies_are_refused
  check "who may ask in a namespace may read its labels, and no other's" below_reads_labels
  check "who says nothing is told what to say" below_nothing_is_refused
  check "a label that the namespace got meanwhile is in the next session" below_labels_change
  check "an API server without ValidatingAdmissionPolicy takes a lie there, and the agents refuse every session" \
    unenforced_closes ValidatingAdmissionPolicy
  ! stamps || check "with the stamp again nobody has to say who they are" below_ends
}

below_installs() {
  ! stamps || kube delete mutatingadmissionpolicy,mutatingadmissionpolicybinding dbg-session
  kube apply -k "$checkout/src/kubernetes/overlays/before-1.36"
  scene_configures
  soon below_nothing_is_refused
}

below_sees() {
  sees alice node1 web-1 --reason below-certificate
  sees robot node2 web-2 --reason below-account
  sees carol node1 web-1 --as alice --as-group sre --reason below-impersonated
  has "$(records node1 below-certificate intent)" '"kube:alice"'
  has "$(records node1 below-certificate intent)" '"kube:dns-ops"'
  has "$(records node2 below-account intent)" '"kube:system:serviceaccount:shop:robot"'
  has "$(records node1 below-impersonated intent)" '"kube:alice"'
  has "$(records node1 below-impersonated intent)" '"kube:sre"'
}

# honest USER [CHANGE]: prints an object of a line in shop that says what the API server says of that user, changed by a
# statement of Python's about its `user` and `labels`.
honest() {
  session shop web-1 "$(pod_is shop web-1 .metadata.uid)" node1 none k8s://shop/web-1/app net -- ss -tln |
    says_who "$1" "$(kubectl_of "$1" get namespace shop -o json)" "${2:-pass}"
}

# says_who USER NAMESPACE CHANGE: the object on standard input with that; NAMESPACE is the namespace's, in JSON.
says_who() {
  local who
  who=$(kubectl_of "$1" auth whoami -o json)
  kube create --dry-run=client -o json -f - | python3 -c '
import json, sys
made = json.load(sys.stdin)
user, labels = json.loads(sys.argv[1])["status"]["userInfo"], json.loads(sys.argv[2])["metadata"]["labels"]
exec(sys.argv[3])
made["spec"].update(user=user, namespaceLabels=labels)
json.dump(made, sys.stdout)' "$who" "$2" "$3"
}

# lie USER FIELD CHANGE: it is refused for that field, which is what the object says for the user otherwise.
lie() {
  local said
  said=$(honest "$1" "$3" | exits 1 kubectl_of "$1" create -f - 2>&1)
  has "$said" "ValidatingAdmissionPolicy 'dbg-session'"
  has "$said" "spec.$2 "
}

below_lies_are_refused() {
  honest alice | kubectl_of alice create -f -
  honest robot | kubectl_of robot create -f -
  lie alice user.username 'user["username"] = "root"'
  lie alice user.username 'user["username"] = "Alice"'
  lie alice user.username 'del user["username"]'
  lie alice user.uid 'user["uid"] = "0"'
  lie robot user.uid 'user["uid"] = user["uid"].upper()'
  lie robot user.uid 'del user["uid"]'
  lie alice user.groups 'user["groups"].append("system:masters")'
  lie alice user.groups 'user["groups"].reverse()'
  lie alice user.groups 'user["groups"].pop()'
  lie alice user.groups 'user["groups"][0] += " "'
  lie alice user.groups 'del user["groups"]'
  lie robot user.extra 'user["extra"].popitem()'
  lie robot user.extra 'del user["extra"]'
  lie robot user.extra 'user["extra"]["scopes"] = ["all"]'
  lie alice user.extra 'user["extra"] = dict(user.get("extra", {}), scopes=["all"])'
  lie alice namespaceLabels 'labels["team"] = "vault"'
  lie alice namespaceLabels 'labels["env"] = "test"'
  lie alice namespaceLabels 'del labels["team"]'
  lie alice namespaceLabels 'labels.clear()'
  lie robot user.username 'user["username"] = "system:serviceaccount:vault:robot"'
}

below_reads_labels() {
  kubectl_of bob get namespace shop
  exits 1 kubectl_of bob get namespace vault
  exits 1 kubectl_of bob get namespaces
}

below_nothing_is_refused() {
  local said
  said=$(session shop web-1 "$(pod_is shop web-1 .metadata.uid)" node1 none k8s://shop/web-1/app net -- ss -tln |
    exits 1 kubectl_of alice create -f - 2>&1)
  has "$said" 'spec.user.username is not who creates the session: say what'
}

below_labels_change() {
  kube label namespace shop season=autumn
  sees alice node1 web-1 --reason below-label
  equal autumn "$(kube get --namespace shop "$(session_named below-label)" -o jsonpath='{.spec.namespaceLabels.season}')"
  kube label namespace shop season-
}

below_ends() {
  kube apply -k "$checkout/src/kubernetes/base"
  scene_configures
  soon claim_is_replaced
  sees alice node1 web-1 --reason above
}
