# shellcheck shell=bash
# The demo's dbgd: a copy of the built tree that only root can change, a short configuration, and a
# policy with one rule.

# start_dbgd BUILT [DOCKER-SOCKET]
start_dbgd() {
  local log=$lib/dbgd.log
  ledger_add process "$run/dbgd.pid"
  process_stop "$run/dbgd.pid"
  install_tree "$1"
  install -d -m 0755 "${policy%/*}" "$lib/etc/tools.d"
  install -d -m 0700 "$lib/audit"
  write_config "${2:-}" >"$config"
  write_policy >"$policy"
  : >"$log"
  process_start "$run/dbgd.pid" "$log" "$tree/sbin/dbgd" serve --config "$config"
  if ! process_ready 30 "$run/dbgd.pid" grep -qw ready "$log"; then
    cat "$log"
    return 1
  fi
  detail "$tree/sbin/dbgd serve --config $config: process $(process_pid "$run/dbgd.pid")"
}

# install_tree BUILT: copies the tree, because dbgd refuses files that other users can write, and the
# checkout may belong to any user.
install_tree() {
  rm -rf "$tree"
  cp -R --no-preserve=ownership "$1" "$tree"
  chmod -R u=rwX,go=rX "$tree"
}

# write_config [DOCKER-SOCKET]
write_config() {
  cat <<TOML
[socket]
path = "$socket"
group = "$operators"

[audit]
dir = "$lib/audit"

[policy]
dir = "${policy%/*}"

[tools]
dir = "$lib/etc/tools.d"

[runtimes]
docker = [${1:+\"$1\"}]
podman = []
TOML
}

write_policy() {
  local containers='"adguard-*"'
  [[ $target != pid://* ]] || containers+=', "pid://*"'
  cat <<TOML
[[rule]]
who        = ["group:$operators"]
containers = [$containers]
namespaces = ["net"]
tools      = ["netstat", "ss"]
TOML
}
