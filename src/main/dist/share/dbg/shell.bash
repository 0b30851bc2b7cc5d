# shellcheck shell=bash disable=SC2154
# The script of `dbg shell`, dbg(1). dbgd sends it to the client, which executes the operator's own bash with it, as
# the operator: the script decides nothing. It makes a function of each tool that the operator may run in the
# container; the function runs dbg, and dbgd decides about that command and records it.
#
# dbgd writes these variables before the script:
#   DBG_SHELL            the number of this shell, which each of its records has
#   __dbg_target         the container, as typed
#   __dbg_namespaces     what the prompt shows
#   __dbg_options        options of dbg for each command
#   __dbg_selection      the namespaces, if some were typed
#   __dbg_directory      the working directory in the container
#   __dbg_obeyed         characters that a terminal may obey, for less
#   __dbg_wants_reason   whether a rule asks for a reason that was not given
#   __dbg_tools          the permitted tools
#   __dbg_shown          for each of them, what it shows
#   __dbg_group          for each of them, the heading under which help lists it
#   __dbg_groups         the headings
#   __dbg_valued         for each of them, the options that take the next word as their value
#   __dbg_traits         for each of them: "files" if it works on the container's files, "paths" if its operands
#                        are paths, "terminal" if it wants a terminal

export DBG_SHELL

# Words of the container must not reach the terminal as they are, whoever prints them: a filter, bash itself, a program
# of the host. So standard output and error are a terminal of dbg's own, descriptor 8, and dbg shows on the operator's
# what is harmless. dbg itself, less, and who is told to with here -t have the operator's own. So has bash while a line
# is edited, which it does at standard error.
__dbg_drawn='' __dbg_mark='' __dbg_asked=0
if [[ -t 8 ]]; then
  exec {__dbg_drawn}>&8 8>&-
  IFS= read -r -t 1 -u "$__dbg_drawn" __dbg_mark
  if [[ -t 1 ]]; then exec {__dbg_terminal}>&1 1>&"$__dbg_drawn"; else exec {__dbg_terminal}>&2; fi
  [[ ! -t 2 ]] || exec 2>&"$__dbg_drawn"
elif [[ -t 1 || -t 2 ]]; then
  printf 'dbg shell: dbg has not made a terminal for the shell: install dbg and dbgd of the same version\n' >&2
  exit 125
fi

# __dbg_is FD OTHER: whether both are the same terminal.
__dbg_is() {
  [[ $__dbg_drawn && /dev/fd/$1 -ef /dev/fd/$2 ]]
}

# Waits until dbg has shown what was printed: drawer.c. Each question has its own number, as an answer may come when
# nobody waits for it any more. Another shell of this one, which asks at the same time, may take the answer: so it is
# asked again.
__dbg_settle() {
  local answer number attempt
  [[ $__dbg_drawn ]] || return 0
  printf -v number '%d%09d' "$BASHPID" "$((++__dbg_asked))"
  for attempt in {1..10}; do
    printf '\e_%s%s\e\\' "$__dbg_mark" "$number" >&"$__dbg_drawn"
    while IFS= read -r -t 0.1 -u "$__dbg_drawn" answer; do
      [[ $answer != "$number" ]] || return 0
    done
  done
}

# __dbg_at_terminal CMD [ARG...]: runs it at the operator's terminal.
__dbg_at_terminal() {
  local out=1 err=2
  ! __dbg_is 1 "$__dbg_drawn" || out=$__dbg_terminal
  ! __dbg_is 2 "$__dbg_drawn" || err=$__dbg_terminal
  [[ $out$err == 12 ]] || __dbg_settle
  "$@" >&"$out" 2>&"$err"
}

__dbg_path=$PATH
# So no program of the host runs by mistake.
# shellcheck disable=SC2123
PATH=/nonexistent
__dbg_started=$SECONDS
__dbg_previous=/
declare -A __dbg_listing __dbg_listed_at

