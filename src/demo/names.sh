# shellcheck shell=bash
# The names and places of the demo: everything that it makes on a machine is one of these.

lib=/var/lib/dbg-quickstart # what is kept; only root can write it, and every directory above it
run=/run/dbg-quickstart     # sockets and pid files
ledger=$lib/ledger          # what was made, see ledger.sh

engine_dir=$lib/docker      # an engine of our own, where none is there
demo_name=adguard-server-1  # the container
demo_label=dev.dbg.demo=quickstart

tree=$lib/dbg               # a copy of target/dbg
config=$lib/etc/dbgd.toml
policy=$lib/etc/policy.d/10-demo.toml
socket=$run/dbg.sock

operator=dbg-oncall
operators=dbg-demo          # the group that may reach the socket, and that the policy speaks of
