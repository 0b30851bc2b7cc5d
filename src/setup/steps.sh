# shellcheck shell=bash
# The output of a set-up script: the name of each step, what it did and how long it took.
#
# A step's own output goes to a log, and the end of that log is printed if the step fails. Printing all
# output of all tools would hide the one line that matters.

# The terminal. During a step, standard output and standard error are the log.
exec {steps_out}>&1 {steps_err}>&2

steps_log=/dev/null
step_now=
steps_explained=no

# steps_log_to FILE: from now on FILE holds the output of the current step.
steps_log_to() {
  steps_log=$1
}

# step TITLE COMMAND [ARG...]: runs COMMAND in this shell and prints how long it took.
# Never call it in a condition: bash would then ignore every failure inside COMMAND.
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

# detail TEXT...: prints a line below the current step.
detail() {
  printf '    %s\n' "$*" >&"$steps_out"
}

# seconds_since MICROSECONDS: prints the seconds since then, such as 1.2. Some locales write EPOCHREALTIME
# with a comma.
seconds_since() {
  local tenths=$(((${EPOCHREALTIME//[.,]/} - $1) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

# die WHAT WHY FIX: prints all three in one message and ends the script.
die() {
  printf '%s: %s: %s: %s\n' "${0##*/}" "$1" "$2" "$3" >&"$steps_err"
  steps_explained=yes
  exit 1
}

# interrupted STATUS: the action of a script's signal traps.
interrupted() {
  printf '\n%s: interrupted\n' "${0##*/}" >&"$steps_err"
  steps_explained=yes
  exit "$1"
}

# explain_failure: for a script's EXIT trap. Prints which step failed and the end of its output, unless
# `die` has already printed a message.
explain_failure() {
  [[ $steps_explained == no ]] || return 0
  if [[ -z $step_now ]]; then
    printf '%s: failed outside of any step\n' "${0##*/}" >&"$steps_err"
  else
    printf '%s: could not %s; the end of its output:\n' "${0##*/}" "$step_now" >&"$steps_err"
    tail -n 20 "$steps_log" | sed 's/^/    /' >&"$steps_err"
  fi
}