# The operator's own programs that may read what a tool prints, and what is needed to find the files among their
# arguments: the options that take a value, and how many operands come before the files.
declare -A __dbg_filters=(
  [awk]='-F -v -f:1' [base64]='-w:0' [bzip2]=':-' [column]='-s -o -t:0' [comm]=':0' [cut]='-b -c -d -f:0'
  [diff]='-U -C -W:0' [egrep]='-e -f -m -A -B -C:1' [expand]='-t:0' [fgrep]='-e -f -m -A -B -C:1' [fmt]='-w:0'
  [fold]='-w:0' [grep]='-e -f -m -A -B -C -d -D:1' [gunzip]=':-' [gzip]=':-' [head]='-n -c:0' [hexdump]='-e -n -s:0'
  [jq]='-f --indent:1' [less]='-p -P -t:0' [more]='-n:0' [nl]='-b -w -s:0' [od]='-A -t -j -N -w:0' [paste]='-d:0'
  [rev]=':0' [sed]='-e -f:1' [seq]=':-' [sha256sum]=':0' [sort]='-k -t -S:0' [strings]='-n -t -e:0' [tac]='-s:0'
  [tail]='-n -c -s:0' [tee]=':-' [tr]=':-' [uniq]='-f -s -w:0' [wc]=':0' [xz]=':-' [xxd]='-l -s -c:0' [zstd]=':-'
)

__dbg_say() {
  printf 'dbg shell: %s\n' "$1" >&2
}

# Counts commands and refusals; also those in pipes, which run in processes of their own.
if __dbg_file=$(PATH=$__dbg_path command mktemp); then
  # shellcheck disable=SC2094 # it is read only at the end
  exec {__dbg_count}>>"$__dbg_file" {__dbg_counted}<"$__dbg_file"
  PATH=$__dbg_path command rm -f -- "$__dbg_file"
else
  exec {__dbg_count}>/dev/null {__dbg_counted}</dev/null
fi

# __dbg_may TOOL: whether the operator may run it.
__dbg_may() {
  [[ ${__dbg_shown[$1]+x} ]]
}

__dbg_has() {
  [[ " ${__dbg_traits[$1]-} " == *" $2 "* ]]
}

# __dbg_exec TOOL [ARG...]: runs dbg with the arguments as they are.
__dbg_exec() {
  local tool=$1 status
  local -a words=("${__dbg_options[@]}")
  shift
  if __dbg_has "$tool" files && [[ $__dbg_directory != / ]]; then
    words+=(-w "$__dbg_directory")
  fi
  if __dbg_has "$tool" terminal && [[ -t 0 && -t 1 ]]; then
    words+=(-t)
  fi
  __dbg_at_terminal "$DBG_PROGRAM" "${words[@]}" "$__dbg_target" "${__dbg_selection[@]}" -- "$tool" "$@"
  status=$?
  if ((status == 126)); then printf r; else printf x; fi >&"$__dbg_count"
  return "$status"
}

