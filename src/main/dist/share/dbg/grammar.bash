# shellcheck shell=bash disable=SC2034,SC2154
# The grammar of dbg shell, dbg(1). bash never reads what an operator types: this file reads it, and makes of what it
# understood a text in which bash finds nothing to look up on this host. In that text
#   - each word that was typed is quoted, or is made of what is quoted;
#   - a command is __dbg_call and its words, or __dbg_here and its words: shell.bash says what they mean;
#   - a variable that was typed as x is v_x, so none is one of this host's or of the script's;
#   - *, ? and [...] outside of quotes have a mark before them ($__dbg_mark_glob), for the container's files;
#   - a redirection has a file of this host's only if here: was typed before it.
# What it does not understand is refused, and then nothing of the line is run.
#
# __r is what has not been read yet. A function of the grammar takes its part from it and leaves the text for bash in
# __o. It returns 1 if the line is refused, for the reason in __g_why, and 2 if the line goes on.

# __g_read TEXT: sets __g_code.
__g_read() {
  local __r=$1 __o __q __g_host='' __g_bad='' __g_needs='' __g_name='' __g_plain
  __g_why='the line is not complete' __g_code=''
  __g_list '' || return
  __g_code=${__o:+"{ $__o"$'\n}'}
}

__g_no() {
  __g_why=$1
  return 1
}

# The text in quotes, in __q.
__g_quote() {
  __q=${1//\\/\\\\}
  __q=${__q//\"/\\\"}
  __q=${__q//\$/\\\$}
  __q=\"${__q//\`/\\\`}\"
}

__g_blanks() {
  while :; do
    case $__r in
    ' '* | $'\t'*) __r=${__r:1} ;;
    $'\\\n'*) __r=${__r:2} ;;
    '#'*) if [[ $__r == *$'\n'* ]]; then __r=$'\n'${__r#*$'\n'}; else __r=; fi ;;
    *) return 0 ;;
    esac
  done
}

__g_lines() {
  __g_blanks
  while [[ $__r == $'\n'* ]]; do
    __r=${__r:1}
    __g_blanks
  done
}

__g_reserved='^(if|then|elif|else|fi|for|while|until|do|done|case|esac|function|select|coproc|time|\{|\}|!|\[\[)($|[[:space:];&|()<>])'

# __g_list ENDS: commands until one of the words or characters ENDS, which is left.
__g_list() {
  local out='' word
  while :; do
    __g_lines
    if [[ ! $__r ]]; then
      [[ ! $1 ]] || return 2
      break
    fi
    if [[ $__r =~ $__g_reserved ]]; then
      word=${BASH_REMATCH[1]}
      [[ " $1 " != *" $word "* ]] || break
    fi
    case $__r in
    ')'*) word=')' ;;
    ';;'*) word=';;' ;;
    *) word= ;;
    esac
    [[ ! $word || " $1 " != *" $word "* ]] || break
    __g_and_or || return
    out+=$__o
    __g_blanks
    case $__r in
    ';;'* | ')'* | $'\n'* | '') ;;
    ';'*) __r=${__r:1} ;;
    '&'*)
      __r=${__r:1}
      out+=' &'
      ;;
    *) __g_no "not understood here: ${__r:0:20}" || return ;;
    esac
    out+=$'\n'
  done
  [[ ! $1 || $out ]] || __g_no "a command is missing before ${__r:0:10}" || return
  __o=$out
}

__g_and_or() {
  local out operator
  __g_pipeline || return
  out=$__o
  while __g_blanks && [[ $__r == '&&'* || $__r == '||'* ]]; do
    operator=${__r:0:2}
    __r=${__r:2}
    __g_lines
    __g_pipeline || return
    out+=" $operator $__o"
  done
  __o=$out
}

