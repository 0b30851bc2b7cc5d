# shellcheck shell=bash
# The agent is believed in what it says for whom it asks, and in nothing else; and it believes the API server only while
# that enforces what the release says.

: "${work:?}" "${checkout:?}"

test_agents() {
  check "what the agent says truly of a user is believed" true_word_is_believed
  check "an agent that says another pod's uid is refused" other_uid_is_refused
  check "an agent whose line is not the object's is refused" other_words_are_refused
  check "an agent whose reason is not the object's is refused" other_reason_is_refused
  check "an agent that does not say for whom it asks is refused" silent_agent_is_refused
  check "a process of the agent's user's number that is not in dbg's pod is refused, and it is recorded" other_pod_is_refused
  check "no process of that number lets another one of it into the pod" nobody_is_let_in
  check "any other user who says for whom it asks is refused, root too, and it is recorded" others_are_not_believed
  check "a session that was made while the API server stamped nothing is refused, at once and when it stamps again" \
    unstamped_is_refused
  local kind
  for kind in validatingadmissionpolicy validatingadmissionpolicybinding; do
    check "while a $kind is deleted, every session is refused" deleted_closes "$kind" dbg-session
    check "also while it is that of the sessions' status" deleted_closes "$kind" dbg-session-status
  done
  check "while a policy enforces less, every session is refused" changed_closes validatingadmissionpolicy dbg-session \
    '[{"op": "replace", "path": "/spec/validations/0/expression", "value": "true"}]'
  check "while a policy is not for all namespaces, every session is refused" changed_closes validatingadmissionpolicy dbg-session \
    '[{"op": "add", "path": "/spec/matchConstraints/namespaceSelector", "value": {"matchLabels": {"a": "b"}}}]'
  check "while a policy's failure lets pass, every session is refused" changed_closes validatingadmissionpolicy \
    dbg-session-status '[{"op": "replace", "path": "/spec/failurePolicy", "value": "Ignore"}]'
  check "while a binding only warns, every session is refused" changed_closes validatingadmissionpolicybinding dbg-session \
    '[{"op": "replace", "path": "/spec/validationActions", "value": ["Warn"]}]'
  check "an API server without ValidatingAdmissionPolicy takes a lie, and the agents refuse every session" \
    unenforced_closes "ValidatingAdmissionPolicy$(! stamps || echo ,MutatingAdmissionPolicy)"
  check "where an agent may not try whether a lie is refused, it refuses every session" untried_closes
  check "an agent gets no session of its own, neither by a lie nor by the truth" agent_makes_nothing
}

# number NUMBER, text TEXT, list TEXT...: parts of a packet of dbg-protocol(7).
number() {
  printf '%08x' "$1" | xxd -r -p
}

text() {
  local LC_ALL=C
  number "${#1}"
  printf %s "$1"
}

list() {
  number $#
  local one
  for one in "$@"; do
    text "$one"
  done
}

# behalf POD-UID REASON WORD...: the packet with which the agent on node1 says that alice asks for this line.
behalf() {
  printf '\x04\x03'
  text alice
  text ""
  list sre system:authenticated
  text shop
  text web-1
  text "$1"
  text web-1-by-hand
  text 00000000-0000-0000-0000-000000000001
  text node1
  text "$(agent_of node1)"
  text "$2"
  list team=shop
  list "${@:3}"
}

# says_for USER-ID WORD...: dbg with these words on node1 as that user, who says first what is on standard input; in the
# agent's IPC namespace, or with the variable `elsewhere` in another.
says_for() {
  local pid agent uid=$1
  shift
  cat >"$work/node1/said"
  pid=$(container_pid node1 dbg-system "$(agent_of node1)" dbgd)
  agent=$(container_pid node1 dbg-system "$(agent_of node1)" agent)
  cp "$checkout/target/dbg/bin/dbg" "$work/node1/dbg"
  # The user may not see the socket's directory, as it is the pod's.
  cat >"$work/ssh" <<SH
#!/bin/bash
exec nsenter --target $(machine_first node1) --all --wdns=/ -- bash -c '
  exec 3</var/lib/machine/said 4</proc/$pid/root/run/dbg
  [[ ! -s /var/lib/machine/said ]] || export DBG_BEHALF=3
  DBG_SOCKET=/proc/self/fd/4/dbg.sock exec ${elsewhere:-nsenter --ipc --target $agent} setpriv --reuid $uid --regid $uid --clear-groups /var/lib/machine/dbg stdio'
SH
  chmod +x "$work/ssh"
  PATH=$work:$PATH "$checkout/target/dbg/bin/dbg" -H ssh://agent "$@"
}

