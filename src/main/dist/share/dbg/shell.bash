# shellcheck shell=bash disable=SC2154
# The script of `dbg shell`, dbg(1). dbgd sends it to the client, which executes the operator's own bash with it, as
# the operator: the script decides nothing. A line that was typed is read by grammar.bash, which follows, and bash runs
# only what the grammar made of it: each command is a call of __dbg_call, which runs dbg for a tool of the container,
# and dbgd decides about that command and records it. A word is the container's, or a filter that has nothing but its
# standard input (dbg --filter), or it is refused; this host's only after here.
#
# Lines of comments are left out of what dbgd sends.
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
#   __dbg_traits         for each of them: "files" if it works on the container's files, "paths" if its operands
#                        are paths

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
# Which host answers, before the container's name; not a word of that host's.
__dbg_host=${DBG_HOST-}
# Of a cluster the whole name: the last part of a context may be the same in several.
[[ $__dbg_host == kube://* ]] || __dbg_host=${__dbg_host%/} __dbg_host=${__dbg_host##*[/@]}
__dbg_host+=${__dbg_host:+ }
__dbg_started=$SECONDS
__dbg_previous=/
declare -A __dbg_listing __dbg_listed_at

# The operator's own programs that work on what they read or on their words, and what is needed to find the files among
# their arguments: the options that take a value, and how many operands come before the files; "-" if none is a file.
# dbg --filter keeps all files of this host from them: what this table overlooks ends in "Permission denied".
declare -A __dbg_filters=(
  [awk]='-F -v -f:1' [base64]='-w:0' [basename]=':-' [bc]=':0' [bzip2]=':0' [cat]=':0' [cmp]='-n -i:0'
  [column]='-s -o -N -H -R:0' [comm]=':0' [cut]='-b -c -d -f:0' [dirname]=':-'
  [diff]='-U -C -W -x -I -L -F --label --exclude --width --ignore-matching-lines:0'
  [expand]='-t:0' [expr]=':-' [fmt]='-w:0' [fold]='-w:0' [grep]='-e -f -m -A -B -C -d -D:1' [gzip]=':0'
  [head]='-n -c:0' [hexdump]='-e -n -s:0' [join]='-t -1 -2 -o -a -v:0' [jq]='-f --indent:1' [less]='-p -P -t:0'
  [md5sum]=':0' [nl]='-b -w -s:0' [numfmt]=':-' [od]='-A -t -j -N -w:0' [paste]='-d:0' [rev]=':0' [sed]='-e -f:1'
  [seq]=':-' [sha1sum]=':0' [sha256sum]=':0' [sha512sum]=':0' [shuf]='-n -i:0' [sleep]=':-' [sort]='-k -t -S:0'
  [strings]='-n -t -e:0' [tac]=':0' [tail]='-n -c -s:0' [tr]=':-' [uniq]='-f -s -w:0' [wc]=':0' [xxd]='-l -s -c:0'
  [xz]=':0' [yes]=':-' [zstd]=':0'
)
declare -A __dbg_aliases=(
  [egrep]='grep -E' [fgrep]='grep -F' [gunzip]='gzip -d' [zcat]='gzip -dc' [bzcat]='bzip2 -dc' [xzcat]='xz -dc'
  [ll]='ls -l' [la]='ls -a' [more]='less'
)

# Before *, ? and [ that were typed outside of quotes. It cannot be in the container's words.
__dbg_mark_glob=$'\001'$SRANDOM$SRANDOM
# Before here: that was typed for tee.
__dbg_mark_here=$'\002'$SRANDOM$SRANDOM

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
  [[ ${__dbg_traits[$1]+x} ]]
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
  __dbg_at_terminal "$DBG_PROGRAM" "${words[@]}" "$__dbg_target" "${__dbg_selection[@]}" -- "$tool" "$@"
  status=$?
  if ((status == 126)); then printf r; else printf x; fi >&"$__dbg_count"
  return "$status"
}

# __dbg_run TOOL [ARG...]: the same; dbgd takes no path with .. in it.
__dbg_run() {
  local argument
  local -a arguments=()
  for argument; do
    if [[ /$argument/ == */../* && $argument != -* ]] && __dbg_has "$1" paths; then
      __dbg_normal "$argument"
      argument=$__dbg_path_made
    fi
    arguments+=("$argument")
  done
  __dbg_exec "${arguments[@]}"
}

# __dbg_normal PATH: sets __dbg_path_made to the absolute path without . and .. in it.
__dbg_normal() {
  local rest=$1/ part
  __dbg_path_made=
  [[ $rest == /* ]] || rest=${__dbg_directory%/}/$rest
  while [[ $rest ]]; do
    part=${rest%%/*}
    rest=${rest#*/}
    case $part in
    '' | .) ;;
    ..) __dbg_path_made=${__dbg_path_made%/*} ;;
    *) __dbg_path_made+=/$part ;;
    esac
  done
  : "${__dbg_path_made:=/}"
}

# __dbg_expand WORD...: sets __dbg_words to the words, with names of the container's files in the place of patterns.
__dbg_expand() {
  local word
  __dbg_words=()
  for word; do
    if [[ $word == *"$__dbg_mark_glob"* ]]; then
      __dbg_match "$word" || return
      __dbg_words+=("${__dbg_found[@]}")
    else
      __dbg_words+=("$word")
    fi
  done
}

# __dbg_match PATTERN: sets __dbg_found to the paths in the container that match, or to the pattern if none does. One
# find(1) in the container reads as many directories below each other as the pattern has parts, so no * matches a /.
__dbg_match() {
  local typed=${1//"$__dbg_mark_glob"/} rest=$1 base='' pattern='' part name depth=0 status ended='' i
  local -a parts=() names=() kind=()
  if ! __dbg_may find; then
    __dbg_refuse "$typed: you may not run find in $__dbg_target, which expands patterns there: write the names, or quote it"
    return
  fi
  if [[ $rest == */ ]]; then
    ended=/ kind=(-type d)
  fi
  [[ $rest == /* ]] || base=.
  while [[ $rest ]]; do
    part=${rest%%/*}
    rest=${rest#"$part"}
    rest=${rest#/}
    [[ $part && $part != . ]] || continue
    if [[ $depth == 0 && $part != *"$__dbg_mark_glob"* ]]; then
      base+=/$part
    else
      depth=$((depth + 1))
      part=${part//[\\*?[]/\\&}
      part=${part//"$__dbg_mark_glob\\"/}
      part=${part//'\[:'/'[:'}
      pattern+=/$part
      parts+=("$part")
    fi
  done
  if [[ $base == */..* ]]; then
    __dbg_normal "$base"
    base=${__dbg_path_made%/}
  fi
  mapfile -d '' names < <(__dbg_exec find "${base:-/}" -follow -mindepth "$depth" -maxdepth "$depth" \
    -path "${base//[\\*?[]/\\&}$pattern" "${kind[@]}" -print0 2>/dev/null)
  wait "$!"
  status=$?
  if ((status >= 124)); then
    __dbg_refuse "$typed: find, which expands patterns in $__dbg_target, ended with $status: find ${base:-/}"
    return
  fi
  if ((${#names[@]} > 1)); then
    mapfile -d '' names < <(printf '%s\0' "${names[@]}" | LC_ALL=C __dbg_own sort -z)
  fi
  __dbg_found=()
  for name in "${names[@]}"; do
    # A name that begins with a dot is not matched by a pattern that does not.
    rest=${name#"$base"/}
    for ((i = 0; i < depth; i++)); do
      [[ ${rest%%/*} != .* || ${parts[i]} == .* ]] || continue 2
      rest=${rest#*/}
    done
    [[ $1 == ./* ]] || name=${name#./}
    if [[ $name != [A-Za-z0-9._/]* ]]; then
      name=./$name # or a dash would make it an option
    fi
    __dbg_found+=("$name$ended")
  done
  ((${#__dbg_found[@]})) || __dbg_found=("$typed")
}

# __dbg_filter NAME [ARG...]: the operator's own program, or the container's tool if a file is among the arguments.
__dbg_filter() {
  local name=$1 with=${__dbg_filters[$1]%:*} before=${__dbg_filters[$1]##*:} argument option rest value='' ended='' i
  local -a arguments=() files=() places=()
  shift
  for argument; do
    if [[ $value ]]; then
      value=
    elif [[ ! $ended && $argument == -- ]]; then
      ended=1
    elif [[ ! $ended && $argument == -?* ]]; then
      option=$argument rest=
      # Of short options in one word, the first that takes a value takes the rest; xxd has words with one dash.
      if [[ $argument != --* && $name != xxd ]]; then
        for ((i = 1; i < ${#argument}; i++)); do
          option=-${argument:i:1} rest=${argument:i+1}
          [[ " $with " != *" $option "* ]] || break
        done
      fi
      [[ $rest || " $with " != *" $option "* ]] || value=1
      # With -e or -f the pattern or program is no operand.
      if [[ $before == 1 && $option == -[ef] && " $with " == *" $option "* ]]; then
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
  # These would end with nothing, as dbg --filter keeps programs from files, commands and the environment.
  local opened='getline[[:space:]]*[A-Za-z_0-9]*[[:space:]]*<|\|[[:space:]]*getline|system[[:space:]]*\(|ENVIRON'
  if [[ $name == awk && " ${arguments[*]} " =~ $opened || $name == jq && " ${arguments[*]} " =~ [\ |\(]env[\ .|\)]|\$ENV ]]; then
    __dbg_refuse "$name: ${BASH_REMATCH[0]}: it gets neither files nor commands nor variables of this host: TOOL | $name ..., or here $name"
    return
  fi
  if [[ $name == grep && ${#files[@]} == 0 && " $* " =~ \ -[a-zA-Z]*[rR] ]]; then
    files=(.) places=("${#arguments[@]}") arguments+=(.)
  fi
  if ((${#files[@]} == 0)); then
    __dbg_own "$name" "${arguments[@]}"
  elif __dbg_may "$name" && [[ $name != diff || ${#files[@]} == 2 ]]; then
    __dbg_run "$name" "${arguments[@]}"
  elif __dbg_may cat; then
    __dbg_own_on_theirs "$name"
  else
    [[ $name == cat ]] || name+=' nor cat'
    __dbg_refuse "cannot read ${files[0]} of the container: you may not run $name there"
  fi
}

# __dbg_own_on_theirs NAME: the operator's own program on files of the container, which cat(1) reads there. Uses the
# caller's variables.
__dbg_own_on_theirs() {
  local name=$1 place file
  local -a descriptors=() force=()
  if [[ ${#files[@]} == 1 && $name != @(diff|cmp|comm|join|paste) ]]; then
    local -
    set -o pipefail # a file that cannot be read is a failure
    unset "arguments[${places[0]}]"
    __dbg_run cat "${files[0]}" | __dbg_own "$name" "${arguments[@]}"
    return
  fi
  [[ $name != less ]] || force=(-f) # a pipe is no regular file
  for place in "${places[@]}"; do
    exec {file}< <(__dbg_run cat "${arguments[place]}")
    descriptors+=("$file")
    arguments[place]=/dev/fd/$file
  done
  __dbg_own "$name" "${force[@]}" "${arguments[@]}"
  local status=$?
  for file in "${descriptors[@]}"; do
    exec {file}<&-
  done
  return "$status"
}

# __dbg_own NAME [ARG...]: the operator's own program, which dbg keeps from all files. less shows what a terminal would
# obey; that it passes on what it reads may be a setting of the operator's, but not here.
__dbg_own() {
  local name=$1 word
  shift
  case $name in
  less)
    for word; do
      [[ ! $word =~ ^-([a-zA-Z]*[rR]|-(r|R)) ]] || __dbg_refuse "less $word: it would pass on what a terminal obeys" || return
    done
    LESSUTFCHARDEF=$__dbg_obeyed LESSSECURE=1 __dbg_at_terminal __dbg_confined less -+r -+R "$@" ;;
  # It would pass over a file that it may not read without a word.
  sed) __dbg_confined sed --sandbox "$@" ;;
  # It would make a file on this host.
  tac) __dbg_confined awk '{line[NR] = $0} END {for (i = NR; i; i--) print line[i]}' ;;
  *) __dbg_confined "$name" "$@" ;;
  esac
}

__dbg_confined() {
  PATH=$__dbg_path "$DBG_PROGRAM" --filter "$@"
}

# __dbg_here [-t] CMD [ARG...]: runs a program of the host, on purpose; with -t at the terminal itself.
__dbg_here() {
  local word
  local -a words=() at=()
  # A program of this host is for this host, also a dbg that it starts. To dbg, empty is not set.
  local -x DBG_HOST='' DBG_KUBECTL='' DBG_PATH='' DBG_SHELL=''
  if [[ ${1-} == -t ]]; then
    at=(__dbg_at_terminal)
    shift
  fi
  if (($# == 0)); then
    __dbg_say 'here: write the command of this host that you want to run: here CMD [ARG...]'
    return 2
  fi
  # A word with a pattern is a name of the host's files here.
  for word; do
    if [[ $word == *"$__dbg_mark_glob"* ]]; then
      word=${word//[!A-Za-z0-9_.\/$'\001']/\\&}
      word=${word//"$__dbg_mark_glob\\"/}
      local - IFS=
      set +f
      # shellcheck disable=SC2206 # expanding it is what this is for
      words+=($word)
      set -f
    else
      words+=("$word")
    fi
  done
  if [[ ${words[0]} == cd ]]; then
    builtin cd "${words[@]:1}" && printf '%s\n' "$PWD" >&2
    return
  fi
  PATH=$__dbg_path "${at[@]}" command "${words[@]}"
}

# __dbg_host_path WORD: a file of the host, as it was typed after here:.
__dbg_host_path() {
  local path=${1//"$__dbg_mark_glob"/}
  [[ $path != '~' && $path != '~/'* ]] || path=$HOME${path:1}
  if [[ $path == here:* || ! $path ]]; then
    path=${path#here:}
  fi
  printf '%s' "$path"
}

__dbg_refuse() {
  __dbg_say "$1"
  return 126
}

# __dbg_know NAME...: whether these variables were set in this shell; NAME:number, whether it is a number; ? is the
# status of what came before.
__dbg_know() {
  __dbg_status=$?
  local name value
  for name; do
    value=v_${name%:number}
    if [[ $name == *:number ]]; then
      [[ ! ${!value-} || ${!value} =~ ^[-+]?(0|[1-9][0-9]*)$ ]] ||
        __dbg_refuse "${name%:number}: not a number" || return
    elif [[ $name != '?' ]] && ! declare -p "$value" &>/dev/null; then
      __dbg_refuse "$name is not set in this shell: environ 1 shows the variables in $__dbg_target, \${$name-} is nothing if it is not set, here ... has this host's"
      return
    fi
  done
}

# __dbg_in ID WORD: opens a file of the container for reading, as the descriptor in __dbg_inputs.
__dbg_in() {
  local id=$1 descriptor looks
  shift
  __dbg_expand "$@" || return
  if ((${#__dbg_words[@]} != 1)); then
    __dbg_refuse "< $*: not one file"
    return
  fi
  if ! __dbg_may cat; then
    __dbg_refuse "< ${__dbg_words[0]}: you may not run cat in $__dbg_target, which would read it"
    return
  fi
  # As in any shell, nothing is run if there is no such file.
  for looks in ls stat; do
    if __dbg_may "$looks"; then
      case $looks in
      ls) __dbg_run ls -d "${__dbg_words[0]}" ;;
      stat) __dbg_run stat "${__dbg_words[0]}" ;;
      esac >/dev/null || return
      break
    fi
  done
  exec {descriptor}< <(__dbg_run cat "${__dbg_words[0]}")
  __dbg_inputs[id]=$descriptor __dbg_readers[id]=$!
}

# __dbg_out ID STATUS: closes it. That it could not be read is a failure; that it was not read to its end is none.
__dbg_out() {
  local descriptor=${__dbg_inputs[$1]-} reader
  [[ $descriptor ]] || return "$2"
  exec {descriptor}<&-
  __dbg_inputs[$1]=
  wait "${__dbg_readers[$1]}" 2>/dev/null
  reader=$?
  ((reader == 0 || reader == 141 || reader == 127 || $2)) || return "$reader"
  return "$2"
}

# __dbg_call WORD...: a command that was typed.
__dbg_call() {
  local name tool
  __dbg_expand "$@" || return
  set -- "${__dbg_words[@]}"
  (($#)) || return 0
  name=$1
  shift
  if [[ $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] && declare -F "__dbg_f_$name" >/dev/null; then
    local __dbg_as_typed=
    "__dbg_f_$name" "${@#"$__dbg_mark_here"}"
    return
  fi
  case $name in
  : | true) return 0 ;;
  false) return 1 ;;
  echo) builtin echo "$@" ;;
  printf)
    [[ ${1-} != -v* ]] || __dbg_refuse 'printf -v: write NAME=$(printf ...)' || return
    [[ $1 != -- ]] || shift
    [[ ! ${1//%%/} =~ %[-+\ #0-9.*\'hljztL]*n ]] || __dbg_refuse 'printf %n is not understood by dbg shell' || return
    set -- -- "$@"
    builtin printf "$@"
    ;;
  read | mapfile | readarray) __dbg_read_variables "$name" "$@" ;;
  unset)
    for name; do
      [[ $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] || __dbg_refuse "unset: $name: not a name" || return
      unset "v_$name"
    done
    ;;
  '[')
    if [[ ! $# -gt 0 || ${*: -1} != ']' ]]; then
      __dbg_say '[: ] is missing'
      return 2
    fi
    __dbg_test "${@:1:$#-1}"
    ;;
  test) __dbg_test "$@" ;;
  cd) __dbg_cd "$@" ;;
  pwd) printf '%s\n' "$__dbg_directory" ;;
  help) __dbg_help "$@" ;;
  dbg) __dbg_at_terminal "$DBG_PROGRAM" "$@" ;;
  tee) __dbg_tee "$@" ;;
  clear) __dbg_at_terminal printf '\e[H\e[2J\e[3J' ;;
  watch) __dbg_watch "$@" ;;
  jobs) __dbg_jobs all ;;
  fg | bg) __dbg_continue "$name" "$@" ;;
  wait)
    for tool; do
      [[ $tool == %* ]] || __dbg_refuse "wait: $tool: a process of this host: wait %1" || return
    done
    __dbg_wait "$@"
    ;;
  history)
    [[ $# == 0 || $# == 1 && $1 =~ ^(-c|[0-9]+)$ ]] || __dbg_refuse 'history takes a number, or -c' || return
    builtin history "$@"
    ;;
  alias) __dbg_alias "$@" ;;
  unalias)
    for name; do
      [[ $name =~ ^[A-Za-z_][A-Za-z0-9_.+-]*$ ]] || __dbg_refuse "unalias: $name: not a name" || return
      unset "__dbg_aliases[$name]"
    done
    ;;
  whoami)
    if __dbg_may id; then __dbg_run id -un; else __dbg_unknown whoami; fi
    ;;
  kill)
    for tool; do [[ $tool == @(-[A-Za-z]*|-[0-9]*|%*) ]] || break; done
    if [[ $# -gt 0 && $tool == @(-[A-Za-z]*|-[0-9]*|%*) && ${*: -1} == %* || ${1-} == -l ]]; then
      builtin kill "$@"
    elif __dbg_may kill; then
      __dbg_run kill "$@"
    else
      __dbg_refuse "kill: the numbers that ps shows are the container's, and no tool here ends its processes: kill %1 ends a job of this shell, here kill PID a process of this host"
    fi
    ;;
  tar)
    # A list of what a pipe brings; the tool in the container only packs.
    if [[ ${1-} =~ ^-?v*tv*(f|fv)?$ ]]; then __dbg_own tar "$@"; else __dbg_run tar "$@"; fi
    ;;
  openssl)
    # Another entry's, which has the container's files instead of its network.
    [[ ${1-} != x509 ]] || ! __dbg_may x509 || { name=$1 && shift; }
    if __dbg_may "$name"; then __dbg_run "$name" "$@"; else __dbg_unknown "$name" "$@"; fi
    ;;
  date)
    if __dbg_may date; then
      __dbg_run date "$@"
    elif [[ -n $__dbg_host || " $* " =~ \ (-[uR]*[rs]|--[rs]) ]]; then
      __dbg_refuse "date: a file or the clock of this host: here date ..."
    else
      __dbg_own date "$@"
    fi
    ;;
  *)
    if [[ ${__dbg_filters[$name]+x} ]]; then
      __dbg_filter "$name" "$@"
    elif __dbg_may "$name"; then
      __dbg_run "$name" "$@"
    else
      __dbg_unknown "$name" "$@"
    fi
    ;;
  esac
}

# __dbg_unknown NAME [ARG...]: a name that is neither a tool nor a filter; what to type, by what it is for.
__dbg_unknown() {
  local name=$1 near='' tool
  case $name in
  */*)
    tool=${name##*/}
    if __dbg_may "$tool" || [[ ${__dbg_filters[$tool]+x} ]]; then near="write $tool for the container's tool, or "; fi
    __dbg_refuse "$name: a program of this host: ${near}here $name"
    return
    ;;
  sh | bash | ash | zsh | fish | dash) near='this is the shell: help lists the tools' ;;
  vi | vim | nvim | nano | view | emacs | pico | ed | micro)
    near="less FILE; the container's files are only read: cat FILE > here:FILE copies one to this host, here -t $name FILE edits it"
    ;;
  cp | mv | rm | touch | mkdir | rmdir | chmod | chown | ln | dd | truncate | install | split)
    near="the container's files are only read: cat FILE > here:FILE copies one to this host, tar cf - DIR > here:FILE.tar a directory"
    ;;
  wget | http | lynx) near='curl URL' ;;
  telnet | ncat | netcat | socat) near='nc -z HOST PORT' ;;
  env | printenv | set) near='environ 1' ;;
  which | type | whereis | man | command | hash | apropos) near="help, or help ${2:-TOOL}" ;;
  docker | podman | kubectl | crictl | nerdctl)
    near='exit, and there dbg NAME -- TOOL'
    if [[ ${2-} == logs ]]; then near=logs; fi
    ;;
  journalctl | dmesg | logs) if __dbg_may logs; then near=logs; else near='tail -n 100 FILE'; fi ;;
  systemctl | service | rc-service) near='ps aux' ;;
  sudo | su | doas) near="${2:-TOOL} without $name" ;;
  htop | btop | atop) near='top' ;;
  pkill | killall) near='pgrep NAME shows them; nothing here ends a process of the container' ;;
  ifconfig) near='ip addr' ;;
  route) near='ip route' ;;
  netstat) near='ss -tulpn' ;;
  nslookup | host | drill) near='dig NAME, getent hosts NAME' ;;
  lsblk | blkid | fdisk) near='findmnt' ;;
  tree) near='find DIR' ;;
  jstack | jcmd) near='threads 1' ;;
  pstack | eu-stack | gdb | gstack) near='strace -p 1, threads 1 for a Java machine' ;;
  nproc) near="grep Cpus_allowed_list /proc/1/status; how many at once: dbg status $__dbg_target" ;;
  rg | ag | ack) near='grep -r TEXT DIR' ;;
  locate) near='find / -name NAME' ;;
  bat | batcat | most) near='less FILE' ;;
  python* | perl | ruby | node | php | lua) near='awk, sed and jq read what a tool prints' ;;
  apt | apt-get | apk | yum | dnf | dpkg | rpm | pip | npm) near='help: the tools are those of this host' ;;
  xargs | parallel) near='a loop: TOOL | while read -r x; do ...; done' ;;
  nohup | timeout | nice | stdbuf | setsid | script | screen | tmux) near="${2:-TOOL} without $name" ;;
  eval | exec | source | . | trap | shopt | ulimit | umask | let | getopts | builtin | enable | bind | complete | disown | times | caller | pushd | popd | dirs | suspend | logout | fc)
    near='it is left out of dbg shell'
    ;;
  ssh | scp | rsync | sftp | ftp | git | make | code | curlie) near='' ;;
  esac
  if [[ $near == "$name" || ${near%% *} == "${near}" && $near && ! ${__dbg_traits[$near]+x} && ! ${__dbg_filters[$near]+x} ]]; then near=; fi
  __dbg_refuse "$name: not a tool that you may run in $__dbg_target: ${near:+$near; }help lists them; on this host: here $name"
}