__g_pipeline() {
  local out='' operator
  while [[ $__r =~ ^(!|time)[[:space:]] ]]; do
    out+="${BASH_REMATCH[1]} "
    __r=${__r:${#BASH_REMATCH[1]}}
    __g_blanks
  done
  __g_command || return
  out+=$__o
  while __g_blanks && [[ $__r == '|'* && $__r != '||'* ]]; do
    operator='|'
    [[ $__r != '|&'* ]] || operator='|&'
    __r=${__r:${#operator}}
    __g_lines
    __g_command || return
    out+=" $operator $__o"
  done
  __o=$out
}

# What a command was found to need counts for it alone.
__g_command() {
  local __g_host='' __g_bad='' __g_needs='' __g_redirections='' __g_inputs=''
  [[ $__r ]] || return 2
  if [[ $__r == '(('* ]]; then
    __r=${__r:2}
    __g_arithmetic || return
    __o="(($__o))"
    __g_knowing
  elif [[ $__r == '('* ]]; then
    __r=${__r:1}
    __g_list ')' || return
    __r=${__r:1}
    __g_redirected "( $__o )"
    return
  elif [[ $__r =~ $__g_reserved ]]; then
    __g_compound "${BASH_REMATCH[1]}" || return
    __g_redirected "$__o"
  else
    __g_simple
  fi
}

# __g_expect WORD: takes it.
__g_expect() {
  __g_lines
  [[ $__r ]] || return 2
  if [[ $__r =~ $__g_reserved && ${BASH_REMATCH[1]} == "$1" || $1 == [\)\;]* && $__r == "$1"* ]]; then
    __r=${__r:${#1}}
    return 0
  fi
  __g_no "$1 is missing before ${__r:0:20}"
}

__g_compound() {
  local out name
  __r=${__r:${#1}}
  case $1 in
  '{')
    __g_list '}' || return
    __r=${__r:1}
    __o="{ $__o }"
    ;;
  '[[')
    __g_condition_or || return
    __g_blanks
    [[ $__r == ']]'* ]] || __g_no ']] is missing: it takes -f FILE, -n WORD, WORD == PATTERN and the like' || return
    __r=${__r:2}
    __o="{ $__o; }"
    __g_knowing
    ;;
  if)
    __g_list then || return
    out="if $__o"
    __g_expect then || return
    __g_list 'elif else fi' || return
    out+="then $__o"
    while [[ $__r == elif* ]]; do
      __r=${__r:4}
      __g_list then || return
      out+="elif $__o"
      __g_expect then || return
      __g_list 'elif else fi' || return
      out+="then $__o"
    done
    if [[ $__r == else* ]]; then
      __r=${__r:4}
      __g_list fi || return
      out+="else $__o"
    fi
    __g_expect fi || return
    __o="${out}fi"
    ;;
  while | until)
    __g_list do || return
    out="$1 $__o"
    __g_body || return
    __o="$out$__o"
    ;;
  for)
    __g_blanks
    [[ $__r =~ ^([A-Za-z_][A-Za-z0-9_]*)($|[[:space:]\;]) ]] ||
      __g_no 'for takes a name and words: for i in $(seq 1 5); do ...; done' || return
    name=${BASH_REMATCH[1]}
    __r=${__r:${#name}}
    __g_lines
    if [[ $__r =~ ^in($|[[:space:]\;]) ]]; then
      __r=${__r:2}
      __g_words || return
    else
      __o='"$@"'
    fi
    out="__dbg_expand $__o && for v_$name in \"\${__dbg_words[@]}\"; "
    if [[ $__g_bad ]]; then
      __g_quote "$__g_bad"
      out="__dbg_refuse $__q && for v_$name in x; "
    fi
    __g_blanks
    __r=${__r#;}
    local needs=$__g_needs
    __g_lines
    __g_body || return
    __g_needs=$needs __g_bad=
    __o="{ $out$__o; }"
    __g_knowing
    ;;
  case) __g_case || return ;;
  *) __g_no "$1 is not understood by dbg shell" || return ;;
  esac
}

__g_body() {
  __g_expect do || return
  __g_list 'done' || return
  __o="do $__o"
  __g_expect 'done' || return
  __o+=done
}

__g_case() {
  local out pattern needs
  __g_blanks
  __g_word value || return
  out="{ __dbg_left=$__o; case \$__dbg_left in"$'\n'
  __g_lines
  [[ $__r =~ ^in[[:space:]] ]] || __g_no 'in is missing after case WORD' || return
  __r=${__r:2}
  while __g_lines && [[ ! $__r =~ ^esac($|[[:space:]\;\|\&\)]) ]]; do
    [[ $__r ]] || return 2
    __r=${__r#'('}
    pattern=
    while :; do
      __g_blanks
      __g_word pattern || return
      pattern+=$__o
      __g_blanks
      [[ $__r == '|'* ]] || break
      __r=${__r:1}
      pattern+=' | '
    done
    needs=$__g_needs
    __g_expect ')' || return
    __g_lines
    __o=
    if [[ $__r != ';;'* && ! $__r =~ ^esac ]]; then
      __g_list ';; esac' || return
    fi
    out+="$pattern) :"$'\n'"$__o;;"$'\n'
    __r=${__r#;;}
    __g_needs=$needs
  done
  __r=${__r:4}
  __o="${out}esac; }"
  __g_knowing
}

# Conditions in [[ ]]: the files are the container's, and the numbers are numbers.
__g_condition_or() {
  local out
  __g_condition_and || return
  out=$__o
  while __g_lines && [[ $__r == '||'* ]]; do
    __r=${__r:2}
    __g_condition_and || return
    out+=" || $__o"
  done
  __o=$out
}

__g_condition_and() {
  local out
  __g_condition || return
  out=$__o
  while __g_lines && [[ $__r == '&&'* ]]; do
    __r=${__r:2}
    __g_condition || return
    out+=" && $__o"
  done
  # In bash, && binds no more than ||, but in conditions it does.
  __o="{ $out; }"
}

__g_condition() {
  local left operator
  __g_lines
  case $__r in
  '') return 2 ;;
  '! '*)
    __r=${__r:2}
    __g_condition || return
    __o="! $__o"
    return
    ;;
  '('*)
    __r=${__r:1}
    __g_condition_or || return
    __g_lines
    __g_expect ')' || return
    __o="{ $__o; }"
    return
    ;;
  esac
  if [[ $__r =~ ^(-[a-zA-Z])[[:space:]] ]]; then
    operator=${BASH_REMATCH[1]}
    __r=${__r:2}
    __g_blanks
    __g_word value || return
    __o="{ __dbg_left=$__o; __dbg_test \"$operator\" \"\$__dbg_left\"; }"
    return
  fi
  __g_word value || return
  left=$__o
  [[ $left ]] || __g_no "a word is missing before ${__r:0:10}" || return
  __g_blanks
  if [[ $__r =~ ^(==|=|!=)[[:space:]] ]]; then
    operator=${BASH_REMATCH[1]}
    __r=${__r:${#operator}}
    __g_blanks
    __g_word pattern || return
    __o="{ __dbg_left=$left; [[ \$__dbg_left $operator $__o ]]; }"
  elif [[ $__r =~ ^(-[a-z][a-z]|<|>)[[:space:]] ]]; then
    operator=${BASH_REMATCH[1]}
    __r=${__r:${#operator}}
    __g_blanks
    __g_word value || return
    __o="{ __dbg_left=$left; __dbg_right=$__o; __dbg_test \"\$__dbg_left\" \"$operator\" \"\$__dbg_right\"; }"
  elif [[ $__r == '=~'* ]]; then
    __g_no '=~ is not understood by dbg shell: grep -E, or == with a pattern'
  else
    __o="{ __dbg_left=$left; __dbg_test \"\$__dbg_left\"; }"
  fi
}

# Words until one that cannot be one.
__g_words() {
  local out=
  while __g_blanks && [[ $__r && ($__r != [$'\n;&|()<>']* || $__r == '<('*) ]]; do
    __g_word || return
    out+=" $__o"
  done
  __o=$out
}

# A command without one of these is not run, for each variable that it needs is checked first.
__g_knowing() {
  [[ ! $__g_needs ]] || __o="{ __dbg_know$__g_needs && $__o; }"
}

# __g_redirected CODE: takes the redirections behind it.
__g_redirected() {
  local code=$1
  __g_needs=
  while __g_blanks && [[ $__r =~ $__g_redirection && $__r != '<('* ]]; do
    __g_redirect || return
  done
  __g_finish "$code"
}

# __g_finish CODE: with its redirections, or what is said instead of running it.
__g_finish() {
  local id words number
  __o=$1
  if [[ $__g_bad ]]; then
    __g_quote "$__g_bad"
    __o="__dbg_refuse $__q"
    return 0
  fi
  if [[ $__g_redirections ]]; then
    __o="{ $__o; }$__g_redirections"
  fi
  while IFS=$'\001' read -r id number words; do
    [[ ! $id ]] || __o="{ __dbg_in $id $words && { $__o; } $number<&\"\${__dbg_inputs[$id]}\"; __dbg_out $id \$?; }"
  done <<<"$__g_inputs"
  __g_knowing
}

__g_redirection='^([0-9]?)(<<<|<<|<>|<&|>&|>>|>\||&>>|&>|<|>)'
__g_inputs_made=0

__g_redirect() {
  local number operator path
  [[ $__r =~ $__g_redirection ]]
  number=${BASH_REMATCH[1]} operator=${BASH_REMATCH[2]}
  __r=${__r:${#BASH_REMATCH[0]}}
  [[ ! $number || $number == [0-7] ]] || __g_no "$number$operator: the descriptors 8 and 9 are dbg's" || return
  __g_blanks
  if [[ $operator == [\<\>]'&' ]]; then
    if [[ $__r =~ ^([0-7]|-)($|[[:space:];&|()<>]) ]]; then
      __g_redirections+=" $number$operator${BASH_REMATCH[1]}"
      __r=${__r:1}
      return 0
    fi
    [[ $operator == '>&' ]] || __g_no "$operator takes the number of a descriptor" || return
    operator='&>'
  fi
  case $operator in
  '<<') __g_no "<< is not understood by dbg shell: printf '%s\\n' LINE... | ..." || return ;;
  '<>') __g_no '<> is not understood by dbg shell' || return ;;
  '<<<')
    __g_word value || return
    __g_redirections+=" $number<<<${__o:-\"\"}"
    return 0
    ;;
  esac
  if [[ $__r == '<('* ]]; then
    [[ $operator == '<' ]] || __g_no "$operator <(...) is not understood" || return
    __g_word || return
    __g_redirections+=" $number< $__o"
    return 0
  fi
  path=$__r
  if [[ $__r =~ ^/dev/(null|zero|stdout|stderr)($|[[:space:];&|()<>]) ]]; then
    path=/dev/${BASH_REMATCH[1]}
    __r=${__r:${#path}}
    case $path in
    /dev/stdout) path='&1' ;;
    /dev/stderr) path='&2' ;;
    esac
    [[ $path != '&'* || $operator != '&'* ]] || __g_no "$operator $path is not understood" || return
    [[ $path != '&'* ]] || operator=${operator:0:1}
    __g_redirections+=" $number$operator$path"
    return 0
  fi
  if [[ $__g_host || $__r == here:* ]]; then
    [[ $__g_host && $__r != here:* ]] || __r=${__r:5}
    local kept=$__g_host
    __g_host=1
    __g_word value || return
    __g_host=$kept
    [[ $__o ]] || __g_no "a file of this host is missing after here: write here:FILE" || return
    __g_redirections+=" $number$operator\"\$(__dbg_left=$__o; __dbg_host_path \"\$__dbg_left\")\""
    return 0
  fi
  __g_word || return
  if [[ $operator == '<' ]]; then
    __g_inputs+="$((++__g_inputs_made))"$'\001'"$number"$'\001'"$__o"$'\n'
    [[ $__o != *$'\n'* ]] || __g_no 'a file name has a line end in it' || return
    return 0
  fi
  path=${path:0:${#path}-${#__r}}
  [[ $path != /dev/tcp/* && $path != /dev/udp/* ]] || __g_bad="$path: it would be a connection of this host: nc -z HOST PORT"
  : "${__g_bad:="$operator $path: a container's files are only read here: $operator here:FILE makes a file on this host"}"
}

__g_variables_passed='^(LC_[A-Z]+|LANG|LANGUAGE|TZ|TERM|COLUMNS|LINES|NO_COLOR|GREP_COLORS?|POSIXLY_CORRECT)$'

__g_simple() {
  local words='' first='' before='' name operator expanded=' ' code
  local -a names=() values=() needs=()
  while __g_blanks && [[ $__r && $__r != [$'\n']* ]]; do
    if [[ $__r =~ $__g_redirection && $__r != '<('* ]]; then
      __g_redirect || return
      continue
    fi
    [[ $__r != [$';&|()']* ]] || break
    if [[ ! $words ]]; then
      if [[ $__r =~ ^([A-Za-z_][A-Za-z0-9_]*)[[:space:]]*\(\) ]]; then
        [[ ! ${names[*]} ]] || __g_no 'a function is not understood here' || return
        name=${BASH_REMATCH[1]}
        __r=${__r:${#BASH_REMATCH[0]}}
        __g_lines
        [[ $__r =~ ^\{[[:space:]] ]] || __g_no "write a function as $name() { ...; }" || return
        __g_command || return
        __o="__dbg_f_$name() { $__o; }"
        return 0
      fi
      if [[ $__r =~ ^([A-Za-z_][A-Za-z0-9_]*)(\+?=) ]]; then
        name=${BASH_REMATCH[1]} operator=${BASH_REMATCH[2]}
        __r=${__r:${#BASH_REMATCH[0]}}
        if [[ $__r == '('* ]]; then
          __r=${__r:1}
          __g_array || return
          before+="__dbg_expand $__o && v_$name$operator(\"\${__dbg_words[@]}\") && "
        else
          __g_value || return
          names+=("$name") values+=("$operator$__o") needs+=("$__g_value_needs")
        fi
        continue
      fi
      if [[ $__r =~ ^([A-Za-z_][A-Za-z0-9_.+-]*)($|[[:space:];&|()<>]) && ${__dbg_aliases[${BASH_REMATCH[1]}]+x} &&
        $expanded != *" ${BASH_REMATCH[1]} "* ]]; then
        name=${BASH_REMATCH[1]}
        expanded+="$name "
        __r="${__dbg_aliases[$name]}${__r:${#name}}"
        continue
      fi
      if [[ $__r == '!'[!\ $'\t\n=']* ]]; then
        __r="here ${__r:1}"
      fi
      __g_word command || return
      first=$__g_name
      words=$__o
      [[ $first != here ]] || __g_host=1
      case $first in
      export | declare | typeset | readonly | local)
        __g_declares "$first" || return
        words=$__o
        break
        ;;
      esac
      continue
    fi
    __g_word || return
    # tee makes a file of this host only where here: was typed.
    [[ $first != tee || $__o != '"here:'* ]] || __o="\"\$__dbg_mark_here\"$__o"
    words+=" $__o"
  done
  if [[ ! $words ]]; then
    [[ $before || ${names[*]} || $__g_redirections$__g_inputs$__g_bad ]] ||
      __g_no "a command is missing before ${__r:0:10}" || return
    code=$before
    for name in "${!names[@]}"; do
      case ${names[name]} in
      PATH | IFS | PS[0-4] | ENV | BASH*) __g_bad="${names[name]}= has no meaning in dbg shell" ;;
      esac
      code+="${needs[name]:+__dbg_know${needs[name]} && }v_${names[name]}${values[name]} && "
    done
    code=${code% && }
    __g_finish "${code:-:}"
    return
  fi
  code=
  __g_needs+="${needs[*]}"
  for name in "${!names[@]}"; do
    if [[ ${names[name]} == IFS && $first == read || ${names[name]} =~ $__g_variables_passed ]] ||
      [[ $__g_host && ! ${names[name]} =~ ^(__|v_|PATH$|IFS$|BASH|DBG_|SHELLOPTS$) ]]; then
      code+="${names[name]}${values[name]} "
    else
      __g_bad="${names[name]}=...: a tool in the container gets no variables from here"
    fi
  done
  case $first in
  here) code+="__dbg_here${words#\"here\"}" ;;
  break | continue)
    [[ $words =~ ^\"[a-z]+\"(\ \"[0-9]+\")?$ ]] || __g_no "$first takes a number" || return
    code=${words//\"/}
    ;;
  return | exit) code="builtin ${words//\"$first\"/$first}" ;;
  shift) code="shift${words#\"shift\"}" ;;
  export | declare | typeset | readonly | local) code=$words ;;
  watch | alias)
    # Only a line that was typed as it is may be read as a line again.
    code="__dbg_call $words"
    [[ ${words//\\?/} == *[\$\`]* ]] || code="__dbg_as_typed=1 $code"
    ;;
  *) code+="__dbg_call $words" ;;
  esac
  __g_finish "$code"
}

# A value after a name and =, in __o, and what it needs, in __g_value_needs: an assignment before it in the same command
# may set that, so it is looked at between the two.
__g_value() {
  local kept=$__g_needs
  __g_needs=
  __g_word value || return
  __g_value_needs=$__g_needs __g_needs=$kept
}

# The names and values after export and its like.
__g_declares() {
  local out='' name
  while __g_blanks && [[ $__r =~ ^([A-Za-z_][A-Za-z0-9_]*)(=?) ]]; do
    name=${BASH_REMATCH[1]}
    __r=${__r:${#BASH_REMATCH[0]}}
    if [[ ${BASH_REMATCH[2]} ]]; then
      __g_value || return
      out+="${out:+ && }${__g_value_needs:+__dbg_know$__g_value_needs && }"
      [[ $1 != local ]] || out+='local '
      out+="v_$name=$__o"
    elif [[ $1 == local ]]; then
      out+="${out:+ && }local v_$name="
    else
      out+="${out:+ && }:"
    fi
  done
  [[ ! $__r || $__r == [$'\n;&|)']* ]] || __g_no "$1 takes NAME=WORD: it has no options in dbg shell" || return
  [[ $out ]] || __g_bad="$1: environ 1 shows the variables of the first process there"
  __o=${out:-:}
}

__g_array() {
  local out=
  while __g_lines && [[ $__r != ')'* ]]; do
    [[ $__r ]] || return 2
    [[ $__r != [\;\&\|\<\>\(]* ]] || __g_no 'an array has words' || return
    __g_word || return
    out+=" $__o"
  done
  __r=${__r:1}
  __o=$out
}

# __g_word [HOW]: one word. HOW is "pattern" if it is one; "value" after a name and =; "command" if it is the first;
# "default" and "part" in ${x:-WORD} and ${x/PART/}.
# Sets __g_name to the word if it is one without any quotes and expansions.
__g_word() {
  local how=${1-} out='' plain='' c text depth=0
  local bracket='^\[[!^]?(\[:[a-z]+:\]|[A-Za-z0-9_.,@%+=:/-])+\]'
  local sequence='^\{(-?[0-9]+\.\.-?[0-9]+|[a-z]\.\.[a-z]|[A-Z]\.\.[A-Z])(\.\.-?[0-9]+)?\}'
  [[ $__r ]] || return 2
  __g_name=
  while [[ $__r ]]; do
    c=${__r:0:1}
    if [[ $how != default && $how != part ]]; then
      [[ $c != [$' \t\n;&|()<>'] || $__r == '<('* ]] || break
    elif [[ $c == '}' || $how == part && $c == / && $out ]]; then
      break
    fi
    if [[ $__r =~ ^[A-Za-z0-9_.:@%+/-]+ && ($how != part || $c != /) ]]; then
      text=${BASH_REMATCH[0]}
      [[ $how != part || $text != */* ]] || text=${text%%/*}
      __r=${__r:${#text}}
      __g_quote "$text"
      out+=$__q plain+=$text
      continue
    fi
    case $c in
    '\')
      [[ ${#__r} -gt 1 ]] || return 2
      if [[ ${__r:1:1} != $'\n' ]]; then
        __g_quote "${__r:1:1}"
        out+=$__q plain+=$'\001'
      fi
      __r=${__r:2}
      ;;
    "'")
      __r=${__r:1}
      [[ $__r == *"'"* ]] || return 2
      text=${__r%%"'"*}
      __r=${__r:${#text}+1}
      __g_quote "$text"
      out+=$__q plain+=$'\001'
      ;;
    '"')
      __r=${__r:1}
      __g_quoted || return
      out+=$__o plain+=$'\001'
      ;;
    '$' | '`')
      if [[ $__r == \$\'* ]]; then
        # Within "${x:-...}" bash would read the text once more.
        [[ $how != default && $how != part ]] || __g_no "\$'...' is not understood in \${...}" || return
        [[ $__r =~ ^\$\'([^\\\']|\\.)*\' ]] || return 2
        __r=${__r:${#BASH_REMATCH[0]}}
        out+=${BASH_REMATCH[0]}
      else
        __g_dollar '' || return
        out+=$__o
      fi
      plain+=$'\001'
      ;;
    '*' | '?')
      __r=${__r:1}
      if [[ $how == pattern || $how == part || $how == default && ${__g_in_pattern-} ]]; then
        out+=$c
      elif [[ $how == value || $how == default ]]; then
        out+=\"$c\"
      else
        out+="\"\${__dbg_mark_glob}$c\""
      fi
      plain+=$'\001'
      ;;
    '[')
      if [[ $__r =~ $bracket ]]; then
        text=${BASH_REMATCH[0]}
        __r=${__r:${#text}}
        if [[ $how == pattern || $how == part || $how == default && ${__g_in_pattern-} ]]; then
          out+=$text
        elif [[ $how == value || $how == default ]]; then
          out+=\"$text\"
        else
          out+="\"\${__dbg_mark_glob}$text\""
        fi
        plain+=$'\001'
      else
        __r=${__r:1}
        out+='"["' plain+='['
      fi
      ;;
    '~')
      __r=${__r:1}
      if [[ $out || $how == pattern || $how == default || $how == part ]]; then
        out+='"~"'
      elif [[ $__g_host && (! $__r || $__r == [$'/ \t\n;&|()<>']*) ]]; then
        out+='"${HOME-}"'
      else
        __g_bad='~: your home on this host, not one of the container: write the path in the container'
        out+='"~"'
      fi
      plain+=$'\001'
      ;;
    '{')
      if [[ $how != value && $how != default && $how != part && $__r =~ $sequence ]]; then
        text=${BASH_REMATCH[0]}
        __r=${__r:${#text}}
        out+=$text plain+=$'\001'
      elif [[ $how != value && $how != default && $how != part && $__r =~ ^\{[^[:space:]{}]*,[^[:space:]]*\} ]]; then
        __r=${__r:1}
        depth=$((depth + 1))
        out+='{' plain+=$'\001'
      else
        __r=${__r:1}
        out+='"{"' plain+='{'
      fi
      ;;
    ',' | '}')
      __r=${__r:1}
      if ((depth)); then
        out+=$c plain+=$'\001'
        [[ $c == , ]] || depth=$((depth - 1))
      else
        out+=\"$c\" plain+=$c
      fi
      ;;
    '<')
      __r=${__r:2}
      __g_nested ')' || return
      out+="<($__o)" plain+=$'\001'
      ;;
    *)
      __r=${__r:1}
      __g_quote "$c"
      out+=$__q plain+=$c
      ;;
    esac
  done
  ((depth == 0)) || __g_no '{ without }' || return
  [[ $out || $how == value || $how == default || $how == part ]] || __g_no "a word is missing before ${__r:0:10}" || return
  __o=$out
  [[ $plain == *$'\001'* ]] || __g_name=$plain
}

# The rest of a text in double quotes.
__g_quoted() {
  local out='' text
  while [[ $__r ]]; do
    if [[ $__r =~ ^[^\\\"\$\`]+ ]]; then
      text=${BASH_REMATCH[0]}
      __r=${__r:${#text}}
      __g_quote "$text"
      out+=$__q
      continue
    fi
    case $__r in
    '"'*)
      __r=${__r:1}
      __o=${out:-'""'}
      return 0
      ;;
    $'\\\n'*) __r=${__r:2} ;;
    '\'[\\\"\$\`]*)
      __g_quote "${__r:1:1}"
      out+=$__q
      __r=${__r:2}
      ;;
    '\'*)
      out+='"\\"'
      __r=${__r:1}
      ;;
    *)
      __g_dollar 1 || return
      out+=$__o
      ;;
    esac
  done
  return 2
}

# __g_nested END: commands in parentheses, which have nothing to do with the word in which they are.
__g_nested() {
  local __g_host='' __g_bad='' __g_needs='' __g_redirections='' __g_inputs='' __g_in_pattern=
  __g_list "$1" || return
  __r=${__r:1}
  __o=" $__o "
}

# __g_dollar QUOTED: an expansion.
__g_dollar() {
  local quoted=$1 text
  case $__r in
  '`'*)
    [[ $__r =~ ^\`(([^\\\`]|\\.)*)\` ]] || return 2
    text=${BASH_REMATCH[1]}
    local rest=${__r:${#BASH_REMATCH[0]}}
    text=${text//\\\`/\`}
    text=${text//\\\$/\$}
    __r="${text//\\\\/\\})"
    __g_nested ')' || return
    [[ ! $__r ]] || __g_no 'what is in ` ` is not understood: $(...)' || return
    __r=$rest
    __o="\$($__o)"
    ;;
  '$(('*)
    __r=${__r:3}
    __g_arithmetic || return
    __o="\$(($__o))"
    ;;
  '$('*)
    __r=${__r:2}
    if [[ $__r =~ ^[[:space:]]*\<[[:space:]]*[^\(\<\&\>] ]]; then
      # $(<FILE): the file is the container's.
      __g_lines
      __r="cat <${__r:1}"
    fi
    __g_nested ')' || return
    __o="\$($__o)"
    ;;
  '${'*)
    __g_parameter "$quoted"
    return
    ;;
  '$'[A-Za-z_]*)
    [[ $__r =~ ^\$([A-Za-z_][A-Za-z0-9_]*) ]]
    text=${BASH_REMATCH[1]}
    __r=${__r:${#text}+1}
    __g_variable "$text"
    if [[ $quoted || $__g_host || $how == @(value|pattern|default|part) ]]; then
      __o="\${$__o}"
    else
      __o="\${$__o//[*?[]/\${__dbg_mark_glob}&}"
    fi
    ;;
  '$'[0-9@*#?]*)
    __o="\${${__r:1:1}-}"
    case ${__r:1:1} in
    '?')
      __o=$'${__dbg_status}'
      __g_needs+=' ?'
      ;;
    '#') __o='$#' ;;
    esac
    __r=${__r:2}
    ;;
  '$'[\$!]*)
    __g_bad="${__r:0:2}: a process of this host"
    [[ $__r != '$!'* ]] || __g_bad+=': jobs, wait and kill take %1'
    __r=${__r:2} __o=
    ;;
  *)
    __r=${__r:1}
    [[ ! $quoted && $__r == '"'* ]] || __o='"$"'
    [[ $__o == '"$"' ]] || __o=
    return 0
    ;;
  esac
  [[ ! $quoted ]] || __o=\"$__o\"
}

# __g_variable NAME [DEFAULT]: the variable of that name, in __o. One that may be unset is needed.
__g_variable() {
  case $1 in
  PWD) __o=__dbg_directory ;;
  OLDPWD) __o=__dbg_previous ;;
  RANDOM | SECONDS) __o=$1 ;;
  *)
    __o=v_$1
    if [[ $__g_host && ! ${2-} && $1 != __* && $1 != v_* ]]; then
      __o="v_$1-\${$1-}"
    elif [[ ! ${2-} ]]; then
      __g_needs+=" $1"
    fi
    ;;
  esac
}

# ${...}
__g_parameter() {
  local quoted=$1 length name index operator out
  [[ $__r =~ ^\$\{(#?)([A-Za-z_][A-Za-z0-9_]*|[0-9@*?#])(\[([0-9]+|[@*])\])?(:?[-=+?]|##?|%%?|//?[#%]?|\^\^?|,,?|:|\}) ]] ||
    __g_no "not understood: ${__r:0:20}" || return
  length=${BASH_REMATCH[1]} name=${BASH_REMATCH[2]} index=${BASH_REMATCH[3]} operator=${BASH_REMATCH[5]}
  __r=${__r:${#BASH_REMATCH[0]}}
  [[ ! $length || $operator == '}' ]] || __g_no "not understood: \${#$name$operator" || return
  [[ $name != [0-9@*?#] || $operator != *= ]] || __g_no "not understood: \${$name=" || return
  if [[ $name == [A-Za-z_]* ]]; then
    if [[ $operator == *[-=+] && $operator != '//'* ]]; then
      __g_variable "$name" default
    elif [[ $__g_host && ($operator != '}' || $length) ]]; then
      __g_variable "$name" default
    else
      __g_variable "$name"
    fi
    name=$__o
  fi
  out="\${$length$name$index"
  case $operator in
  '}') ;;
  := | =) __g_no "not understood: \${...$operator...}: write NAME=WORD in a command before" || return ;;
  :[-+] | [-+])
    __g_word default || return
    __g_take_brace || return
    out+=$operator$__o
    ;;
  :\? | \?) __g_no "not understood: \${$name$operator: [ -n \"\$x\" ] || ..." || return ;;
  '#'* | %*)
    local __g_in_pattern=1
    __g_word default || return
    __g_take_brace || return
    out+=$operator$__o
    ;;
  /*)
    __g_word part || return
    out+=$operator$__o
    if [[ $__r == /* ]]; then
      __r=${__r:1}
      __g_word default || return
      out+=/$__o
    fi
    __g_take_brace || return
    ;;
  ^* | ,*)
    out+=$operator
    __g_take_brace || return
    ;;
  :)
    [[ $__r =~ ^(\ -?[0-9]+|[0-9]+)(:-?[0-9]+)?\} ]] || __g_no "\${$name:...} takes numbers" || return
    out+=:${BASH_REMATCH[1]}${BASH_REMATCH[2]}
    __r=${__r:${#BASH_REMATCH[0]}}
    ;;
  esac
  if [[ $operator == '}' && ! $quoted && ! $length && ! $index && ! $__g_host && $name == v_* &&
    $how != @(value|pattern|default|part) ]]; then
    out+='//[*?[]/${__dbg_mark_glob}&'
  fi
  __o=$out}
  [[ ! $quoted ]] || __o=\"$__o\"
}

__g_take_brace() {
  [[ $__r ]] || return 2
  [[ $__r == '}'* ]] || __g_no "not understood: ${__r:0:20}" || return
  __r=${__r:1}
}

# Up to )). A variable in it must be a number, or bash would run what is in its value.
__g_arithmetic() {
  local out='' depth=0
  while [[ $__r ]]; do
    if [[ $__r =~ ^(\$\{#([A-Za-z_][A-Za-z0-9_]*)\}) ]]; then
      __r=${__r:${#BASH_REMATCH[0]}}
      __g_needs+=" ${BASH_REMATCH[2]}"
      out+="\${#v_${BASH_REMATCH[2]}}"
    elif [[ $__r == '$?'* ]]; then
      __r=${__r:2}
      __g_needs+=' ?'
      out+=__dbg_status
    elif [[ $__r =~ ^\$(RANDOM|SECONDS|#) || $__r =~ ^(RANDOM|SECONDS)[^A-Za-z0-9_] ]]; then
      __r=${__r#\$}
      __r=${__r:${#BASH_REMATCH[1]}}
      out+="\$${BASH_REMATCH[1]}"
    elif [[ $__r =~ ^\$?([A-Za-z_][A-Za-z0-9_]*) || $__r =~ ^\$\{([A-Za-z_][A-Za-z0-9_]*)\} ]]; then
      __r=${__r:${#BASH_REMATCH[0]}}
      __g_needs+=" ${BASH_REMATCH[1]}:number"
      out+="v_${BASH_REMATCH[1]}"
    elif [[ $__r =~ ^(0[xX][0-9a-fA-F]+|[0-9]+#[0-9a-zA-Z]+|[0-9]+) ]]; then
      __r=${__r:${#BASH_REMATCH[0]}}
      out+=${BASH_REMATCH[0]}
    else
      case $__r in
      '))'*)
        if ((depth == 0)); then
          __r=${__r:2}
          __o=${out:-0}
          return 0
        fi
        ;;&
      '('*) depth=$((depth + 1)) ;;
      ')'*) depth=$((depth - 1)) ;;
      [-+*/%\<\>=!\&\|?:,^~\ $'\t\n']*) ;;
      *) __g_no "not understood in a calculation: ${__r:0:10}" || return ;;
      esac
      ((depth >= 0)) || __g_no ') without (' || return
      out+=${__r:0:1}
      __r=${__r:1}
    fi
  done
  return 2
}
