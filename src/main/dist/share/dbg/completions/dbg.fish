# Completion of dbg(1) for fish: dbgd says what could be typed next. To use it:
#   dbg completion fish | source
#
# fish quotes what it inserts. Names of files and interfaces are the container's: DBG_DRAWN keeps from the terminal
# what it would obey.

function __dbg_in_target
    set -l words (commandline -opc)[2..]
    contains -- "$words[1]" -H --host; and set words $words[3..]
    for word in $words
        if not string match -q -- '-*' $word; and not contains -- $word exec explain
            DBG_DRAWN=1 DBG_TAB=1 dbg $word -- $argv 2>/dev/null
            return
        end
    end
end

function __dbg_complete
    set -l words (commandline -opc)[2..]
    set -l word (commandline -ct)
    # dbg -H HOST: the host that is asked. dbg asks for no password then.
    if contains -- "$words[1]" -H --host; and test (count $words) -ge 2
        set -fx DBG_HOST $words[2]
        set words $words[3..]
    end
    for line in (dbg completion --line -- $words "$word" 2>/dev/null)
        switch $line
            case @path
                set -l directory /
                string match -q '*/*' -- $word; and set directory (string replace -r '[^/]*$' '' -- $word)
                for name in (__dbg_in_target ls -1Ap -- $directory)
                    printf '%s\n' $directory$name
                end
            case @interface
                __dbg_in_target ip -br link | string replace -r '[@ ].*' ''
            case '*'
                printf '%s\n' $line
        end
    end
end

complete -c dbg -f -a '(__dbg_complete)'
