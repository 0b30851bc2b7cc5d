# shellcheck shell=bash
# Many at once, what a session costs, and the logs after all of it.

: "${work:?}"

test_load() {
  check "200 sessions at once: each shows what nsenter shows, and each is recorded" many_at_once
  check "nothing of them is left on the nodes" nothing_is_left
  note "a session of kubectl dbg: $(median dbg_of alice --namespace shop web-1 net -- ss -tln)"
  note "kubectl exec of a static program that exits: $(median kubectl_of admin exec --namespace shop web-1 -- /act exit 0)"
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

# median COMMAND...: prints the median of eleven runs.
median() {
  local begun
  for _ in {1..11}; do
    begun=${EPOCHREALTIME/./}
    "$@" >/dev/null
    echo $(((${EPOCHREALTIME/./} - begun) / 1000))
  done | sort -n | sed -n '6s/$/ ms/p'
}

logs_are_intact() {
  local node
  for node in node1 node2; do
    has "$(kube exec --namespace dbg-system "$(agent_of "$node")" --container dbgd -- dbg audit verify)" 'intact: '
  done
}
