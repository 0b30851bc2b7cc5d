# Completion of dbg(1) for fish: dbgd says what could be typed next. To use it:
#   dbg completion fish | source
#
# fish quotes what it inserts. Names of files and interfaces are the container's: DBG_DRAWN keeps from the terminal
# what it would obey. What follows a tab fish takes for a description.

# __dbg_in_target TARGET TOOL [ARG...]: in the container of the line, which dbgd names.
function __dbg_in_target
    string match -q -- '-*' $argv[1]; or DBG_DRAWN=1 DBG_TAB=1 dbg exec $argv[1] -- $argv[2..] 2>/dev/null
end

function __dbg_complete
    set -l words (commandline -opc)[2..]
    set -l word (commandline -ct)
    # dbg -H HOST, or dbg VERB -H HOST: the host that is asked. dbg asks for no password then.
    if contains -- "$words[2]" -H --host; and test (count $words) -ge 3
        set words $words[2..3] $words[1] $words[4..]
    end
    if contains -- "$words[1]" -H --host; and test (count $words) -ge 2
        set -fx DBG_HOST $words[2]
        set words $words[3..]
    end
    for line in (dbg completion --line -- $words "$word" 2>/dev/null)
        set -l target (string replace -r '^[^\t]*\t' '' -- $line)
        switch $line
            case @path\t'*'
                set -l directory /
                string match -q '*/*' -- $word; and set directory (string replace -r '[^/]*$' '' -- $word)
                for name in (__dbg_in_target $target ls -1Ap -- $directory | string match -v '*'\t'*')
                    printf '%s\n' $directory$name
                end
            case @interface\t'*'
                __dbg_in_target $target ip -br link | string replace -r '[@ ].*' ''
            case '*'
                printf '%s\n' $line
        end
    end
end

complete -c dbg -f -a '(__dbg_complete)'
