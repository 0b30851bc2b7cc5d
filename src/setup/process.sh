# shellcheck shell=bash
# Daemons that a script starts for itself, identified by pid and start time.
#
# A pid alone does not identify a process: the kernel reuses the number after the process has ended. So the
# pid file also holds the start time (proc_pid_stat(5), field 22), and both must match. No process is ever
# found or ended by its name.

: "${steps_out:?source steps.sh first}" "${steps_err:?}"

# process_start PIDFILE LOG COMMAND [ARG...]: runs COMMAND in the background, in a new session.
process_start() {
  local pidfile=$1 log=$2
  shift 2
  # Without job control a shell starts background commands with SIGINT and SIGQUIT ignored, and their
  # children inherit that: env restores the default. The daemon does not keep the user's terminal open.
  env --default-signal=INT,QUIT setsid "$@" \
    </dev/null >>"$log" 2>&1 {steps_out}>&- {steps_err}>&- &
  printf '%s %s\n' "$!" "$(process_birth "$!")" >"$pidfile"
}

# process_pid PIDFILE: prints the pid of the process in PIDFILE; fails if that process has ended.
process_pid() {
  local pid birth
  [[ -r $1 ]] && read -r pid birth <"$1" || return 1
  [[ -n $birth && $(process_birth "$pid") == "$birth" ]] || return 1
  printf '%s' "$pid"
}

# process_stop PIDFILE [SECONDS]: sends SIGTERM, waits, and then sends SIGKILL.
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

# wait_until SECONDS COMMAND [ARG...]: tries COMMAND ten times a second; fails after SECONDS.
wait_until() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

# process_ready SECONDS PIDFILE COMMAND [ARG...]: waits until COMMAND succeeds, which checks whether the
# process is ready. Fails after SECONDS, or at once if the process has ended.
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

# process_birth PID: prints its start time in clock ticks since boot, or nothing for a zombie.
process_birth() {
  local stat fields
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
  # The second field is a name, which may contain any character: count from its closing parenthesis.
  read -ra fields <<<"${stat##*) }"
  [[ ${fields[0]} == Z ]] || printf '%s' "${fields[19]}"
}
