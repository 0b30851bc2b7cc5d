"""Measures what people wait for: `people.py ROUNDS`.

A line a second from a dbgd that has just been started, as built and with its cache, beside sudo(8), which has a policy
and a record as well; the first line after a pause, and after the kernel has forgotten all files; what Tab answers; lists;
and the prompt of `dbg shell`. `native-tests/bench people` prepares the containers and runs this, see scene.sh.
"""
import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

sys.dont_write_bytecode = True
import figures  # noqa: E402
from figures import Command, at_least, in_turns, ratio, turns  # noqa: E402

NAME, PID, DBG, USER = (os.environ["BENCH_" + key] for key in ("NAME", "PID", "DBG", "USER"))
SS = ("ss", "-tlnH")
CONTAINERS, RUNNING = 300, 30
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"  # git's name of a tree without files
THIRD = 333  # ms: of three commands in turns each is run once a second
IDLE = 65    # seconds
QUIET = 200  # ms before what Tab or a list answers
NSENTER = ("sudo", "-n", "nsenter", "-t", PID, "-n") + SS
SUDO = Command("sudo -n nsenter -t PID -n", NSENTER, USER)
RECORDING = Command("the same, with sudo's I/O log", NSENTER, os.environ["BENCH_RECORDED"])
BRANCHES = os.environ["BENCH_WORK"] + "/branches"  # a repository of git's
PROMPT = re.compile(rb"[$#] (\x1b\[[0-9;]*[a-zA-Z])?$")
LONGEST = 10  # seconds


def dbg(title, *words, of="people"):
    return Command(title, (DBG, *words), USER, variable="DBG_SOCKET=" + os.environ["BENCH_SOCKET_" + of])


def session(of):
    return dbg("dbg NAME net", NAME, "net", "--", *SS, of=of)


def pace(rounds):
    """Sessions of dbgds that nobody has asked anything, in turns with sudo."""
    for of, how in (("people", "as built"), ("cached", "with its cache")):
        ran = turns("rounds", (rounds, 0, THIRD), session(of), SUDO, RECORDING)
        took = {name: [run.ms for run in runs] for name, runs in ran.items()}
        figures.head("a line a second, from a fresh dbgd %s" % how)
        for name, times in took.items():
            figures.row(name, sorted(times))
        own, others, recorded = took.values()
        print("  the first: dbg %.1f ms, sudo %.1f ms; from the second to the tenth: dbg %.1f ms, sudo %.1f ms" % (
            own[0], others[0], median(own[1:10]), median(others[1:10])))
        at_least(2.2, "sudo / dbg", ratio(sorted(others), sorted(own)))
        figures.say_ratio("sudo with its I/O log / dbg", ratio(sorted(recorded), sorted(own)))


def first(rounds, title, wait):
    """The first of each after a wait: of the log too, whose reader ends after a minute without work."""
    commands = (session("cached"), SUDO, dbg("dbg audit -n 200, starts its reader", "audit", "-n", "200", of="cached"))
    times = {command.name: [] for command in commands}
    for _ in range(rounds):
        wait()
        for command in commands:
            times[command.name].append(turns("every", (1, 1), command)[command.name][0].ms)
    figures.head(title)
    for name, ordered in times.items():
        figures.row(name, sorted(ordered))


def idle():
    time.sleep(IDLE)


def forgotten():
    """A night may do so, and more: no file is in memory but what a process has mapped and uses."""
    time.sleep(IDLE)
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3")


def keys(rounds):
    """With many containers, in turns."""
    for i in range(1, CONTAINERS):
        subprocess.run(["docker", "run" if i < RUNNING else "create", *["--detach"] * (i < RUNNING), "--network", "none",
                        "--name", "%s-%d" % (NAME, i), NAME], check=True, stdout=subprocess.DEVNULL)
    commands = (
        dbg("dbg: Tab, the container", "completion", "--line", "--", NAME + "-1"),
        Command("docker: Tab, the container", ("sh", "-c", "docker __complete exec %s-1 2>/dev/null" % NAME)),
        Command("git: Tab, one of 300 branches", ("git", "-C", BRANCHES, "for-each-ref", "--format=%(refname:strip=2)", "refs/heads")),
        Command("kubectl: Tab, the verb", ("sh", "-c", "kubectl __complete '' 2>/dev/null")),
        dbg("dbg: Tab, the tool", "completion", "--line", "--", NAME, "net", "--", "n"),
        dbg("dbg: Tab, an option of it", "completion", "--line", "--", NAME, "net", "--", "ss", "-"),
        dbg("dbg: Tab, a path in the container", NAME, "--", "ls", "-1Ap", "--", "/"),
        dbg("dbg ps", "ps"),
        Command("docker ps", ("docker", "ps")),
        dbg("dbg audit -n 200", "audit", "-n", "200"),
    )
    make_branches()
    figures.warm_up(session("people"))
    ran = in_turns(rounds, *commands, pause=QUIET)
    figures.head("%d containers, %d of them running" % (CONTAINERS, RUNNING))
    for command in commands:
        figures.row(command.name, ran[command.name])


def make_branches():
    """What git's completion asks for is one question to a repository."""
    own = {"GIT_%s_%s" % (who, what): "bench" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}

    def git(*words, said=None):
        return subprocess.run(("git", "-C", BRANCHES, *words), env={**os.environ, **own}, input=said, check=True, text=True,
                              stdout=subprocess.PIPE).stdout.strip()

    os.mkdir(BRANCHES)
    git("init", "--quiet")
    commit = git("commit-tree", "-m", "first", EMPTY_TREE)
    git("update-ref", "--stdin", said="".join("create refs/heads/branch-%d %s\n" % (i, commit) for i in range(CONTAINERS)))


def prompts(rounds):
    """From the start of a shell to its prompt, on a terminal."""
    uid, gid = USER.split(":")
    own = ["setpriv", "--reuid", uid, "--regid", gid, "--clear-groups", DBG, "shell", NAME]
    figures.head("a shell, until its prompt")
    for name, words in (("dbg shell NAME", own), ("docker exec -it NAME /sh -i", ["docker", "exec", "-it", NAME, "/sh", "-i"])):
        figures.row(name, sorted(prompt(words) for _ in range(rounds)))


def prompt(words):
    begun = time.monotonic()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(DBG_SOCKET=os.environ["BENCH_SOCKET_people"], PS1="$ ", TERM="xterm", HOME="/")
        os.execvp(words[0], words)
    said = b""
    while not PROMPT.search(said):
        if not select.select([terminal], [], [], LONGEST)[0]:
            sys.exit("%s shows no prompt: %r" % (" ".join(words), said))
        try:
            said += os.read(terminal, 4096)
        except OSError:
            sys.exit("%s ended: %r" % (" ".join(words), said))
    took = 1000 * (time.monotonic() - begun)
    os.write(terminal, b"\x04")
    os.close(terminal)
    os.waitpid(pid, 0)
    return took


def main():
    rounds = int(sys.argv[1])
    figures.say_busy()
    pace(rounds)
    first(min(rounds, 5), "the first after %d s without any" % IDLE, idle)
    first(min(rounds, 5), "the same, when no file is in memory", forgotten)
    prompts(min(rounds, 20))
    keys(rounds)


main()