# __dbg_read_variables read|mapfile [ARG...]: bash's own, of standard input.
__dbg_read_variables() {
  local name=$1 word value=''
  local -a words=()
  shift
  for word; do
    if [[ $value ]]; then
      value=
      words+=("$word")
    elif [[ $word == -* ]]; then
      case $name in
      read) [[ $word =~ ^-([rs]+|[rs]*[pnNtd])$ ]] ;;
      *) [[ $word == -[tnd] ]] ;;
      esac || __dbg_refuse "$name: $word is not understood by dbg shell" || return
      [[ ! $word =~ [pnNtd]$ || $name != read && $word == -t ]] || value=1
      words+=("$word")
    else
      [[ $word =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] || __dbg_refuse "$name: $word: not a name" || return
      words+=("v_$word")
      value=named
    fi
    [[ $value != named ]] || { value=''; name+=' '; }
  done
  if [[ $name != *' ' ]]; then
    if [[ $name == read ]]; then words+=(v_REPLY); else words+=(v_MAPFILE); fi
  fi
  builtin "${name%% *}" "${words[@]}"
}

# __dbg_test WORD...: test(1) and [ ], about the container's files.
__dbg_test() {
  local left right i
  case $# in
  0) return 1 ;;
  1) [[ $1 ]] ;;
  2)
    case $1 in
    '!') [[ ! $2 ]] ;;
    -n) [[ $2 ]] ;;
    -z) [[ ! $2 ]] ;;
    -t) [[ $2 == [0-7] && -t $2 ]] ;;
    -[efdsLhpSbcrxugk]) __dbg_is_file "$1" "$2" ;;
    *) __dbg_refuse "test $1: not understood by dbg shell" ;;
    esac
    ;;
  3)
    case $2 in
    = | ==) [[ $1 == "$3" ]] ;;
    !=) [[ $1 != "$3" ]] ;;
    '<') [[ $1 < $3 ]] ;;
    '>') [[ $1 > $3 ]] ;;
    -eq | -ne | -lt | -le | -gt | -ge)
      for i in "$1" "$3"; do
        if [[ ! $i =~ ^\ *[-+]?[0-9]+\ *$ ]]; then
          __dbg_say "test: $i: not a number"
          return 2
        fi
      done
      # In base 10, whatever zeros are before it.
      left=${1//[ +]/} right=${3//[ +]/}
      [[ $left != -* ]] || left=-$((10#${left#-}))
      [[ $left == -* ]] || left=$((10#$left))
      [[ $right != -* ]] || right=-$((10#${right#-}))
      [[ $right == -* ]] || right=$((10#$right))
      case $2 in
      -eq) ((left == right)) ;;
      -ne) ((left != right)) ;;
      -lt) ((left < right)) ;;
      -le) ((left <= right)) ;;
      -gt) ((left > right)) ;;
      -ge) ((left >= right)) ;;
      esac
      ;;
    -a) [[ $1 && $3 ]] ;;
    -o) [[ $1 || $3 ]] ;;
    *)
      if [[ $1 == '!' ]]; then
        __dbg_not __dbg_test "$2" "$3"
      elif [[ $1 == '(' && $3 == ')' ]]; then
        [[ $2 ]]
      else
        __dbg_refuse "test ... $2: not understood by dbg shell"
      fi
      ;;
    esac
    ;;
  *)
    for right in -o -a; do
      for ((i = 2; i < $#; i++)); do
        [[ ${!i} == "$right" ]] || continue
        __dbg_test "${@:1:i-1}"
        left=$?
        ((left < 2)) || return "$left"
        if [[ $right == -o ]]; then ((left)) || return 0; else ((!left)) || return 1; fi
        __dbg_test "${@:i+1}"
        return
      done
    done
    if [[ $1 == '!' ]]; then
      __dbg_not __dbg_test "${@:2}"
    else
      __dbg_refuse 'test: not understood by dbg shell: one condition for each [ ], with && and || between them'
    fi
    ;;
  esac
}

# The opposite of what a command says; that it failed stays so.
__dbg_not() {
  "$@"
  case $? in
  0) return 1 ;;
  1) return 0 ;;
  *) return ;;
  esac
}