# __dbg_run TOOL [ARG...]: the same, with patterns expanded to names of files of the container.
__dbg_run() {
  local tool=$1 argument before=''
  local -a arguments=() __dbg_found
  shift
  for argument; do
    if __dbg_has "$tool" paths && [[ $argument != -* && $argument == *[*?[]* ]] && __dbg_may find &&
      [[ ! $before || " ${__dbg_valued[$tool]} " != *" $before "* ]]; then
      __dbg_match "$argument"
      arguments+=("${__dbg_found[@]}")
    else
      arguments+=("$argument")
    fi
    before=$argument
  done
  __dbg_exec "$tool" "${arguments[@]}"
}

# __dbg_match PATTERN: sets __dbg_found to the paths in the container that match, or to the pattern if none does.
# Each directory is read by find(1) in the container.
__dbg_match() {
  local rest=$1 part base name
  local -a bases=('') next hidden
  if [[ $rest == /* ]]; then
    bases=(/)
  fi
  while [[ $rest ]]; do
    part=${rest%%/*}
    rest=${rest#"$part"}
    rest=${rest#/}
    [[ $part ]] || continue
    next=()
    if [[ $part == *[*?[]* ]]; then
      hidden=(-not -name '.*')
      [[ $part != .* ]] || hidden=()
      for base in "${bases[@]}"; do
        while IFS= read -r -d '' name; do
          next+=("${name#./}")
        done < <(__dbg_exec find "${base:-.}" -mindepth 1 -maxdepth 1 -name "$part" "${hidden[@]}" -print0 2>/dev/null)
      done
    else
      for base in "${bases[@]}"; do
        next+=("${base:+${base%/}/}$part")
      done
    fi
    bases=("${next[@]}")
  done
  __dbg_found=()
  for name in "${bases[@]}"; do
    if [[ $name != [A-Za-z0-9._/]* ]]; then
      name=./$name # or a dash would make it an option
    fi
    __dbg_found+=("$name")
  done
  if ((${#__dbg_found[@]} == 0)); then
    __dbg_found=("$1")
  fi
}

# __dbg_filter NAME [ARG...]: the operator's own program, or the container's tool if a file is among the arguments.
__dbg_filter() {
  local name=$1 with=${__dbg_filters[$1]%:*} before=${__dbg_filters[$1]##*:} argument value='' ended=''
  local -a arguments=() files=() places=()
  shift
  for argument; do
    if [[ $value ]]; then
      value=
    elif [[ ! $ended && $argument == -- ]]; then
      ended=1
    elif [[ ! $ended && $argument == -?* ]]; then
      [[ " $with " != *" $argument "* ]] || value=1
      # With -e or -f the pattern or program is no operand.
      if [[ $before == 1 && $argument =~ ^-[ef] && " $with " == *" ${argument:0:2} "* ]]; then
        before=0
      fi
    elif [[ $before == - || $argument == - || $argument == /dev/fd/* || $argument == /dev/stdin ]]; then
      :
    elif ((before > 0)); then
      before=$((before - 1))
    else
      places+=("${#arguments[@]}")
      files+=("$argument")
    fi
    arguments+=("$argument")
  done
  if ((${#files[@]} == 0)); then
    __dbg_own "$name" "${arguments[@]}"
  elif __dbg_may "$name"; then
    __dbg_theirs "$name"
  elif __dbg_may cat; then
    __dbg_own_on_theirs "$name"
  else
    __dbg_say "$name: cannot read ${files[0]} of the container: you may run neither $name nor cat there"
    return 126
  fi
}

# __dbg_theirs NAME: the container's tool, with patterns expanded where files are named. Uses the caller's variables.
__dbg_theirs() {
  local name=$1 i
  local -a words=() __dbg_found
  for i in "${!arguments[@]}"; do
    if [[ " ${places[*]} " == *" $i "* && ${arguments[i]} == *[*?[]* ]] && __dbg_may find; then
      __dbg_match "${arguments[i]}"
      words+=("${__dbg_found[@]}")
    else
      words+=("${arguments[i]}")
    fi
  done
  __dbg_exec "$name" "${words[@]}"
}

# __dbg_own_on_theirs NAME: the operator's own program on files of the container, which cat(1) reads there. Uses the
# caller's variables.
__dbg_own_on_theirs() {
  local name=$1 place file
  local -a descriptors=() force=()
  if ((${#files[@]} == 1)); then
    local -
    set -o pipefail # a file that cannot be read is a failure
    unset "arguments[${places[0]}]"
    __dbg_run cat "${files[0]}" | LESSSECURE=1 __dbg_own "$name" "${arguments[@]}"
    return
  fi
  [[ $name != less ]] || force=(-f) # a pipe is no regular file
  for place in "${places[@]}"; do
    exec {file}< <(__dbg_run cat "${arguments[place]}")
    descriptors+=("$file")
    arguments[place]=/dev/fd/$file
  done
  LESSSECURE=1 __dbg_own "$name" "${force[@]}" "${arguments[@]}"
  local status=$?
  for file in "${descriptors[@]}"; do
    exec {file}<&-
  done
  return "$status"
}

# __dbg_own NAME [ARG...]: the operator's own program. less shows what a terminal would obey; that it passes on what
# it reads may be a setting of the operator's, but not here. more does pass it on.
__dbg_own() {
  local name=$1
  shift
  case $name in
  less | more) PATH=$__dbg_path LESSUTFCHARDEF=$__dbg_obeyed __dbg_at_terminal command less -+r -+R "$@" ;;
  *) PATH=$__dbg_path command "$name" "$@" ;;
  esac
}

# here [-t] CMD [ARG...]: runs a program of the host, on purpose; with -t at the terminal itself.
here() {
  local word
  local -a words=() at=()
  if [[ ${1-} == -t ]]; then
    at=(__dbg_at_terminal)
    shift
  fi
  if (($# == 0)); then
    __dbg_say 'here: write the command of this host that you want to run: here CMD [ARG...]'
    return 2
  fi
  if [[ $1 == cd ]]; then
    builtin cd "${@:2}" && printf '%s\n' "$PWD" >&2
    return
  fi
  # A word with a pattern is a name of the host's files here.
  for word; do
    if [[ $word == *[*?[]* ]]; then
      set +f
      local IFS=
      # shellcheck disable=SC2206 # expanding it is what this is for
      words+=($word)
      set -f
    else
      words+=("$word")
    fi
  done
  PATH=$__dbg_path "${at[@]}" command "${words[@]}"
}

# Names that are neither tools nor filters. Also !CMD, which runs CMD on the host.
command_not_found_handle() {
  local near='' tool
  if [[ $1 == '!'?* ]]; then
    here "${1#!}" "${@:2}"
    return
  fi
  for tool in "${__dbg_tools[@]}"; do
    if [[ ${tool:0:1} == "${1:0:1}" ]]; then
      near+="${near:+, }$tool"
    fi
  done
  case $1 in
  vi | vim | nano | view | emacs | pico | ed) near='less FILE' ;;
  sh | bash | ash | zsh | fish | dash) near='this is the shell: help lists the tools' ;;
  xargs | watch | env | nohup | timeout | sudo | su)
    __dbg_say "$1: it would run programs of this host: write a loop, or on purpose: here $1 ..."
    return 126
    ;;
  esac
  __dbg_say "$1: not a tool that you may run in $__dbg_target: ${near:+try: $near; }help lists them"
  return 126
}

# __dbg_guard: before each command that was typed. Without it, a path of the host would be executed, and ~ would be a
# directory of the host.
__dbg_guard() {
  local text=$BASH_COMMAND word
  if ((${#FUNCNAME[@]} > 1)) && [[ ${FUNCNAME[1]} == __dbg_* || ${FUNCNAME[1]} == here ]]; then
    return 0
  fi
  __dbg_leave_terminal
  if [[ $text =~ ^([A-Za-z_][A-Za-z0-9_]*=[^[:space:]\$\"\'\`]*[[:space:]]+)*([^[:space:]=]*/[^[:space:]]*) ]]; then
    word=${BASH_REMATCH[2]}
    if [[ $word == \"* || $word == \'* || $word == \$* ]]; then
      return 0
    fi
    __dbg_say "$word: a program of this host: write ${word##*/} for the container's tool, or here ${word#!}"
    __dbg_skip
    return
  fi
  word=${text%%[[:space:]]*}
  if [[ $text == *'~'* ]] && { __dbg_may "$word" || [[ $word == cd || ${__dbg_filters[$word]+x} ]]; }; then
    __dbg_bare "$text"
    if [[ $__dbg_text =~ [[:space:]=:]~ ]]; then
      __dbg_say '~: your home on this host, not one of the container: write the path in the container'
      __dbg_skip
      return
    fi
  fi
  return 0
}

# The command that was to be run is skipped, and counts as done for bash: so a line without a prompt ends here.
__dbg_skip() {
  [[ $- == *i* ]] || exit 126
  return 1
}

# __dbg_bare TEXT: sets __dbg_text to a command without its quoted parts and its redirections, which are the
# operator's own files.
__dbg_bare() {
  local quoted="'[^']*'|\"[^\"]*\"|\\\\."
  local redirected='[<>][<>&|]*[[:space:]]*[^[:space:]<>]+'
  __dbg_text=$1
  while [[ $__dbg_text =~ $quoted ]]; do
    __dbg_text=${__dbg_text/"${BASH_REMATCH[0]}"/q}
  done
  while [[ $__dbg_text =~ $redirected ]]; do
    __dbg_text=${__dbg_text/"${BASH_REMATCH[0]}"/}
  done
}

# cd [DIR]: the working directory in the container, which is asked whether it has it.
cd() {
  local wanted=${1:-/} path tool there
  [[ $wanted != - ]] || wanted=$__dbg_previous
  if (($# > 1)); then
    __dbg_say 'cd: write one directory'
    return 1
  fi
  [[ $wanted == /* ]] || wanted=${__dbg_directory%/}/$wanted
  for tool in readlink ls stat; do
    if __dbg_may "$tool"; then
      there=$tool
      break
    fi
  done
  if [[ ! ${there-} ]]; then
    __dbg_say "cd: you may run none of readlink, ls and stat in $__dbg_target, so no directory can be checked"
    return 126
  fi
  local kept=$__dbg_directory
  __dbg_directory=$wanted
  case $there in
  readlink) path=$(__dbg_exec readlink -f .) ;;
  ls) path=$(__dbg_exec ls -d . >/dev/null && printf '%s' "$wanted") ;;
  stat) path=$(__dbg_exec stat . >/dev/null && printf '%s' "$wanted") ;;
  esac || {
    local status=$?
    __dbg_directory=$kept
    return "$status"
  }
  __dbg_directory=${path:-/}
  __dbg_previous=$kept
}

pwd() {
  printf '%s\n' "$__dbg_directory"
}

dbg() {
  __dbg_at_terminal "$DBG_PROGRAM" "$@"
}

# help [TOOL]
help() {
  local group tool heading
  if (($# > 0)); then
    __dbg_at_terminal "$DBG_PROGRAM" tools "$__dbg_target" "$1"
    return
  fi
  printf 'Each command runs in %s, is decided by policy, and is on record.\n' "$__dbg_target"
  for group in "${__dbg_groups[@]}"; do
    heading=$group:
    for tool in "${__dbg_tools[@]}"; do
      [[ ${__dbg_group[$tool]} == "$group" ]] || continue
      [[ ! $heading ]] || printf '\n%s\n' "$heading"
      heading=
      printf '  %-12s %s\n' "$tool" "${__dbg_shown[$tool]}"
    done
  done
  printf '%s\n' '
cd, pwd        the working directory in the container
help TOOL      the arguments that TOOL accepts here, with examples
here CMD, !CMD runs CMD on this host; here -t CMD, if it draws on the screen
exit           ends the shell and says what it was

Pipes, loops, redirections and jobs are those of your bash; > FILE is your own
file. grep, head, sort, less, awk, jq and the like are your own in a pipe, and
read files of the container when you name them.'
}

__dbg_end() {
  ((BASHPID == $$)) || return # a part of this shell that was interrupted at its begin
  local counted commands refused took=$((SECONDS - __dbg_started))
  IFS= read -r -d '' counted <&"$__dbg_counted"
  commands=${#counted}
  refused=${counted//x/}
  refused=${#refused}
  printf 'dbg shell: %d command%s, %d refused, in ' "$commands" "$( ((commands == 1)) || printf s)" "$refused" >&2
  ((took < 3600)) || printf '%d h ' $((took / 3600)) >&2
  ((took < 60)) || printf '%d min ' $((took % 3600 / 60)) >&2
  printf '%d s: dbg audit --shell %s\n' $((took % 60)) "$DBG_SHELL" >&2
  __dbg_settle
}

# Completion. The daemon knows the tools, their options and values; the names of files come from ls(1) in the
# container, and are kept for some seconds.
__dbg_complete() {
  local word=${COMP_WORDS[COMP_CWORD]} line rest
  COMPREPLY=()
  if [[ ${COMP_WORDS[0]} == cd ]]; then
    __dbg_complete_path "$word" /
    compopt -o nospace
    return
  fi
  while IFS= read -r line; do
    case $line in
    @path) __dbg_complete_path "$word" ;;
    @interface)
      while read -r line rest; do
        [[ ${line%@*} != "$word"* ]] || COMPREPLY+=("$(printf '%q' "${line%@*}")")
      done < <(! __dbg_may ip || DBG_DRAWN=1 __dbg_exec ip -br link 2>/dev/null)
      ;;
    # These words are the catalogue's. %q would quote commas too.
    *)
      line=${line%%$'\t'*}
      [[ $line != *[!A-Za-z0-9_@%+=:,./-]* ]] || printf -v line '%q' "$line"
      COMPREPLY+=("$line")
      ;;
    esac
  done < <("$DBG_PROGRAM" completion --line -- "$__dbg_target" "${__dbg_selection[@]}" -- \
    "${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)
  if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} == *[/=] ]]; then
    compopt -o nospace
  fi
}

# __dbg_complete_path WORD [SUFFIX]: adds the container's files that begin with WORD and end with SUFFIX. Their names
# are quoted, and never given to compgen -W, which would expand them.
__dbg_complete_path() {
  local word=$1 suffix=${2-} directory='' name path
  [[ $word != */* ]] || directory=${word%/*}/
  __dbg_may ls || return
  path=${directory:-.}
  local key=$__dbg_directory:$path
  if ((SECONDS - ${__dbg_listed_at[$key]:--60} > 5)); then
    __dbg_listing[$key]=$(DBG_DRAWN=1 __dbg_exec ls -1Ap -- "$path" 2>/dev/null)
    __dbg_listed_at[$key]=$SECONDS
  fi
  while IFS= read -r name; do
    if [[ $name && $directory$name == "$word"*"$suffix" && ($name != .* || ${word##*/} == .*) ]]; then
      printf -v name '%q' "$directory$name"
      COMPREPLY+=("$name")
    fi
  done <<<"${__dbg_listing[$key]}"
}

# Standard error as commands have it. bash has typed lines executed in this way: it expands PS0, which sends the signal
# of this trap, and runs the trap before anything of the line: before the guard, which comes only after the redirections
# of a loop or a group, and before a part of the line has a process of its own.
__dbg_leave_terminal() {
  ! __dbg_is 2 "$__dbg_terminal" || exec 2>&"$__dbg_drawn"
}

# The prompt. The name of a directory is the container's: what a terminal would obey is replaced.
__dbg_prompt() {
  local LC_ALL=C
  __dbg_at=${__dbg_directory//[^ -~]/?}
  __dbg_in=${__dbg_target//[^ -~]/?}
  # Or bash says of jobs that they have ended when it has the terminal; and their lines may have any characters.
  builtin jobs -n >&2
  __dbg_settle
  ! __dbg_is 2 "$__dbg_drawn" || exec 2>&"$__dbg_terminal"
}

__dbg_begin_interactive() {
  local state=${XDG_STATE_HOME:-$HOME/.local/state}/dbg colour='' plain=''
  if PATH=$__dbg_path command mkdir -p -m 700 -- "$state" 2>/dev/null; then
    HISTFILE=$state/history
    history -r "$HISTFILE" 2>/dev/null
  else
    unset HISTFILE
  fi
  HISTCONTROL=ignoreboth
  set +H # or ! would be history's
  if [[ ! ${NO_COLOR-} && ${TERM:-dumb} != dumb ]]; then
    colour='\[\e[1;36m\]' plain='\[\e[m\]'
  fi
  # $__dbg_at and the others are expanded at each prompt, and their values are not expanded again.
  # shellcheck disable=SC2016
  PS1=$colour'${__dbg_in}'$plain':${__dbg_at} (${__dbg_namespaces}) \$ '
  PROMPT_COMMAND=(__dbg_prompt __dbg_watch)
  COMP_WORDBREAKS=${COMP_WORDBREAKS//[:=]/}
  complete -F __dbg_complete -- "${__dbg_tools[@]}" cd
  complete -F __dbg_complete_first -I
  if [[ -r ${XDG_CONFIG_HOME:-$HOME/.config}/dbg/shellrc ]]; then
    # shellcheck source=/dev/null
    source "${XDG_CONFIG_HOME:-$HOME/.config}/dbg/shellrc"
  fi
  if [[ $__dbg_drawn ]]; then
    trap __dbg_leave_terminal RTMAX
    PS0='$(builtin kill -RTMAX $$)'${PS0-}
  fi
  trap __dbg_end EXIT
  __dbg_say "${#__dbg_tools[@]} tools in $__dbg_target; help lists them, exit ends"
}

__dbg_complete_first() {
  # These words are the catalogue's and this script's.
  mapfile -t COMPREPLY < <(compgen -W "${__dbg_tools[*]} ${!__dbg_filters[*]} cd pwd help here exit dbg" \
    -- "${COMP_WORDS[COMP_CWORD]}")
}

# At the first prompt: in a startup file, extdebug would look for a debugger.
__dbg_watch() {
  shopt -s extdebug
  trap __dbg_guard DEBUG
  PROMPT_COMMAND=(__dbg_prompt)
}

for __dbg_name in "${!__dbg_filters[@]}"; do
  eval "$__dbg_name() { __dbg_filter $__dbg_name \"\$@\"; }"
done
for __dbg_name in "${__dbg_tools[@]}"; do
  if [[ $__dbg_name == kill ]]; then
    # Jobs of this shell are the shell's.
    kill() { if [[ ${*: -1} == %* || $1 == -l ]]; then builtin kill "$@"; else __dbg_run kill "$@"; fi; }
  elif [[ ! ${__dbg_filters[$__dbg_name]+x} ]]; then
    eval "$__dbg_name() { __dbg_run $__dbg_name \"\$@\"; }"
  fi
done
unset __dbg_name

if [[ $__dbg_wants_reason ]]; then
  if [[ $- == *i* || -t 0 ]]; then
    __dbg_at_terminal read -r -e -p 'A rule asks for a reason, which is recorded: ' __dbg_reason
  fi
  if [[ ! ${__dbg_reason-} ]]; then
    __dbg_say 'a rule asks for a reason: dbg shell --reason TEXT ...'
    exit 126
  fi
  __dbg_options+=(--reason "$__dbg_reason")
fi

set -f # patterns are not names of the host's files
exec 9<&-
if [[ $- == *i* ]]; then
  __dbg_begin_interactive
else
  trap __dbg_settle EXIT
  __dbg_watch
fi
