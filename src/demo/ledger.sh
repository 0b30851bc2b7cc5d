# shellcheck shell=bash
# The list of what the demo created on this machine, so that `--down` removes that and nothing else.
#
# A line is written before its object is created, and undoing something that was never created is not an
# error. So the list is complete at whatever moment the demo is interrupted. Objects that existed before
# are not listed.

# ledger_add KIND ARG...: KIND names a function `undo_KIND` below. Arguments must not contain spaces.
ledger_add() {
  grep -qxF "$*" "$ledger" 2>/dev/null || printf '%s\n' "$*" >>"$ledger"
}

# ledger_all KIND: prints the arguments of all lines of that kind in one line.
ledger_all() {
  sed -n "s/^$1 //p" "$ledger" | paste -s -d ' '
}

# ledger_undo: undoes all lines, newest first. It reports what cannot be undone, continues, and then fails
# at the end.
ledger_undo() {
  local entries entry kind args status=0
  mapfile -t entries < <(tac "$ledger")
  for entry in "${entries[@]}"; do
    read -r kind args <<<"$entry"
    [[ $kind != package ]] || continue # other software may need it by now
    detail "$kind $args"
    # shellcheck disable=SC2086 # arguments contain no spaces
    "undo_$kind" $args || {
      detail "could not be removed: $kind $args"
      status=1
    }
  done
  return "$status"
}

undo_directory() {
  unmount_below "$1"
  rm -rf --one-file-system "$1"
}

undo_process() {
  process_stop "$1"
}

undo_engine() {
  docker_stop "$1"
}

undo_image() {
  ! docker_answers "$1" || [[ -z $(engine "$1" image ls --quiet "$2") ]] || engine "$1" image rm "$2"
}

# Removes only a container that has this name and the demo's label.
undo_container() {
  local id
  docker_answers "$1" || return 0
  id=$(demo_container "$1" "$2") || return
  [[ -z $id ]] || engine "$1" rm --force "$id"
}

undo_user() {
  ! getent passwd "$1" >/dev/null || userdel "$1"
}

undo_group() {
  ! getent group "$1" >/dev/null || groupdel "$1"
}
