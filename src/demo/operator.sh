# shellcheck shell=bash
# The demo's operator: an ordinary user. Its only rights are those that the policy gives its group.

make_operator() {
  if ! getent group "$operators" >/dev/null; then
    ledger_add group "$operators"
    groupadd --system "$operators"
  fi
  if ! getent passwd "$operator" >/dev/null; then
    ledger_add user "$operator"
    useradd --system --user-group --groups "$operators" \
      --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin "$operator"
  fi
  [[ " $(id --groups --name "$operator") " == *" $operators "* ]] ||
    die "cannot use $operator as the operator" "that user is not in the group $operators" \
      "usermod --append --groups $operators $operator"
  detail "$(id "$operator")"
}

# as_operator COMMAND [ARG...]: runs COMMAND with the operator's ids and groups, and `dbg` in its PATH.
as_operator() {
  env --chdir=/ --ignore-environment \
    PATH="$tree/bin:/usr/bin:/bin" TERM="${TERM:-dumb}" LANG=C.UTF-8 DBG_SOCKET="$socket" \
    setpriv --reuid "$operator" --regid "$(id --group "$operator")" --init-groups \
    --inh-caps=-all "$@"
}
