# shellcheck shell=bash
# How far each node's log has come is kept by the API server, where whoever is root on the node cannot take it back.

: "${work:?}" "${checkout:?}"

test_heads() {
  check "each node's head is in the cluster, and is its log's newest seal" heads_are_there
  check "a head grows when sessions have run" head_grows
  check "what the cluster keeps is what the logs of both nodes are verified with" logs_are_verified
  check "nobody raises a node's head but its own dbg-deliver, and that takes nothing back" only_the_node_raises
  check "nobody has a node's head deleted or kept by what else an object can have, and it is deleted as any" head_is_nothing_else
  check "the token of dbg-deliver is good for nothing else" deliver_reads_nothing
  check "dbg-deliver has no capability, and reads neither keys nor recordings" deliver_is_confined
  check "what dbg-deliver writes is out of reach of the node's users" deliver_leaves_nothing
  check "dbg-deliver ends when the keys are no longer covered, and the next one has them covered" keys_stay_covered
  check "a head grows with the next dbg-deliver, also when the positions are lost" deliver_is_restarted
  check "what was sealed while the API server was away is told when it is back" api_server_is_back
  check "a log that was cut, with the keys of then, is found out, and dbg-deliver says so" cut_is_found
}

# deliver_of NODE: prints the name of the node's pod of dbg-deliver.
deliver_of() {
  kube get pods --namespace dbg-system --selector app=dbg-deliver --field-selector "spec.nodeName=$1" \
    -o jsonpath='{.items[0].metadata.name}'
}

# head_of NODE: prints the number and hash of its head.
head_of() {
  kube get debugloghead "$1" -o jsonpath='{.spec.seq}:{.spec.hash}'
}

# head_is_of_log NODE: checks that its head is that of the last seal in its log.
head_is_of_log() {
  local sealed head
  sealed=$(grep -F '"event":"seal"' "$work/$1/lib/dbg/log/audit.jsonl" | tail -n 1)
  # Without a head nothing would be printed, and every text contains nothing.
  head=$(kube get debugloghead "$1" -o jsonpath='"seq":{.spec.seq},"hash":"{.spec.hash}"') || return 1
  has "$sealed" "$head"
}

# is_beyond NODE SEQ
is_beyond() {
  local head
  head=$(head_of "$1")
  ((${head%%:*} > $2)) || {
    echo "$head"
    return 1
  }
}

heads_are_there() {
  local node
  for node in node1 node2; do
    soon sees alice "$node" "web-${node#node}"
    soon head_is_of_log "$node"
    has "$(tail -n 1 "$work/$node/lib/dbg/log/audit.jsonl")" "\"name\":\"$node\""
  done
}

head_grows() {
  local before
  before=$(head_of node1)
  sees alice node1 web-1
  soon is_beyond node1 "${before%%:*}"
  soon head_is_of_log node1
}

# verified STATUS: prints what the logs of both nodes are, by the heads that the cluster has.
verified() {
  local node logs=$work/fleet
  rm -rf "$logs"
  mkdir "$logs"
  # First the heads: what a log has then, its copy has too.
  kube get debugloghead -o json >"$logs.heads"
  for node in node1 node2; do
    kube exec --namespace dbg-system "$(agent_of "$node")" --container dbgd -- tar -C /var/lib/dbg/log -c . >"$work/$node.tar"
    mkdir "$logs/$node"
    tar -x -C "$logs/$node" -f "$work/$node.tar"
  done
  cat "$logs"/node*/verify.key >"$logs.keys"
  exits "$1" "$checkout/target/dbg/sbin/dbgd" verify "$logs"/node1 "$logs"/node2 --key "$logs.keys" --heads "$logs.heads"
}

logs_are_verified() {
  local said node
  said=$(verified 0)
  echo "$said"
  for node in node1 node2; do
    [[ $said =~ (^|$'\n')$node\ +intact\  ]]
  done
}

# head_patch NODE PATCH TOKEN: prints what the API server answers.
head_patch() {
  outside curl --silent --cacert "$work/pki/ca.crt" --oauth2-bearer "$3" -X PATCH \
    -H 'Content-Type: application/merge-patch+json' -d "$2" "https://192.0.2.1/apis/dbg.dev/v1alpha1/debuglogheads/$1"
}

# head_set NODE SEQ TOKEN: prints what the API server answers to who raises the node's head with this token.
head_set() {
  head_patch "$1" "{\"spec\": {\"epoch\": $2, \"seq\": $2, \"hash\": \"$(printf 'f%.0s' {1..64})\"}}" "$3"
}