line=(k8s://shop/web-1/app net -- ss -tln)

true_word_is_believed() {
  equal "$(as_nsenter node1 shop web-1 --net -- ss -tln)" \
    "$(behalf "$(pod_is shop web-1 .metadata.uid)" "" "${line[@]}" | says_for 2000004242 "${line[@]}")"
}

other_uid_is_refused() {
  local said
  said=$(behalf "$(pod_is shop web-2 .metadata.uid)" "" "${line[@]}" | exits 125 says_for 2000004242 "${line[@]}" 2>&1)
  has "$said" "another one than that of debugsession"
  behalf "$(pod_is shop web-1 .metadata.uid)" "" k8s://vault/safe/app "${line[@]:1}" |
    exits 126 says_for 2000004242 k8s://vault/safe/app "${line[@]:1}"
}

other_words_are_refused() {
  behalf "$(pod_is shop web-1 .metadata.uid)" "" "${line[@]}" | exits 126 says_for 2000004242 "${line[@]:0:4}" -tuln
}

other_reason_is_refused() {
  behalf "$(pod_is shop web-1 .metadata.uid)" INC-1 --reason INC-2 "${line[@]}" |
    exits 126 says_for 2000004242 --reason INC-2 "${line[@]}"
}

silent_agent_is_refused() {
  exits 125 says_for 2000004242 "${line[@]}" </dev/null
}

# Who makes a pod chooses the number, and with hostPID reaches the socket.
other_pod_is_refused() {
  local before after said
  before=$(wc -l <"$work/node1/lib/dbg/log/audit.jsonl")
  said=$(behalf "$(pod_is shop web-1 .metadata.uid)" "" "${line[@]}" |
    elsewhere=env exits 125 says_for 2000004242 "${line[@]}" 2>&1)
  has "$said" "only the agent in dbgd's own pod asks for users of the cluster"
  after=$(wc -l <"$work/node1/lib/dbg/log/audit.jsonl")
  said=$(tail -n $((after - before)) "$work/node1/lib/dbg/log/audit.jsonl")
  has "$said" malformed
}

# For longer than the time between two probes, and while a session runs.
nobody_is_let_in() {
  local looks
  # shellcheck disable=SC2016 # for the shell there
  inside node1 setpriv --reuid 2000004242 --regid 2000004242 --clear-groups bash -c '
    while ((SECONDS < 15)); do
      for root in /proc/[0-9]*/root; do
        [[ ! -e $root/run/dbg/dbg.sock ]] || tr "\0" " " <"${root%root}cmdline"
      done
    done' >"$work/let-in" 2>/dev/null &
  looks=$!
  while kill -0 "$looks" 2>/dev/null; do
    sees alice node1 web-1
  done
  wait "$looks"
  equal "" "$(<"$work/let-in")"
}

others_are_not_believed() {
  local uid before after said
  uid=$(pod_is shop web-1 .metadata.uid)
  before=$(wc -l <"$work/node1/lib/dbg/log/audit.jsonl")
  behalf "$uid" "" "${line[@]}" | exits 125 says_for 0 "${line[@]}"
  after=$(wc -l <"$work/node1/lib/dbg/log/audit.jsonl")
  said=$(tail -n $((after - before)) "$work/node1/lib/dbg/log/audit.jsonl")
  has "$said" malformed
}

# The agent has seen just before that all is well.
unstamped_is_refused() {
  local key name
  key=$(key)
  sees alice node1 web-1
  ! stamps || kube delete mutatingadmissionpolicybinding dbg-session
  kube delete validatingadmissionpolicybinding dbg-session
  soon made_as_root "$key"
  name=$(<"$work/made-as-root")
  has "$(begun node1 "$name" "$key")" "dbg-agent 1 refused no session is believed"
  scene_policies
  has "$(begun node1 "$name" "$key")" "dbg-agent 1 refused no session is believed"
  soon sees alice node1 web-1
  has "$(begun node1 "$name" "$key")" "dbg-agent 1 refused "
}

# made_as_root KEY: makes a session of alice's that says it is root's, and writes its name to $work/made-as-root.
made_as_root() {
  local made
  made=$(claimed "$1" | kubectl_of alice create -f - -o jsonpath='{.spec.user.username} {.metadata.name}')
  echo "${made#root }" >"$work/made-as-root"
  [[ $made == root\ * ]]
}

# closed WHY: checks that a session is refused by the agent of either node, and why. Whatever was changed, an agent refuses for
# some seconds: because something was.
closed() {
  local number said
  for number in 1 2; do
    said=$(exits 126 dbg_of alice --namespace shop "web-$number" net -- ss -tln 2>&1)
    has "$said" "the agent on node node$number refused: no session is believed: $1"
  done
}

# plural KIND: as the API server has it in a path.
plural() {
  [[ $1 == *policy ]] && echo "${1%y}ies" || echo "$1s"
}

# deleted_closes KIND NAME
deleted_closes() {
  kube delete "$1" "$2"
  soon closed "the cluster has no $(plural "$1")/$2: kubectl apply it"
  reopened
}

# changed_closes KIND NAME PATCH
changed_closes() {
  kube patch "$1" "$2" --type=json -p "$3"
  soon closed "$(plural "$1")/$2 is not as this version of dbg needs it: kubectl replace it"
  reopened
}

reopened() {
  scene_policies
  soon sees alice node1 web-1
  soon sees alice node2 web-2
}

# unenforced_closes PLUGINS: what was made meanwhile begins nothing later either. The policies are there all the time.
unenforced_closes() {
  local key name
  key=$(key)
  trap 'control_restarts' EXIT
  control_restarts --disable-admission-plugins "$1"
  soon made_as_root "$key"
  name=$(<"$work/made-as-root")
  has "$(begun node1 "$name" "$key")" "dbg-agent 1 refused no session is believed: the API server does not enforce the policy"
  soon closed "the API server does not enforce the policy dbg-session: it accepted"
  trap - EXIT
  control_restarts
  has "$(begun node1 "$name" "$key")" "dbg-agent 1 refused "
  soon sees alice node1 web-1
  soon sees alice node2 web-2
  has "$(begun node1 "$name" "$key")" "dbg-agent 1 refused "
  equal "" "$(kube get "debugsession/$name" --namespace shop -o jsonpath='{.status.phase}')"
}

untried_closes() {
  kube delete role --namespace dbg-system dbg-agent-proof
  soon closed "it is not proved that the API server enforces the policy dbg-session"
  kube create role --namespace dbg-system dbg-agent-proof --verb=create --resource=debugsessions.dbg.dev
  soon sees alice node1 web-1
  soon sees alice node2 web-2
}

# It may create them in dbg-system, so that it can try a lie.
agent_makes_nothing() {
  local pod said object
  kubeconfig agent "$(agent_token node1)"
  pod=$(agent_of node1)
  object=$(session dbg-system "$pod" "$(pod_is dbg-system "$pod" .metadata.uid)" node1 none "k8s://dbg-system/$pod/agent")
  said=$(exits 1 kubectl_of agent create -f - <<<"$object" 2>&1)
  has "$said" "spec.user.username is not who creates the session"
  said=$(says_who agent "$(kube get namespace dbg-system -o json)" pass <<<"$object" | exits 1 kubectl_of agent create -f - 2>&1)
  has "$said" "an agent asks for users, and has no session of its own"
  said=$(session shop web-1 "$(pod_is shop web-1 .metadata.uid)" node1 none k8s://shop/web-1/app |
    exits 1 kubectl_of agent create -f - 2>&1)
  has "$said" 'cannot create resource "debugsessions"'
}
