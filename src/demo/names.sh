# shellcheck shell=bash
# The names and paths of everything that the demo creates on a machine.

lib=/var/lib/dbg-quickstart # lasting files; only root can write here and in the directories above
run=/run/dbg-quickstart     # sockets and pid files
ledger=$lib/ledger          # what was created, see ledger.sh

engine_dir=$lib/docker      # our own engine, if the host has none
demo_name=adguard-server-1  # the container
demo_label=dev.dbg.demo=quickstart

tree=$lib/dbg               # a copy of target/dbg
config=$lib/etc/dbgd.toml
policy=$lib/etc/policy.d/10-demo.toml
socket=$run/dbg.sock

operator=dbg-oncall
operators=dbg-demo          # may connect to the socket; the rule names this group