# __dbg_is_file OPERATOR PATH: find(1) in the container says so.
__dbg_is_file() {
  local path=$2 said status
  local -a kind=(-follow)
  [[ $path ]] || return 1
  if ! __dbg_may find; then
    __dbg_refuse "test $1: you may not run find in $__dbg_target, which would look: ls ${path@Q}"
    return
  fi
  case $1 in
  -e | -r) kind+=(-not -type l) ;;
  -f) kind+=(-type f) ;;
  -s) kind+=(-size +0c) ;;
  -L | -h) kind=(-type l) ;;
  -S) kind+=(-type s) ;;
  -x) kind+=(-perm /111) ;;
  -u) kind+=(-perm -4000) ;;
  -g) kind+=(-perm -2000) ;;
  -k) kind+=(-perm -1000) ;;
  *) kind+=(-type "${1:1}") ;;
  esac
  if [[ /$path/ == */../* ]]; then
    __dbg_normal "$path"
    path=$__dbg_path_made
  fi
  [[ $path == [A-Za-z0-9._/]* ]] || path=./$path
  said=$(__dbg_exec find "$path" -maxdepth 0 "${kind[@]}" 2>&1)
  status=$?
  case $status in
  0) [[ $said ]] ;;
  1) if [[ $said == *'No such file'* || $said == *'Not a directory'* ]]; then return 1; fi ;;&
  *)
    printf '%s\n' "$said" >&2
    return "$((status > 1 ? status : 2))"
    ;;
  esac
}

# tee writes files of this host: those after here:.
__dbg_tee() {
  local word
  local -a words=()
  for word; do
    case $word in
    -a | -i | - | /dev/null) words+=("$word") ;;
    "$__dbg_mark_here"here:?*) words+=("$(__dbg_host_path "${word#"$__dbg_mark_here"}")") ;;
    *)
      word=${word#"$__dbg_mark_here"} word=${word#here:}
      __dbg_refuse "tee $word: a container's files are only read here: tee here:${word#-} makes a file on this host"
      return
      ;;
    esac
  done
  PATH=$__dbg_path command tee "${words[@]}"
}

__dbg_alias() {
  local word name
  if (($# == 0)); then
    for name in "${!__dbg_aliases[@]}"; do printf "alias %s=%q\n" "$name" "${__dbg_aliases[$name]}"; done | __dbg_own sort
    return
  fi
  for word; do
    name=${word%%=*}
    if [[ $name =~ ^[A-Za-z_][A-Za-z0-9_.+-]*$ && $word == *=* ]]; then
      # It is read as a line when it is used.
      [[ ${__dbg_as_typed-} ]] ||
        __dbg_refuse "alias $name: type the words themselves, or a function: $name() { ...; }" || return
      __dbg_aliases[$name]=${word#*=}
    elif [[ ${__dbg_aliases[$word]+x} ]]; then
      printf "alias %s=%q\n" "$word" "${__dbg_aliases[$word]}"
    else
      __dbg_say "alias: $word: not found"
      return 1
    fi
  done
}

# watch [-n SECONDS] CMD: a loop of this shell's.
__dbg_watch() {
  local every=2 __g_code __g_why
  while [[ ${1-} == -* ]]; do
    case $1 in
    -n | --interval) every=${2-} && shift ;;
    -n*) every=${1:2} ;;
    -t | -d | -c) ;;
    *) __dbg_refuse "watch: $1 is not understood by dbg shell: watch -n SECONDS CMD" || return ;;
    esac
    shift
  done
  [[ $every =~ ^[0-9]+(\.[0-9]+)?$ && $# -gt 0 ]] || __dbg_refuse 'watch: watch -n SECONDS CMD' || return
  if [[ ! ${__dbg_as_typed-} ]]; then
    # The container named some of these words, so they are words of one command.
    __g_code='__dbg_call "$@"'
  elif ! __g_read "$*"; then
    __dbg_refuse "watch: $__g_why"
    return
  fi
  local __dbg_as_typed=
  while :; do
    [[ ! -t 1 ]] || __dbg_at_terminal printf '\e[H\e[2J'
    printf 'Every %ss: %s\n\n' "$every" "$*"
    builtin eval "$__g_code"
    __dbg_own sleep "$every" || return
  done
}

# __dbg_jobs [all]: the jobs by what was typed; without "all" those that have changed.
__dbg_jobs() {
  local line id lines
  local -A seen=()
  mapfile -t lines < <(builtin jobs)
  for line in "${lines[@]}"; do __dbg_job "$line" "$@"; done
  for id in "${!__dbg_jobs_typed[@]}"; do
    [[ ${seen[$id]+x} ]] || unset "__dbg_jobs_typed[$id]" "__dbg_jobs_state[$id]"
  done
}

# __dbg_job LINE [all]: of one job, as bash says it. Uses the caller's variables.
__dbg_job() {
  [[ $1 =~ ^(\[([0-9]+)\].)\ *([A-Z][a-z]+(\ [0-9]+)?) ]] || return
  local mark=${BASH_REMATCH[1]} id=${BASH_REMATCH[2]} state=${BASH_REMATCH[3]}
  if [[ $state == @(Running|Stopped) ]]; then
    seen[$id]=1
  else
    # bash forgets a job whose end it has shown: not one that has ended since it listed them.
    builtin jobs "%$id" >/dev/null
    # What was not seen to run is no job, but a part of the script.
    [[ ${__dbg_jobs_state[$id]+x} ]] || return 0
  fi
  : "${__dbg_jobs_typed[$id]=$__dbg_typed_before}"
  if [[ ${2-} || ${__dbg_jobs_state[$id]-} != "$state" ]]; then
    printf '%s  %-10s %s\n' "$mark" "$state" "${__dbg_jobs_typed[$id]}"
  fi
  __dbg_jobs_state[$id]=$state
  [[ $state == @(Running|Stopped) ]] || unset "__dbg_jobs_typed[$id]" "__dbg_jobs_state[$id]"
}

# __dbg_wait [%JOB...]: bash forgets a job that it has waited for, and says nothing in a line that eval runs.
__dbg_wait() {
  local job line status=0 wanted=("$@")
  local -A seen
  if [[ $- != *i* || $BASHPID != "$$" ]]; then
    builtin wait "$@"
    return
  fi
  (($#)) || mapfile -t wanted < <(builtin jobs -r)
  for job in "${wanted[@]}"; do
    job=${job/#[/%} job=${job%%]*}
    # Of a job that has several lines, the others are no jobs.
    [[ $job == %* ]] || continue
    line=$(builtin jobs "$job" 2>&1)
    [[ $line != *Running* ]] || __dbg_job "$line" >&2
    builtin wait "$job"
    status=$?
    __dbg_job "$(builtin jobs "$job" 2>&1)" >&2
  done
  return $(($# ? status : 0))
}

# __dbg_continue fg|bg [%JOB]
__dbg_continue() {
  local line
  while IFS= read -r line; do
    if [[ $line =~ ^\[([0-9]+)\](.) && (${2-} == "%${BASH_REMATCH[1]}" || ! ${2-} && ${BASH_REMATCH[2]} == +) ]]; then
      printf '%s\n' "${__dbg_jobs_typed[${BASH_REMATCH[1]}]-}"
    fi
  done < <(builtin jobs)
  builtin "$@" >/dev/null
}

# cd [DIR]: the working directory in the container, which is asked whether it has it.
__dbg_cd() {
  local wanted=${1:-/} tool there='' kept=$__dbg_directory status
  if (($# > 1)); then
    __dbg_say 'cd: write one directory'
    return 1
  fi
  if [[ $wanted == - ]]; then
    wanted=$__dbg_previous
    printf '%s\n' "$wanted"
  fi
  for tool in readlink ls stat; do
    if __dbg_may "$tool"; then
      there=$tool
      break
    fi
  done
  if [[ ! $there ]]; then
    __dbg_refuse "cd: you may run none of readlink, ls and stat in $__dbg_target, so no directory can be checked"
    return
  fi
  __dbg_normal "$wanted"
  __dbg_directory=$__dbg_path_made
  case $there in
  readlink) __dbg_exec readlink -f . ;;
  ls) __dbg_exec ls -d . ;;
  stat) __dbg_exec stat . ;;
  esac >/dev/null
  status=$?
  if ((status)); then
    __dbg_directory=$kept
    return "$status"
  fi
  __dbg_previous=$kept
}

# help [TOOL]
__dbg_help() {
  if (($# > 0)); then
    __dbg_at_terminal "$DBG_PROGRAM" tools "$__dbg_target" "$1"
    return
  fi
  __dbg_at_terminal "$DBG_PROGRAM" tools "$__dbg_target"
  printf '%s\n' '
cd, pwd        the working directory in the container
watch CMD      CMD again and again: watch -n 5 ss -tn
help TOOL      the arguments that TOOL accepts here, with examples
here CMD, !CMD runs CMD on this host; here -t CMD, if it draws on the screen
> here:FILE    a file of this host; < FILE is one of the container
exit           ends the shell and says what it was

Each word is the container'\''s. Pipes, loops, if, case, variables and jobs are as in
bash; grep, head, sort, less, awk, jq and the like are your own, and see no file of
this host: they read files of the container when you name them. What dbg shell does
not understand it refuses, and runs nothing of it.'
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
# container, and are kept for some seconds. What is inserted is quoted.

# The words of the last command before the cursor, in words, without quotes; typed is the last one as it is.
__dbg_split() {
  local rest=$1 c quote='' word='' in=''
  words=() typed=''
  while [[ $rest ]]; do
    c=${rest:0:1}
    rest=${rest:1}
    case $quote$c in
    \\*) quote='' word+=$c typed+=$c ;;
    "''" | '""') quote='' typed+=$c ;;
    "'"* | '"'*) word+=$c typed+=$c ;;
    ' ' | $'\t')
      [[ ! $in ]] || words+=("$word")
      word='' typed='' in=''
      continue
      ;;
    [';|&('])
      words=() word='' typed='' in=''
      continue
      ;;
    \\) quote=$c typed+=$c ;;
    "'" | '"') quote=$c typed+=$c ;;
    *) word+=$c typed+=$c ;;
    esac
    in=1
  done
  words+=("$word")
}

__dbg_tab() {
  local before=${READLINE_LINE:0:READLINE_POINT} after=${READLINE_LINE:READLINE_POINT} typed word common ended
  local -a words found=()
  __dbg_split "$before"
  word=${words[-1]}
  if ((${#words[@]} == 1)); then
    for common in "${__dbg_tools[@]}" "${!__dbg_filters[@]}" cd pwd help here watch exit dbg; do
      [[ $common != "$word"* ]] || found+=("$common")
    done
  elif [[ ${words[0]} == cd ]]; then
    __dbg_tab_path "$word" /
  elif [[ ${words[0]} == help ]]; then
    for common in "${__dbg_tools[@]}"; do
      [[ $common != "$word"* ]] || found+=("$common")
    done
  elif __dbg_may "${words[0]}"; then
    __dbg_tab_tool
  elif [[ ${__dbg_filters[${words[0]}]+x} ]]; then
    __dbg_tab_path "$word"
  fi
  ((${#found[@]})) || return
  # The same name may be a tool and a filter.
  mapfile -t found < <(printf '%s\n' "${found[@]}" | LC_ALL=C __dbg_own sort -u)
  common=${found[0]}
  for word in "${found[@]}"; do
    while [[ $word != "$common"* ]]; do common=${common:0:${#common}-1}; done
  done
  ended=
  if ((${#found[@]} == 1)); then
    [[ $common == *[/=] ]] || ended=' '
  elif [[ ${#common} -le ${#typed} ]]; then
    printf '%s  ' "${found[@]}" >&"${__dbg_drawn:-2}"
    printf '\n' >&"${__dbg_drawn:-2}"
    __dbg_settle
    return
  elif [[ $common == *\\ ]]; then
    common=${common%\\}
  fi
  before=${before:0:${#before}-${#typed}}$common$ended
  READLINE_LINE=$before$after READLINE_POINT=${#before}
}

# What could follow a tool. Uses the caller's variables.
__dbg_tab_tool() {
  local line rest
  while IFS= read -r line; do
    case $line in
    @path*) __dbg_tab_path "$word" ;;
    @interface*)
      while read -r line rest; do
        [[ ${line%@*} != "$word"* ]] || found+=("$(printf '%q' "${line%@*}")")
      done < <(! __dbg_may ip || DBG_TAB=1 DBG_DRAWN=1 __dbg_exec ip -br link 2>/dev/null)
      ;;
    # These words are the catalogue's. %q would quote commas too.
    *)
      line=${line%%$'\t'*}
      [[ $line != *[!A-Za-z0-9_@%+=:,./-]* ]] || printf -v line '%q' "$line"
      found+=("$line")
      ;;
    esac
  done < <("$DBG_PROGRAM" completion --line -- "$__dbg_target" "${__dbg_selection[@]}" -- "${words[@]}" 2>/dev/null)
}

# __dbg_tab_path WORD [SUFFIX]: the container's files that begin with WORD and end with SUFFIX.
__dbg_tab_path() {
  local word=$1 suffix=${2-} directory='' name path
  [[ $word != */* ]] || directory=${word%/*}/
  __dbg_may ls || return
  path=${directory:-.}
  local key=$__dbg_directory:$path
  if ((SECONDS - ${__dbg_listed_at[$key]:--60} > 5)); then
    __dbg_listing[$key]=$(DBG_TAB=1 DBG_DRAWN=1 __dbg_run ls -1Ap -- "$path" 2>/dev/null)
    __dbg_listed_at[$key]=$SECONDS
  fi
  while IFS= read -r name; do
    if [[ $name && $directory$name == "$word"*"$suffix" && ($name != .* || ${word##*/} == .*) ]]; then
      printf -v name '%q' "$directory$name"
      found+=("$name")
    fi
  done <<<"${__dbg_listing[$key]}"
}

