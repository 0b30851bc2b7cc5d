# shellcheck shell=bash
# The demo itself: the operator's commands and the answers of dbg.

# show STATUS COMMAND [ARG...]: prints COMMAND, runs it as the operator, and fails if its exit status is
# not STATUS.
show() {
  local expected=$1 status=0
  shift
  printf '\n$ %s\n' "$*"
  as_operator "$@" 2>&1 || status=$?
  ((status == 0)) || printf '(exit status %d)\n' "$status"
  ((status == expected)) ||
    die "the demo failed" "exit status $status instead of $expected from: $*" "dbgd's last message was: $(tail -n 1 "$lib/dbgd.log")"
}

show_demo() {
  printf '\nThe policy, %s:\n\n' "$policy"
  sed 's/^/    /' "$policy"
  printf '\nCommands of %s, who is not root and has only the rights of this policy:\n' "$operator"

  show 0 dbg "$target" net -- netstat -tulpn
  show 126 dbg "$target" net -- ss -K
  show 126 dbg "$target" mnt -- ls -la /
  show 0 dbg audit -n 3
}

show_what_next() {
  cat <<TEXT

What next:
  $again --shell    opens a shell as $operator with dbg in its PATH; try
                 dbg $target net -- ss -tlnp
                 dbg tools
                 dbg explain vault-1 net -- ss -tln
  $policy
                 is the policy: edit it, then: kill -HUP $(process_pid "$run/dbgd.pid")
  $lib/audit/audit.jsonl
                 is the audit log, which records all of this
  $again --down     removes everything that the demo created
TEXT
}
