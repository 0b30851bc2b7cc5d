# shellcheck shell=bash
# Times commands with hyperfine, and compares them. Each command has a name. The times of all its runs are
# kept in a file of that name, in seconds, one a line.

: "${work:?where the times are kept}" "${steps_log:?where the rest is kept}"

# Set by take_runs.
hyperfine=()

# take_runs COUNT WARMUP: sets how often each later command is run.
take_runs() {
  # Without a shell: hyperfine splits the line as a shell would.
  hyperfine=(hyperfine --shell=none --runs "$1" --warmup "$2" --style none --export-json -)
}

# time_of WHAT COMMAND [ARG...]
time_of() {
  local what=$1
  shift
  "${hyperfine[@]}" "$*" 2>>"$steps_log" | times >>"$work/times/$what"
}

# as_operator_time_of WHAT COMMAND [ARG...]: hyperfine itself runs as the operator, so that the change of
# user is not measured.
as_operator_time_of() {
  local what=$1
  shift
  as_operator "${hyperfine[@]}" "$*" 2>>"$steps_log" | times >>"$work/times/$what"
}

# times: reads hyperfine's JSON, whose member "times" is a list of numbers, and prints one a line.
times() {
  awk '/"times": \[/ { inside = 1; next } /\]/ { inside = 0 } inside { gsub(/[ ,]/, ""); print }'
}

# quantile NAME FRACTION: prints a quantile of the times, in seconds.
quantile() {
  sort -g "$work/times/$1" | awk -v fraction="$2" '
    { time[NR] = $1 }
    END { at = int(fraction * (NR - 1) + 1.5); print time[at < 1 ? 1 : at] }'
}

# report NAME TITLE: prints a line of the table, in milliseconds.
report() {
  local median least p95
  median=$(quantile "$1" 0.5) least=$(quantile "$1" 0) p95=$(quantile "$1" 0.95)
  awk -v title="  $2" -v median="$median" -v least="$least" -v p95="$p95" \
    'BEGIN { printf "%-42s %6.2f ms %6.2f ms %6.2f ms\n", title, 1000*median, 1000*least, 1000*p95 }'
}

# ratio NAME NAME: prints the ratio of the medians.
ratio() {
  awk -v a="$(quantile "$1" 0.5)" -v b="$(quantile "$2" 0.5)" 'BEGIN { printf "%.2f", a / b }'
}

# rate NAME COUNT: prints how many a second, if COUNT of them take the median time of NAME.
rate() {
  awk -v count="$2" -v seconds="$(quantile "$1" 0.5)" 'BEGIN { printf "%d", count / seconds }'
}

# at_most BUDGET RATIO BEFORE AFTER
at_most() {
  verdict "$2" "at most $1" "$3" "$4" "$(awk -v a="$2" -v b="$1" 'BEGIN { print (a <= b) }')"
}

# at_least BUDGET RATIO BEFORE AFTER
at_least() {
  verdict "$2" "at least $1" "$3" "$4" "$(awk -v a="$2" -v b="$1" 'BEGIN { print (a >= b) }')"
}

# verdict RATIO BUDGET BEFORE AFTER 0|1
verdict() {
  local words=("over budget" "within budget")
  printf '  %s %s times %s; %s wanted: %s\n' "$3" "$1" "$4" "$2" "${words[$5]}"
}