# A line as it was typed, which has been read by the grammar; "$@" is empty in it.
__dbg_execute() {
  local before=${__dbg_last:-0}
  __dbg_last=130 # if ^C ends the line here
  set -f # ^C may have ended a line where it was not
  (exit "$before")
  builtin eval "$__g_code"
  __dbg_last=$?
}

# Lines at a terminal. They are read here, by read -e, and not by bash itself, which would execute them. ^C comes back
# to PROMPT_COMMAND, which calls this again; if it does not, the shell ends.
__dbg_typed_line() {
  local line='' got='' prompt=$__dbg_prompt
  __dbg_typed=
  while :; do
    __dbg_prompt_at
    builtin eval 'IFS= read -r -e -p "$prompt" line; got=$?'
    ! __dbg_is 2 "$__dbg_terminal" || exec 2>&"$__dbg_drawn"
    [[ $got ]] || return 0
    ((got == 0)) || builtin exit "${__dbg_last:-0}"
    __dbg_typed+=${__dbg_typed:+$'\n'}$line
    [[ $__dbg_typed == *[![:space:]]* ]] || return 0
    __g_read "$__dbg_typed"
    got=$?
    ((got == 2)) || break
    prompt='> '
  done
  if [[ $__dbg_typed != [[:space:]]* && $__dbg_typed != "$__dbg_typed_before" ]]; then
    builtin history -s -- "$__dbg_typed"
  fi
  __dbg_typed_before=$__dbg_typed
  if ((got)); then
    __dbg_refuse "$__g_why"
    __dbg_last=126
    return 0
  fi
  __dbg_execute
}

