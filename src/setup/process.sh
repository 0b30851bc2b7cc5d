# shellcheck shell=bash
# Daemons that a script starts for itself: known by pid and time of birth, and ended by that alone.
#
# A pid is no identity: once its process is gone the kernel gives the number to another. So the pid
# file holds the time of birth (proc_pid_stat(5), field 22) as well, and both must still be true.
# Nothing is ever looked for, or ended, by its name.

: "${steps_out:?source steps.sh first}" "${steps_err:?}"

# process_start PIDFILE LOG COMMAND [ARG...]: runs COMMAND in the background, in a session of its own.
process_start() {
  local pidfile=$1 log=$2
  shift 2
  # Without job control a shell starts background commands with SIGINT and SIGQUIT ignored, which
  # they and their children inherit: undone. The person's terminal stays with the person.
  env --default-signal=INT,QUIT setsid "$@" \
    </dev/null >>"$log" 2>&1 {steps_out}>&- {steps_err}>&- &
  printf '%s %s\n' "$!" "$(process_birth "$!")" >"$pidfile"
}

# process_pid PIDFILE: prints the pid of the process that PIDFILE tells of; fails when it has ended.
process_pid() {
  local pid birth
  [[ -r $1 ]] && read -r pid birth <"$1" || return 1
  [[ -n $birth && $(process_birth "$pid") == "$birth" ]] || return 1
  printf '%s' "$pid"
}

# process_stop PIDFILE [SECONDS]: asks it to end, waits, and insists at last.
process_stop() {
  local pidfile=$1 seconds=${2:-20} pid
  if pid=$(process_pid "$pidfile"); then
    kill -TERM "$pid" 2>/dev/null || true
    if ! wait_until "$seconds" process_ended "$pidfile"; then
      kill -KILL "$pid" 2>/dev/null || true
      wait_until 5 process_ended "$pidfile" || true
    fi
  fi
  rm -f "$pidfile"
}

# wait_until SECONDS COMMAND [ARG...]: tries COMMAND ten times a second; fails when time is up.
wait_until() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

# process_ready SECONDS PIDFILE COMMAND [ARG...]: waits until COMMAND, which asks whether the process
# does its work by now; fails when time is up, or at once when the process has ended.
process_ready() {
  local seconds=$1 pidfile=$2
  shift 2
  wait_until "$seconds" process_ended_or "$pidfile" "$@" && ! process_ended "$pidfile"
}

process_ended_or() {
  local pidfile=$1
  shift
  process_ended "$pidfile" || "$@"
}

process_ended() {
  ! process_pid "$1" >/dev/null
}

# process_birth PID: prints when it was born, in clock ticks since the boot; nothing for a zombie.
process_birth() {
  local stat fields
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
  # The second field is a name that may hold anything, so count from its closing parenthesis.
  read -ra fields <<<"${stat##*) }"
  [[ ${fields[0]} == Z ]] || printf '%s' "${fields[19]}"
}