# deliver_token NODE: prints a token that the node's dbg-deliver could have.
deliver_token() {
  local pod
  pod=$(deliver_of "$1")
  kube create token dbg-deliver --namespace dbg-system --bound-object-kind Pod --bound-object-name "$pod" \
    --bound-object-uid "$(pod_is dbg-system "$pod" .metadata.uid)"
}

only_the_node_raises() {
  local before refused="a node's own dbg-deliver alone"
  before=$(head_of node1)
  has "$(head_set node1 9000000 "$(deliver_token node2)")" "$refused"
  has "$(head_set node1 9000000 "$(kube create token dbg-deliver --namespace dbg-system)")" "$refused"
  has "$(head_set node1 9000000 "$(agent_token node1)")" 'cannot patch resource'
  says 1 "$refused" kube patch debugloghead node1 --type=merge -p '{"spec": {"epoch": 9000000, "seq": 9000000}}'
  has "$(head_set node1 0 "$(deliver_token node1)")" "a log only grows"
  has "$(head_set node1 9007199254740992 "$(deliver_token node1)")" 'should be less than or equal to'
  kubeconfig deliver "$(deliver_token node1)"
  says 1 'cannot delete resource' kubectl_of deliver delete debugloghead node1
  is_beyond node1 $((${before%%:*} - 1))
}

head_is_nothing_else() {
  local uid token said what
  uid=$(kube get debugloghead node1 -o jsonpath='{.metadata.uid}')
  token=$(deliver_token node1)
  for what in '"ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": "none", "uid": "0d9a3a3c-5b6f-4c2e-9a55-6f1f4f3f9d11"}]' \
    '"finalizers": ["dbg.dev/stays"]' '"labels": {"x": "y"}' '"annotations": {"x": "y"}'; do
    said=$(head_patch node1 "{\"metadata\": {$what}}" "$token")
    has "$said" "a head is raised, and has no owner, finalizer, label or annotation"
  done
  # As long as the garbage collector takes.
  sleep 5
  equal "$uid" "$(kube get debugloghead node1 -o jsonpath='{.metadata.uid}')"
  # With a finalizer, which the garbage collector takes away.
  kube delete debugloghead node1 --cascade=foreground --timeout=60s
  sees alice node1 web-1
  soon head_is_of_log node1
}

deliver_reads_nothing() {
  local what
  kubeconfig deliver "$(deliver_token node1)"
  for what in debuglogheads debugsessions pods secrets configmaps nodes; do
    exits 1 kubectl_of deliver get "$what" --namespace dbg-system
  done
  exits 1 kubectl_of deliver get debugsession --namespace shop none-such 2>&1 | grep -F 'cannot get resource'
}

deliver_is_confined() {
  local pod
  pod=$(deliver_of node1)
  within_deliver() { kube exec --namespace dbg-system "$pod" --container deliver -- "$@"; }
  equal "$(printf 'CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000')" \
    "$(within_deliver grep -E 'Cap(Prm|Eff|Bnd)' /proc/1/status)"
  keys_are_covered
  kube exec --namespace dbg-system "$(agent_of node1)" --container dbgd -- touch /var/lib/dbg/log/recordings/x
  equal "" "$(within_deliver ls /var/lib/dbg/log/recordings)"
  rm "$work/node1/lib/dbg/log/recordings/x"
  exits 1 within_deliver touch /var/lib/dbg/log/audit.jsonl
  exits 1 within_deliver touch /usr/sbin/x
  # Of the node's processes it sees none.
  has "$(within_deliver cat /proc/1/cmdline | tr '\0' ' ')" deliver
}

keys_are_covered() {
  equal 0 "$(kube exec --namespace dbg-system "$(deliver_of node1)" --container deliver -- cat /var/lib/dbg/log/seal.key | wc -c)"
}

# keys_are_replaced DIRECTORY: the same bytes under the same name, as another file.
keys_are_replaced() {
  cp -a "$1/seal.key" "$1/seal.key.then"
  rm "$1/seal.key"
  mv "$1/seal.key.then" "$1/seal.key"
}

keys_stay_covered() {
  local pod before
  pod=$(deliver_of node1)
  before=$(pod_is dbg-system "$pod" .status.containerStatuses[0].restartCount)
  keys_are_covered
  # dbgd has the file open: it must not write keys that are then in no directory.
  without node1 "$(container_pid node1 dbg-system "$(agent_of node1)" dbgd)" -- keys_are_replaced "$work/node1/lib/dbg/log"
  patience=400 soon was_restarted "$pod" "$before"
  has "$(kube logs --previous --namespace dbg-system "$pod" --container deliver)" "the mounts that hid its keys are gone"
  patience=400 soon keys_are_covered
  patience=400 soon sees alice node1 web-1
  patience=400 soon head_is_of_log node1
}

