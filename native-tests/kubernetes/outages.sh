# shellcheck shell=bash
# Parts of the cluster go away while tools run. No tool goes on of which nobody knows, and all works again after it.

: "${work:?}"

test_outages() {
  check "a tool ends when its session's object is deleted" deleted_session_ends
  check "a client that is killed takes its tool with it" killed_client_ends
  check "a tool ends when the API server goes away, and lines work when it is back" api_server_goes_away
  check "an API server that has too much to do puts a session and its end off, and no more" api_server_puts_off
  check "a tool ends when the kubelet is restarted, and lines work after it" kubelet_is_restarted
  check "a tool ends with its pod when its node is drained, and dbg stays on the node" node_is_drained
  check "a tool ends when the agent's pod is deleted, and lines work with the next" agent_is_deleted
  check "a policy that is changed is in force on the nodes without a restart" policy_is_changed
}

# monitors LABEL NODE POD: starts a tool that runs until it is ended.
monitors() {
  started "$1" alice --namespace shop --reason "$1" "$3" net -- ip monitor
  soon phase_is "$1" Running
  soon runs_there "$2" 1
}

# runs_there NODE COUNT: checks how many such tools run on the node.
runs_there() {
  equal "$2" "$(inside "$1" pgrep --count --full '^ip monitor|/ip monitor' || true)"
}

# over LABEL NODE: checks that the line and its tool have ended, and that the node has recorded it.
over() {
  local status
  status=$(status_of "$1")
  ((status != 0))
  soon runs_there "$2" 0
  soon has_record "$2" "$1" result
}

has_record() {
  [[ -n $(records "$@") ]]
}

deleted_session_ends() {
  monitors deleted node1 web-1
  kube delete --namespace shop "$(session_named deleted)"
  over deleted node1
}

killed_client_ends() {
  monitors killed node1 web-1
  kill -KILL "$(client_of killed)"
  soon runs_there node1 0
  soon has_record node1 killed result
}

api_server_goes_away() {
  monitors away node1 web-1
  service_stop control kube-apiserver
  over away node1
  service_start control kube-apiserver
  wait_until 60 api_is_ready
  soon sees alice node1 web-1
  soon sees alice node2 web-2
}

# Of priority and fairness the agents together get one request at a time.
api_server_puts_off() {
  local before never
  kube apply -f - <<'YAML'
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: one}
spec: {type: Limited, limited: {nominalConcurrencyShares: 0, lendablePercent: 0, borrowingLimitPercent: 0, limitResponse: {type: Reject}}}
YAML
  trap 'kube delete flowschema,prioritylevelconfiguration one --ignore-not-found' EXIT
  mkfifo "$work/never"

  put_off
  before=$(were_put_off get)
  started put-off alice --namespace shop --reason put-off web-1 net -- ss -tln
  soon more_were_put_off get "$before"
  let_through
  equal 0 "$(status_of put-off)"
  soon phase_is put-off Ended

  monitors put-off-end node1 web-1
  put_off
  before=$(were_put_off patch)
  kill "$(client_of put-off-end)"
  soon more_were_put_off patch "$before"
  over put-off-end node1
  equal Running "$(kube get --namespace shop "$(session_named put-off-end)" -o jsonpath='{.status.phase}')"
  let_through
  soon phase_is put-off-end Ended
}

# put_off: the API server answers the agents with 429, as a request of theirs never ends, whose body is read from the
# descriptor `never`; until let_through.
put_off() {
  kube apply -f - <<'YAML'
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: one}
spec:
  priorityLevelConfiguration: {name: one}
  matchingPrecedence: 2
  rules:
  - subjects: [{kind: ServiceAccount, serviceAccount: {namespace: dbg-system, name: dbg-agent}}]
    resourceRules: [{verbs: ["*"], apiGroups: ["*"], resources: ["*"], namespaces: ["*"], clusterScope: true}]
YAML
  exec {never}<>"$work/never"
  outside curl --no-progress-meter --cacert "$work/pki/ca.crt" --oauth2-bearer "$(agent_token node1)" --request POST --upload-file . \
    -H 'Content-Type: application/json' 'https://192.0.2.1/apis/dbg.dev/v1alpha1/namespaces/dbg-system/debugsessions?dryRun=All' \
    <"$work/never" {never}>&- &
  soon is_put_off
}

let_through() {
  kube delete flowschema one
  exec {never}>&-
}

is_put_off() {
  local head
  head=$(outside curl --silent --include --cacert "$work/pki/ca.crt" --oauth2-bearer "$(agent_token node1)" \
    https://192.0.2.1/apis/dbg.dev/v1alpha1/namespaces/shop/debugsessions/none)
  has "$head" 'HTTP/2 429'
  has "${head,,}" 'retry-after: '
}

# were_put_off VERB: prints how many requests it has answered so.
were_put_off() {
  grep -F '"code":429' "$work/control/log/audit.jsonl" | grep -cF "\"verb\":\"$1\"" || true
}

more_were_put_off() {
  (($(were_put_off "$1") > $2))
}

kubelet_is_restarted() {
  local before
  before=$(agent_of node1)
  monitors kubelet node1 web-1
  service_restart node1 kubelet
  over kubelet node1
  soon sees alice node1 web-1
  equal "$before" "$(agent_of node1)"
}

node_is_drained() {
  local before
  before=$(agent_of node2)
  monitors drained node2 web-2
  kube drain node2 --ignore-daemonsets --delete-emptydir-data --force
  over drained node2
  equal "$before" "$(agent_of node2)"
  kube uncordon node2
  pod_make shop web-2 node2
  kube wait --for=condition=Ready --namespace shop pod/web-2 --timeout=60s
  soon sees alice node2 web-2
}

agent_is_deleted() {
  monitors gone node1 web-1
  kube delete pod --namespace dbg-system "$(agent_of node1)"
  over gone node1
  kube rollout status --namespace dbg-system daemonset/dbg --timeout=60s
  soon sees alice node1 web-1
}

policy_is_changed() {
  scene_policy | sed 's/"ip", "ls"/"ip", "ls", "netstat"/' >"$work/10-tests.toml"
  exits 126 dbg_of alice --namespace shop web-1 net -- netstat -tln
  config_map dbg-policy "$work/10-tests.toml"
  patience=600 soon dbg_of alice --namespace shop web-1 net -- netstat -tln
}
