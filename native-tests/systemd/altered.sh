# shellcheck shell=bash
# Other agents in the machine, each from a copy of the built tree whose dbgd lacks a defence, as the native tests in
# Java make them. They share policy and tools with the installed one.

altered_sources=
altered_dist=

# altered_from SOURCES DIST: says where the sources of dbgd's classes and the built tree are.
altered_from() {
  altered_sources=$1
  altered_dist=$2
}

# agent_starts NAME [FILE WORDS OTHERS]...: starts an agent with these alterations, see altered_tree.
agent_starts() {
  local name=$1 work
  shift
  work=$(mktemp -d)
  altered_tree "$work/tree" "$@"
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

# altered_tree DIR [FILE WORDS OTHERS]...: copies the built tree to DIR. In the source FILE, WORDS must stand once, and
# OTHERS replaces them.
altered_tree() {
  local tree=$1 work=$1.work file
  shift
  cp -R "$altered_dist" "$tree"
  mkdir -p "$work/source" "$work/classes"
  while (($# > 0)); do
    file=$work/source/${1##*/}
    [[ -e $file ]] || cp "$altered_sources/$1" "$file"
    altered_text "$file" "$2" "$3"
    shift 3
  done
  "$JAVA_HOME/bin/javac" -nowarn -proc:none -cp "$altered_dist/lib/dbg/*" -d "$work/classes" "$work"/source/*.java
  "$JAVA_HOME/bin/jar" --update --file "$(echo "$tree"/lib/dbg/dbg-[0-9]*.jar)" -C "$work/classes" .
  rm -r "$work"
}

# altered_text FILE WORDS OTHERS
altered_text() {
  local text rest
  text=$(<"$1")
  rest=${text#*"$2"}
  if [[ $rest == "$text" || $rest == *"$2"* ]]; then
    echo "'$2' does not stand once in $1" >&2
    return 1
  fi
  printf '%s\n' "${text/"$2"/"$3"}" >"$1"
}
