# shellcheck shell=bash
# The demo's target: a container without a shell or, where no engine is available, a process in its own
# namespaces. Both functions set `target`, the target that the operator types.

target=

# run_container SOCKET: hardened like a production container. dbg can inspect it all the same.
run_container() {
  local socket=$1 id pid
  id=$(demo_container "$socket" "$demo_name")
  if [[ -z $id && -n $(engine "$socket" ps --all --quiet --filter "name=^/?$demo_name$") ]]; then
    die "cannot run the demo's container" "another container has the name $demo_name" \
      "rename it, or run: $0 --no-engine"
  fi
  [[ -z $id ]] || engine "$socket" rm --force "$id"

  ledger_add container "$socket" "$demo_name"
  id=$(container_run "$socket" "$demo_name" --label "$demo_label" \
    --read-only --cap-drop ALL --cap-add NET_BIND_SERVICE --security-opt no-new-privileges)
  pid=$(engine "$socket" inspect --format '{{.State.Pid}}' "$id")
  [[ -e /proc/$pid/ns/net ]] ||
    die "cannot see the container's process" "the engine at $socket runs on another kernel" \
      "run: $0 --no-engine"
  target=$demo_name
  detail "docker run --read-only --cap-drop ALL … $demo_image: container ${id:0:12}, process $pid"
}

# demo_container SOCKET NAME: prints the id of the demo's container of that name, running or not.
demo_container() {
  engine "$1" ps --all --quiet --filter "name=^/?$2$" --filter "label=$demo_label"
}

# run_process DIR: runs the same server without an engine.
run_process() {
  local pidfile=$1/server.pid pid
  ledger_add process "$pidfile"
  process_stop "$pidfile"
  server_compile "$1/server"
  process_start "$pidfile" "$1/server.log" \
    unshare --net --uts --ipc --mount "$1/server"
  pid=$(process_pid "$pidfile")
  target=pid://$pid
  detail "unshare --net --uts --ipc --mount: process $pid"
}
