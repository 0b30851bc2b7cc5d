# shellcheck shell=bash
# Sessions: as a user types them, by hand, and what became of them.

: "${work:?}" "${checkout:?}"

# dbg_of USER WORD...: `kubectl dbg`, which is dbg's client under another name.
dbg_of() {
  outside env KUBECONFIG="$work/$1.kubeconfig" PATH="$work/plugins:$PATH" kubectl dbg "${@:2}"
}

# started LABEL USER WORD...: starts the same in the background, with its output in $work/LABEL.out and LABEL.err.
# `status_of LABEL` waits for its end and prints its status.
started() {
  local label=$1
  shift
  rm -f "$work/$label.status"
  {
    local status=0
    dbg_of "$@" >"$work/$label.out" 2>"$work/$label.err" </dev/null &
    echo $! >"$work/$label.pid"
    wait $! || status=$?
    echo "$status" >"$work/$label.status"
  } &
}

# client_of LABEL: prints the client's pid.
client_of() {
  local shell
  shell=$(<"$work/$1.pid")
  tr -d ' ' <"/proc/$shell/task/$shell/children"
}

status_of() {
  wait_until 60 test -s "$work/$1.status" && cat "$work/$1.status"
}

# as_nsenter NODE NAMESPACE POD WORD...: what root sees there with nsenter, whose first words name namespaces.
as_nsenter() {
  local node=$1 pid
  pid=$(container_pid "$1" "$2" "$3")
  inside "$node" nsenter --target "$pid" "${@:4}"
}

# container_pid NODE NAMESPACE POD [CONTAINER]: prints the pid that its container, `app`, has on the node.
container_pid() {
  local id
  id=$(pod_is "$2" "$3" ".status.containerStatuses[?(@.name=='${4:-app}')].containerID")
  if [[ $id == cri-o://* ]]; then
    inside "$1" cat "/run/containers/storage/overlay-containers/${id##*/}/userdata/pidfile"
  else
    inside "$1" ctr --namespace k8s.io tasks list | awk -v id="${id##*/}" '$1 == id { print $2 }'
  fi
}

# agent_of NODE: prints the name of dbg's pod there.
agent_of() {
  kube get pods --namespace dbg-system --selector app=dbg --field-selector "spec.nodeName=$1" -o jsonpath='{.items[0].metadata.name}'
}

# records NODE REASON [EVENT]: prints the node's records of the lines with that reason.
records() {
  local log=$work/$1/lib/dbg/log/audit.jsonl
  grep -F "\"reason\":\"$2\"" "$log" | grep -o '"session":"[^"]*"' | sort -u | grep -F -f - "$log" |
    grep -F "\"event\":\"${3:-}" || true
}

# soon FUNCTION...: repeats it until it succeeds, as `eventually` does; any failure ends a try, and the last try is printed.
soon() {
  local tries said status
  for ((tries = 0; tries < ${patience:-600}; tries++)); do
    set +e
    said=$(set -e; "$@" 2>&1)
    status=$?
    set -e
    ((status != 0)) || return 0
    sleep 0.2
  done
  printf 'never succeeded: %s\n%s\n' "$*" "$said"
  return 1
}

# session NAMESPACE POD UID NODE KEY WORD...: prints an object for a line, as the plugin makes one, with the variable `reason`.
session() {
  local namespace=$1 pod=$2 uid=$3 node=$4 key=$5 words
  shift 5
  words=$(printf "'%s', " "$@")
  cat <<YAML
apiVersion: dbg.dev/v1alpha1
kind: DebugSession
metadata:
  generateName: $pod-$(head -c 8 /dev/urandom | xxd -p)-
  namespace: $namespace
  ownerReferences: [{apiVersion: v1, kind: Pod, name: $pod, uid: $uid}]
spec:
  pod: $pod
  podUID: $uid
  nodeName: $node
  keyHash: $(printf %s "$key" | sha256sum | cut -c -64)
  command: [${words%, }]
  reason: "${reason:-}"
YAML
}

# key: prints a new one.
key() {
  head -c 32 /dev/urandom | xxd -p -c 64
}

# created USER: creates the object on standard input as that user, and prints its name.
created() {
  if stamps; then
    kubectl_of "$1" create -f - -o jsonpath='{.metadata.name}'
  else
    local object
    object=$(</dev/stdin)
    says_who "$1" "$(kube get namespace "$(sed -n 's/^  namespace: //p' <<<"$object")" -o json)" pass <<<"$object" |
      kubectl_of "$1" create -f - -o jsonpath='{.metadata.name}'
  fi
}

# to_agent NODE LINE: says the line to the node's agent, as whoever reaches its port, and prints its answer.
to_agent() {
  # shellcheck disable=SC2016 # for the shell there
  beside_agent "$1" bash -c '
    exec 3<>/dev/tcp/127.0.0.1/4242
    printf "%s\n" "$1" >&3
    read -r -t 30 said <&3 && echo "$said"' - "$2"
}

# by_hand NODE LINE WORD...: dbg with these words, whose frames go to the node's agent after the line.
by_hand() {
  # shellcheck disable=SC2016 # for the shell there
  cat >"$work/ssh" <<SH
#!/bin/bash
$(declare -p work)
$(declare -f beside_agent inside container_pid agent_of pod_is kube kubectl_of outside machine_first process_pid process_birth)
beside_agent ${1@Q} bash -c '
  exec 3<>/dev/tcp/127.0.0.1/4242
  printf "%s\n" "\$1" >&3
  read -r -t 30 said <&3
  [[ \$said == "dbg-agent 1 ok" ]] || { echo "\$said" >&2; exit 255; }
  cat <&3 &
  cat >&3
  wait' - ${2@Q}
SH
  chmod +x "$work/ssh"
  PATH=$work:$PATH "$checkout/target/dbg/bin/dbg" -H ssh://agent "${@:3}"
}

# beside_agent NODE COMMAND...: runs a command in the network of the node's agent.
beside_agent() {
  local node=$1 pid
  pid=$(container_pid "$node" dbg-system "$(agent_of "$node")" agent)
  shift
  inside "$node" nsenter --target "$pid" --net -- "$@"
}
