# shellcheck shell=bash
# Other agents in the machine, each from a copy of the built tree whose dbgd lacks a defence, as the native tests in
# Java make them. They share policy and tools with the installed one.

altered_classes=
altered_dist=

# altered_from CLASSES DIST: says where the tests' classes and the built tree are.
altered_from() {
  altered_classes=$1
  altered_dist=$2
}

# agent_starts NAME [CLASS]...: starts an agent with these alterations, see altered_tree, and without warm-up sessions.
agent_starts() {
  local name=$1 work
  shift
  work=$(mktemp -d)
  altered_tree "$work/tree" serve.AlteredServe.Unrehearsed "$@"
  inside mkdir -p /opt
  copy_in "$work/tree" "/opt/$name"
  rm -r "$work"
  inside chown -R root:root "/opt/$name"
  inside chmod -R u=rwX,go=rX "/opt/$name"
  write_in "/opt/$name/dbgd.toml" <<TOML
[socket]
path = "/run/dbgd-$name.sock"
group = "dbg"
[audit]
dir = "/var/log/dbgd-$name"
journal = false
[limits]
drain = "1s"
TOML
  inside systemd-run --quiet --unit="dbgd-$name" -p Type=notify -p Delegate=yes \
    "/opt/$name/sbin/dbgd" serve --config "/opt/$name/dbgd.toml"
}

agent_ends() {
  inside systemctl stop "dbgd-$1.service"
  inside rm -rf "/opt/$1" "/var/log/dbgd-$1"
}

# as_with USER AGENT COMMAND...: runs COMMAND as USER, whose dbg connects to this agent.
as_with() {
  local user=$1 agent=$2
  shift 2
  as "$user" env "DBG_SOCKET=/run/dbgd-$agent.sock" "$@"
}

# altered_tree DIR [CLASS]...: copies the built tree to DIR, and puts each CLASS, which is one of native-tests/altered
# such as serve.AlteredServe.Slow, in its places in main.
altered_tree() {
  cp -R "$altered_dist" "$1"
  "$JAVA_HOME/bin/java" -cp "$altered_classes:$altered_dist/lib/dbg/*" dev.dbg.altered.AlteredJar "$@"
}
