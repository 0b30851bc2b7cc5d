# shellcheck shell=bash
# What a set-up script says while it works: every step's name, what it did and how long it took.
#
# A step's own output goes to a log, of which the end is shown when the step fails: a set-up that
# prints everything its tools say hides the one line that matters.

# Where a person reads: `step` turns standard output and error into the log meanwhile.
exec {steps_out}>&1 {steps_err}>&2

steps_log=/dev/null
step_now=
steps_explained=no

# steps_log_to FILE: keeps there what the step that is running prints, from here on.
steps_log_to() {
  steps_log=$1
}

# step TITLE COMMAND [ARG...]: runs COMMAND in this shell and says how long it took.
# Never call it in a condition: bash would ignore every failure inside COMMAND there.
step() {
  local title=$1 started=${EPOCHREALTIME//[.,]/}
  shift
  step_now=$title
  printf '==> %s\n' "$title" >&"$steps_out"
  : >"$steps_log"
  "$@" >>"$steps_log" 2>&1
  detail "$(seconds_since "$started") s"
  step_now=
}

# detail TEXT...: a line below the step that is running.
detail() {
  printf '    %s\n' "$*" >&"$steps_out"
}

# seconds_since MICROSECONDS: the time gone since then, as in 1.2. Some locales write EPOCHREALTIME
# with a comma.
seconds_since() {
  local tenths=$(((${EPOCHREALTIME//[.,]/} - $1) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

# die WHAT WHY FIX: ends the script with one message that has all three.
die() {
  printf '%s: %s: %s: %s\n' "${0##*/}" "$1" "$2" "$3" >&"$steps_err"
  steps_explained=yes
  exit 1
}

# interrupted STATUS: for a script's traps of signals.
interrupted() {
  printf '\n%s: interrupted\n' "${0##*/}" >&"$steps_err"
  steps_explained=yes
  exit "$1"
}

# explain_failure: for a script's EXIT trap. Says which step failed and how its output ended, unless
# `die` has said it better.
explain_failure() {
  [[ $steps_explained == no ]] || return 0
  if [[ -z $step_now ]]; then
    printf '%s: failed between two steps\n' "${0##*/}" >&"$steps_err"
  else
    printf '%s: could not %s; this is how its output ended:\n' "${0##*/}" "$step_now" >&"$steps_err"
    tail -n 20 "$steps_log" | sed 's/^/    /' >&"$steps_err"
  fi
}
