# shellcheck shell=bash
# Completion of dbg(1) for bash: dbgd says what could be typed next. To use it:
#   source <(dbg completion bash)
#
# Whatever is inserted is quoted first, and never given to compgen -W, which would expand it. Names of files and
# interfaces are the container's: DBG_DRAWN keeps from the terminal what it would obey.

_dbg() {
  local word=${COMP_WORDS[COMP_CWORD]} line rest target
  local -a words
  COMPREPLY=()
  # bash splits at = and :, dbg does not: put the words together again.
  _dbg_words
  # dbg -H HOST, or dbg VERB -H HOST: the host that is asked. dbg asks for no password then.
  if [[ ${words[1]-} == @(-H|--host) && ${#words[@]} -gt 3 ]]; then
    words=("${words[@]:1:2}" "${words[0]}" "${words[@]:3}")
  fi
  if [[ ${words[0]} == @(-H|--host) && ${#words[@]} -gt 2 ]]; then
    local -x DBG_HOST=${words[1]}
    words=("${words[@]:2}")
  fi
  word=${words[-1]}
  while IFS= read -r line; do
    target=${line#*$'\t'}
    case $line in
    @path$'\t'*) _dbg_paths "$word" ;;
    @interface$'\t'*)
      while read -r line rest; do
        [[ ${line%@*} != "$word"* ]] || COMPREPLY+=("${line%@*}")
      done < <(_dbg_in_target ip -br link)
      ;;
    *) COMPREPLY+=("${line%%$'\t'*}") ;;
    esac
  done < <(dbg completion --line -- "${words[@]}" 2>/dev/null)
  if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} == *[/=] ]]; then
    compopt -o nospace
  fi
  # What bash took for words of their own before the last is not to be inserted again.
  # After a colon that is the colon too, although it is the last.
  local i last=${COMP_WORDS[COMP_CWORD]}
  [[ $last == *[!=:]* ]] || last=''
  local kept=${word%"$last"}
  for i in "${!COMPREPLY[@]}"; do
    _dbg_quote "${COMPREPLY[i]#"$kept"}"
  done
}

# _dbg_quote WORD: sets COMPREPLY[i] to the word as bash reads it again. %q would quote commas too.
_dbg_quote() {
  if [[ $1 == *[!A-Za-z0-9_@%+=:,./-]* ]]; then
    printf -v "COMPREPLY[i]" '%q' "$1"
  else
    COMPREPLY[i]=$1
  fi
}

_dbg_words() {
  local i word joined=''
  words=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == [=:]* || $joined ]] && ((${#words[@]} > 0)); then
      words[-1]+=$word
    else
      words+=("$word")
    fi
    joined=
    [[ $word != *[=:] ]] || joined=1
  done
  [[ ${#words[@]} -gt 0 ]] || words=('')
}

# _dbg_in_target TOOL [ARG...]: runs a tool in the container of the line, which dbgd names, on record.
_dbg_in_target() {
  [[ $target == -* ]] || DBG_DRAWN=1 DBG_TAB=1 dbg exec "$target" -- "$@" 2>/dev/null
}

_dbg_paths() {
  local directory=/ name
  [[ $1 != */* ]] || directory=${1%/*}/
  while IFS= read -r name; do
    [[ $directory$name != "$1"* ]] || COMPREPLY+=("$directory$name")
  done < <(_dbg_in_target ls -1Ap -- "$directory")
}

complete -F _dbg dbg