# was_restarted POD COUNT
was_restarted() {
  (($(pod_is dbg-system "$1" .status.containerStatuses[0].restartCount) > $2))
}

deliver_leaves_nothing() {
  local pod directory=/var/lib/dbg-deliver
  pod=$(deliver_of node1)
  within_deliver() { kube exec --namespace dbg-system "$pod" --container deliver -- "$@"; }
  within_deliver sh -c "cp /bin/true $directory/x && chmod 06755 $directory/x && chmod 0777 $directory $directory/.. || :"
  within_deliver test -u "$directory/x"
  inside node1 test -u "$directory/positions/x"
  equal 700 "$(inside node1 stat -c %a "$directory")"
  exits 126 inside node1 setpriv --reuid=65534 --regid=65534 --clear-groups env "$directory/positions/x" 2>&1
  within_deliver rm "$directory/x"
  within_deliver chmod 0700 "$directory"
}

# deliver_again NODE: another pod of dbg-deliver takes the place of the node's.
deliver_again() {
  kube delete pod --namespace dbg-system "$(deliver_of "$1")"
  patience=300 soon deliver_is_ready "$1"
}

deliver_is_ready() {
  local pod
  pod=$(deliver_of "$1")
  equal true "$(pod_is dbg-system "$pod" .status.containerStatuses[0].ready)"
  equal "" "$(pod_is dbg-system "$pod" .metadata.deletionTimestamp)"
}

deliver_is_restarted() {
  local before
  for _ in kept lost; do
    before=$(head_of node1)
    deliver_again node1
    sees alice node1 web-1
    soon is_beyond node1 "${before%%:*}"
    soon head_is_of_log node1
    kube exec --namespace dbg-system "$(deliver_of node1)" --container deliver -- rm /var/lib/dbg-deliver/cluster.cursor
  done
}

api_server_is_back() {
  local before log=$work/node1/lib/dbg/log/audit.jsonl
  before=$(head_of node1)
  sees alice node1 web-1
  service_stop control kube-apiserver
  wait_until 60 has_sealed "$log"
  service_start control kube-apiserver
  wait_until 60 api_is_ready
  patience=400 soon is_beyond node1 "${before%%:*}"
  soon head_is_of_log node1
}

# has_sealed LOG: checks that nothing in it waits for a seal.
has_sealed() {
  tail -n 1 "$1" | grep -qF '"event":"seal"'
}

# without_dbg NODE COMMAND...: runs a command while neither dbgd nor dbg-deliver runs there.
without_dbg() {
  without "$1" "$(container_pid "$1" dbg-system "$(agent_of "$1")" dbgd)" \
    "$(container_pid "$1" dbg-system "$(deliver_of "$1")" deliver)" -- "${@:2}"
}

# without NODE PID... -- COMMAND...: ends processes of the node, runs a command, and lets the kubelet start what is missing.
without() {
  local node=$1 pid
  local pids=()
  shift
  while [[ $1 != -- ]]; do
    pids+=("$1")
    shift
  done
  service_stop "$node" kubelet
  inside "$node" kill -KILL "${pids[@]}"
  for pid in "${pids[@]}"; do
    wait_until 20 no_such_process "$node" "$pid"
  done
  "${@:2}"
  service_start "$node" kubelet
}

no_such_process() {
  ! inside "$1" test -d "/proc/$2"
}

# log_is_copied FROM TO: what is at TO becomes what is at FROM. Where delivery stood is forgotten.
log_is_copied() {
  rm -rf "$2"
  cp -a "$1" "$2"
  rm -f "$work/node1/lib/dbg-deliver/positions/cluster.cursor"
}

cut_is_found() {
  local log=$work/node1/lib/dbg/log before said
  without_dbg node1 log_is_copied "$log" "$work/log-of-then"
  before=$(head_of node1)
  patience=400 soon sees alice node1 web-1
  patience=400 soon is_beyond node1 "${before%%:*}"
  soon head_is_of_log node1
  before=$(head_of node1)
  without_dbg node1 log_is_copied "$work/log-of-then" "$log"
  patience=600 soon sees alice node1 web-1
  patience=600 soon says_that_it_was_cut
  equal "$before" "$(head_of node1)"
  said=$(verified 1)
  echo "$said"
  has "$said" "node1: truncated: the end: " || has "$said" "node1: forked: "
  [[ $said =~ (^|$'\n')node2\ +intact\  ]]
  # As of a node that is set up anew under its name.
  kube delete debugloghead node1
  patience=400 soon head_is_of_log node1
}

says_that_it_was_cut() {
  has "$(kube logs --namespace dbg-system "$(deliver_of node1)" --container deliver)" "the log was cut or made anew"
}
