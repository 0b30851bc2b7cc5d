# shellcheck shell=bash
# The session's object: it begins one line, once, on one node, and nobody but that node's agent says what became of it.

: "${work:?}"

test_objects() {
  local uid old name
  uid=$(pod_is shop web-1 .metadata.uid)
  old=$(key)
  # Looked at when it is more than a minute old.
  name=$(session shop web-1 "$uid" node1 "$old" k8s://shop/web-1/app net -- ss -tln | created alice)

  check "a line by hand is that of the object, if it is the same" by_hand_works
  check "an object does not change" object_does_not_change
  check "a session begins once: the same name and key again are refused" replay_is_refused
  check "of two at once with one key one begins" one_of_two_begins
  check "a wrong key, an unknown session and no line are refused alike" wrong_keys_are_refused
  check "the agent of another node refuses the session" other_agent_refuses
  check "a line that is not the object's is refused by the node" other_line_is_refused
  check "nobody but the agent of its node says what became of a session: not the administrator" status_of_administrator
  check "nor the agent of another node" status_of_other_agent
  check "a session does not run backwards" status_goes_forward
  check "a user ends their own session, another only with the right to kill" others_cannot_end_it
  check "the cluster's controllers remove sessions with their pod and with their namespace" controllers_remove
  check "an agent lists no sessions, and reads no pods and no secrets" agent_reads_nothing
  check "a pod that was made again under the same name is not the one that was asked for" pod_made_again
  check "a session that is older than a minute does not begin" old_session_is_refused "$name" "$old"
}

# begun NODE NAME KEY: prints what the node's agent says to who begins the session in shop.
begun() {
  to_agent "$1" "dbg-session 1 shop $2 $3"
}

# made KEY [WORD...]: creates alice's session for web-1, and prints its name.
made() {
  local key=$1
  shift
  session shop web-1 "$(pod_is shop web-1 .metadata.uid)" node1 "$key" "${@:-k8s://shop/web-1/app}" | created alice
}

by_hand_works() {
  local key name
  key=$(key)
  name=$(made "$key" k8s://shop/web-1/app net -- ss -tln)
  equal "$(as_nsenter node1 shop web-1 --net -- ss -tln)" \
    "$(by_hand node1 "dbg-session 1 shop $name $key" k8s://shop/web-1/app net -- ss -tln)"
}

object_does_not_change() {
  local name said
  name=$(made "$(key)")
  said=$(exits 1 kube patch debugsession --namespace shop "$name" --type=merge -p '{"spec": {"pod": "web-2"}}' 2>&1)
  has "$said" "a session's spec does not change"
}

others_cannot_end_it() {
  local name said
  name=$(made "$(key)")
  said=$(exits 1 kubectl_of bob delete debugsession --namespace shop "$name" 2>&1)
  has "$said" "the session is another user's: whoever has dbg-killer"
  exits 1 kubectl_of bob auth can-i kill debugsessions --namespace shop
  kubectl_of alice delete debugsession --namespace shop "$name"
  name=$(made "$(key)")
  kubectl_of kim auth can-i kill debugsessions --namespace shop
  kubectl_of kim delete debugsession --namespace shop "$name"
}

# session_in NAMESPACE POD: creates alice's session there, and prints its name.
session_in() {
  session "$1" "$2" "$(pod_is "$1" "$2" .metadata.uid)" node1 "$(key)" "k8s://$1/$2/app" | created alice
}

controllers_remove() {
  local name
  kube create namespace brief
  kube create rolebinding dbg-sre --namespace brief --clusterrole=dbg-user --group=sre
  pod_make brief one node1
  pod_make brief two node1
  name=$(session_in brief one)
  session_in brief two
  kube delete pod --namespace brief one --now
  kube wait --for=delete --namespace brief "debugsession/$name" --timeout=60s
  kube delete namespace brief --timeout=120s
}

replay_is_refused() {
  local key name
  key=$(key)
  name=$(made "$key")
  equal "dbg-agent 1 ok" "$(begun node1 "$name" "$key")"
  has "$(begun node1 "$name" "$key")" "dbg-agent 1 refused "
}

one_of_two_begins() {
  local key name said
  key=$(key)
  name=$(made "$key")
  said=$(
    for _ in 1 2 3 4; do
      begun node1 "$name" "$key" &
    done
    wait
  )
  equal 1 "$(grep -c 'dbg-agent 1 ok' <<<"$said")"
  equal 3 "$(grep -c 'dbg-agent 1 refused' <<<"$said")"
}

wrong_keys_are_refused() {
  local key name
  key=$(key)
  name=$(made "$key")
  has "$(begun node1 "$name" "$(key)")" "dbg-agent 1 refused "
  has "$(begun node1 "$name-0" "$key")" "dbg-agent 1 refused "
  has "$(to_agent node1 "GET / HTTP/1.1")" "dbg-agent 1 refused "
  equal "dbg-agent 1 ok" "$(begun node1 "$name" "$key")"
}

other_agent_refuses() {
  local key name
  key=$(key)
  name=$(made "$key")
  has "$(begun node2 "$name" "$key")" "dbg-agent 1 refused "
  equal "dbg-agent 1 ok" "$(begun node1 "$name" "$key")"
}

other_line_is_refused() {
  local key name
  key=$(key)
  name=$(made "$key" k8s://shop/web-1/app net -- ss -tln)
  exits 126 by_hand node1 "dbg-session 1 shop $name $key" k8s://shop/web-1/app net -- ss -tuln
}

# status_set NAME PHASE CURL-OPTION...: prints what the API server answers to who sets the status of a session in shop.
status_set() {
  local ended=
  [[ $2 != Ended ]] || ended=', "endedAt": "2026-01-01T00:00:01Z"'
  outside curl --silent --cacert "$work/pki/ca.crt" "${@:3}" -X PATCH -H 'Content-Type: application/merge-patch+json' \
    -d "{\"status\": {\"phase\": \"$2\", \"agent\": \"dbg-1\", \"startedAt\": \"2026-01-01T00:00:00Z\"$ended}}" \
    "https://192.0.2.1/apis/dbg.dev/v1alpha1/namespaces/shop/debugsessions/$1/status"
}

status_of_administrator() {
  has "$(status_set "$(made "$(key)")" Running --cert "$work/pki/admin.crt" --key "$work/pki/admin.key")" \
    "only the agent of the session's own node"
}

# agent_token NODE: prints a token that the node's agent could have.
agent_token() {
  local pod
  pod=$(agent_of "$1")
  kube create token dbg-agent --namespace dbg-system --bound-object-kind Pod --bound-object-name "$pod" \
    --bound-object-uid "$(pod_is dbg-system "$pod" .metadata.uid)"
}

status_of_other_agent() {
  local name
  name=$(made "$(key)")
  has "$(status_set "$name" Running --oauth2-bearer "$(agent_token node2)")" "only the agent of the session's own node"
  has "$(status_set "$name" Running --oauth2-bearer "$(kube create token dbg-agent --namespace dbg-system)")" \
    "only the agent of the session's own node"
  has "$(status_set "$name" Running --oauth2-bearer "$(agent_token node1)")" '"phase": "Running"'
}

status_goes_forward() {
  local name token
  name=$(made "$(key)")
  token=$(agent_token node1)
  has "$(status_set "$name" Ended --oauth2-bearer "$token")" 'goes from none to Running'
  has "$(status_set "$name" Running --oauth2-bearer "$token")" '"phase": "Running"'
  has "$(status_set "$name" Running --oauth2-bearer "$token")" 'each once'
  has "$(status_set "$name" Ended --oauth2-bearer "$token")" '"phase": "Ended"'
  has "$(status_set "$name" Running --oauth2-bearer "$token")" 'each once'
}

agent_reads_nothing() {
  local what
  kubeconfig agent "$(agent_token node1)"
  for what in debugsessions pods secrets configmaps nodes; do
    exits 1 kubectl_of agent get "$what" --namespace shop
  done
  exits 1 kubectl_of agent get secrets --namespace dbg-system
  kubectl_of agent get debugsession --namespace shop "$(made "$(key)")"
}

# The garbage collector would remove the object of the pod that is gone.
pod_made_again() {
  local key name before
  pod_make shop again node1
  kube wait --for=condition=Ready --namespace shop pod/again --timeout=60s
  before=$(pod_is shop again .metadata.uid)
  service_stop control kube-controller-manager
  trap 'service_start control kube-controller-manager' EXIT
  kube delete pod --namespace shop again --now
  pod_make shop again node1
  kube wait --for=condition=Ready --namespace shop pod/again --timeout=60s
  key=$(key)
  name=$(reason=made-again session shop again "$before" node1 "$key" --reason made-again k8s://shop/again/app net -- ss -tln |
    created alice)
  exits 125 by_hand node1 "dbg-session 1 shop $name $key" --reason made-again k8s://shop/again/app net -- ss -tln
  [[ -n $(records node1 made-again denied) ]]
  equal "" "$(records node1 made-again result)"
  has "$(dbg_of alice --namespace shop again net -- ss -tln)" :3000
}

# old_session_is_refused NAME KEY
old_session_is_refused() {
  local made
  made=$(date +%s -d "$(kube get debugsession --namespace shop "$1" -o jsonpath='{.metadata.creationTimestamp}')")
  while (($(date +%s) - made <= 62)); do
    sleep 1
  done
  has "$(begun node1 "$1" "$2")" "dbg-agent 1 refused "
}
