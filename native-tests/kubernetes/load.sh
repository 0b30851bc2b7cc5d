# shellcheck shell=bash
# Many at once, what a session costs, and the logs after all of it.

: "${work:?}"

test_load() {
  check "200 sessions at once: each shows what nsenter shows, and each is recorded" many_at_once
  check "nothing of them is left on the nodes" nothing_is_left
  check "a session and kubectl exec in turn" in_turn
  note "kubectl exec of a static program that exits: $(median_of by_exec) ms"
  note "a session of kubectl dbg: $(median_of by_kubectl) ms"
  note "of kubectl-dbg, so that no kubectl looks for the plugin: $(median_of by_plugin) ms"
  check "the logs of both nodes are intact" logs_are_intact
}

many_at_once() {
  local wanted number status=0 begun=${EPOCHREALTIME/./}
  local pids=()
  mkdir "$work/many"
  for ((number = 0; number < 200; number++)); do
    dbg_of alice --namespace shop --reason many "web-$((number % 2 + 1))" net -- ss -tlnH >"$work/many/$number" 2>&1 </dev/null &
    pids+=($!)
  done
  for number in "${pids[@]}"; do
    wait "$number" || status=1
  done
  echo "$(((${EPOCHREALTIME/./} - begun) / 1000)) ms"
  wanted=$(as_nsenter node1 shop web-1 --net -- ss -tlnH)
  equal "200 $wanted" "$(sort "$work"/many/* | uniq -c | xargs -0 printf %s | sed 's/^ *//')"
  ((status == 0))
  equal 100 "$(records node1 many result | wc -l)"
  equal 100 "$(records node2 many result | wc -l)"
}

nothing_is_left() {
  local node
  for node in node1 node2; do
    soon no_process "$node" 'dbg stdio'
    soon no_process "$node" 'ss -tlnH'
  done
}

no_process() {
  ! inside "$1" pgrep --full --list-full "$2"
}

# What else the machine does slows all three down alike.
in_turn() {
  local line round
  mkdir "$work/turns"
  for round in {0..21}; do
    for line in by_exec by_kubectl by_plugin; do
      timed "$line" >>"$work/turns/$line.$((round > 0))"
    done
  done
}

by_exec() {
  kubectl_of admin exec --namespace shop web-1 -- /act exit 0
}

by_kubectl() {
  dbg_of alice --namespace shop web-1 net -- ss -tln
}

by_plugin() {
  outside env KUBECONFIG="$work/alice.kubeconfig" "$work/plugins/kubectl-dbg" --namespace shop web-1 net -- ss -tln
}

# timed COMMAND: prints how many milliseconds it takes.
timed() {
  local begun=${EPOCHREALTIME/./}
  "$1" >/dev/null
  echo $(((${EPOCHREALTIME/./} - begun) / 1000))
}

# median_of COMMAND: prints the median of 21; the first round is not counted.
median_of() {
  sort -n "$work/turns/$1.1" | sed -n 11p
}

logs_are_intact() {
  local node
  for node in node1 node2; do
    has "$(kube exec --namespace dbg-system "$(agent_of "$node")" --container dbgd -- dbg audit verify)" 'intact: '
  done
}
