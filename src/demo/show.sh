# shellcheck shell=bash
# The demo itself: what the operator types, and what dbg answers.

# show STATUS COMMAND [ARG...]: types COMMAND as the operator, and insists on its exit status.
show() {
  local expected=$1 status=0
  shift
  printf '\n$ %s\n' "$*"
  as_operator "$@" 2>&1 || status=$?
  ((status == 0)) || printf '(exit status %d)\n' "$status"
  ((status == expected)) ||
    die "the demo failed" "exit status $status instead of $expected from: $*" "dbgd's last words were: $(tail -n 1 "$lib/dbgd.log")"
}

show_demo() {
  printf '\nThe policy, %s:\n\n' "$policy"
  sed 's/^/    /' "$policy"
  printf '\nWhat %s types, who is not root and may do nothing but that:\n' "$operator"

  show 0 dbg "$target" net -- netstat -tulpn
  show 126 dbg "$target" net -- ss -K
  show 126 dbg "$target" mnt -- ls -la /
  show 0 dbg audit -n 4
}

show_what_next() {
  cat <<TEXT

What next:
  $again --shell    a shell as $operator, with dbg on its PATH; try there
                 dbg $target net -- ss -tlnp
                 dbg tools
                 dbg explain vault-1 net -- ss -tln
  $policy
                 the policy: change it, then: kill -HUP $(process_pid "$run/dbgd.pid")
  $lib/audit/audit.jsonl
                 the record of all of it
  $again --down     removes everything that this has made
TEXT
}