# Standard error as the editing of a line has it. Whatever was printed comes before the prompt.
__dbg_prompt_at() {
  local LC_ALL=C at=${__dbg_directory//[^ -~]/?} in=$__dbg_host${__dbg_target//[^ -~]/?}
  __dbg_jobs >&2
  __dbg_settle
  [[ $prompt == '> ' ]] || prompt=$'\001'$__dbg_colour$'\002'$in$'\001'$__dbg_plain$'\002'":$at ($__dbg_namespaces) \$ "
  [[ $__dbg_colour || $prompt == '> ' ]] || prompt="$in:$at ($__dbg_namespaces) \$ "
  ! __dbg_is 2 "$__dbg_drawn" || exec 2>&"$__dbg_terminal"
}

__dbg_typed_lines() {
  while :; do __dbg_typed_line; done
}

__dbg_begin_interactive() {
  local state=${XDG_STATE_HOME:-$HOME/.local/state}/dbg
  if PATH=$__dbg_path command mkdir -p -m 700 -- "$state" 2>/dev/null; then
    HISTFILE=$state/history
    history -r "$HISTFILE" 2>/dev/null
  else
    unset HISTFILE
  fi
  set +H # or ! would be history's
  __dbg_colour='' __dbg_plain='' __dbg_prompt='' __dbg_typed='' __dbg_typed_before=''
  if [[ ! ${NO_COLOR-} && ${TERM:-dumb} != dumb ]]; then
    __dbg_colour=$'\e[1;36m' __dbg_plain=$'\e[m'
  fi
  declare -gA __dbg_jobs_typed=() __dbg_jobs_state=()
  # These would give a line to bash, or to an editor of this host, or look at this host's files, users and commands.
  local keymap key
  for keymap in emacs-standard emacs-meta emacs-ctlx vi-insert vi-command; do
    for key in shell-expand-line edit-and-execute-command vi-edit-and-execute-command alias-expand-line \
      history-expand-line history-and-alias-expand-line magic-space glob-complete-word glob-expand-word \
      glob-list-expansions complete possible-completions insert-completions menu-complete menu-complete-backward \
      {,possible-}complete{-filename,-username,-variable,-hostname,-command} possible-{filename,username,variable,hostname,command}-completions \
      dynamic-complete-history dabbrev-expand complete-into-braces tilde-expand vi-tilde-expand vi-complete spell-correct-word; do
      bind -m "$keymap" -u "$key" 2>/dev/null
    done
  done
  for keymap in emacs-standard vi-insert; do
    bind -m "$keymap" -x '"\t": __dbg_tab' 2>/dev/null
  done
  bind 'set enable-bracketed-paste on' 2>/dev/null
  if [[ -r ${XDG_CONFIG_HOME:-$HOME/.config}/dbg/shellrc ]]; then
    __dbg_script < "${XDG_CONFIG_HOME:-$HOME/.config}/dbg/shellrc"
  fi
  PS0='' PS1='' PS2=''
  PROMPT_COMMAND=('builtin eval __dbg_typed_lines' 'builtin exit 125')
  trap __dbg_end EXIT
  __dbg_say "${#__dbg_tools[@]} tools in $__dbg_host$__dbg_target; help lists them, exit ends"
}

# The lines of standard input, which the commands in them read from too, as in sh.
__dbg_script() {
  local line='' text='' got
  while IFS= read -r line || [[ $line ]]; do
    text+=${text:+$'\n'}$line
    __g_read "$text"
    got=$?
    ((got != 2)) || continue
    __dbg_one "$got"
    text=
  done
  [[ ! $text ]] || __dbg_one 2
  return "${__dbg_last:-0}"
}

# __dbg_one STATUS: executes what the grammar has read, or ends the script with what it said.
__dbg_one() {
  if (($1)); then
    __dbg_say "$__g_why"
    [[ $- == *i* ]] || builtin exit 126
    __dbg_last=126
  else
    __dbg_execute
  fi
}

# dbg shell -c LINE
__dbg_command() {
  __g_read "$1"
  set -- "$?"
  __dbg_one "$1"
  builtin exit "$__dbg_last"
}

__dbg_begin() {
  if [[ $__dbg_wants_reason ]]; then
    if [[ $- == *i* || -t 0 ]]; then
      __dbg_at_terminal read -r -e -p 'A rule asks for a reason, which is recorded: ' __dbg_reason
    fi
    if [[ ! ${__dbg_reason-} ]]; then
      __dbg_say 'a rule asks for a reason: dbg shell --reason TEXT ...'
      builtin exit 126
    fi
    __dbg_options+=(--reason "$__dbg_reason")
  fi
  ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 502)) || {
    __dbg_say "it needs bash 5.2, and this is $BASH_VERSION: type single commands: dbg TARGET -- TOOL"
    builtin exit 125
  }
  set -f # patterns are not names of the host's files
  # Nothing finds its way to bash's own reading of words: all names that the grammar calls are here.
  unalias -a
  exec 9<&-
  if [[ $- == *i* ]]; then
    __dbg_begin_interactive
  else
    trap __dbg_settle EXIT
  fi
}
