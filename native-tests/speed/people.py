"""Measures what people wait for: `people.py ROUNDS`.

A line a second from a dbgd that has just been started, as built and with its cache, beside sudo(8), which has a policy
and a record as well; what Tab answers; lists; and the prompt of `dbg shell`. `native-tests/bench people` prepares the
containers and runs this, see scene.sh.
"""
import os
import pty
import re
import select
import subprocess
import sys
import time
from statistics import median

sys.dont_write_bytecode = True
import figures  # noqa: E402
from figures import Command, at_least, in_turns, ratio, turns  # noqa: E402

NAME, PID, DBG, USER = (os.environ["BENCH_" + key] for key in ("NAME", "PID", "DBG", "USER"))
SS = ("ss", "-tlnH")
CONTAINERS, RUNNING = 300, 30
HALF = 500   # ms: of two commands in turns each is run once a second
QUIET = 200  # ms before what Tab or a list answers
SUDO = Command("sudo -n nsenter -t PID -n", ("sudo", "-n", "nsenter", "-t", PID, "-n") + SS, USER)
PROMPT = re.compile(rb"[$#] (\x1b\[[0-9;]*[a-zA-Z])?$")
LONGEST = 10  # seconds


def dbg(title, *words, of="people"):
    return Command(title, (DBG, *words), USER, variable="DBG_SOCKET=" + os.environ["BENCH_SOCKET_" + of])


def session(of):
    return dbg("dbg NAME net", NAME, "net", "--", *SS, of=of)


def pace(rounds):
    """Sessions of dbgds that nobody has asked anything, in turns with sudo."""
    for of, how in (("people", "as built"), ("cached", "with its cache")):
        ran = turns("rounds", (rounds, 0, HALF), session(of), SUDO)
        took = {name: [run.ms for run in runs] for name, runs in ran.items()}
        figures.head("a line a second, from a fresh dbgd %s" % how)
        for name, times in took.items():
            figures.row(name, sorted(times))
        own, others = took.values()
        print("  the first: dbg %.1f ms, sudo %.1f ms; from the second to the tenth: dbg %.1f ms, sudo %.1f ms" % (
            own[0], others[0], median(own[1:10]), median(others[1:10])))
        at_least(2.2, "sudo / dbg", ratio(sorted(others), sorted(own)))


def idle(rounds, seconds):
    """The first session after nobody has asked anything for so long."""
    own, others = [], []
    for _ in range(rounds):
        time.sleep(seconds)
        for command, times in ((session("cached"), own), (SUDO, others)):
            times.append(turns("every", (1, 1), command)[command.name][0].ms)
    print("\nthe first after %d s without any, %d rounds: dbg %.1f ms (%.1f to %.1f), sudo %.1f ms (%.1f to %.1f)" % (
        seconds, rounds, median(own), min(own), max(own), median(others), min(others), max(others)), flush=True)


def keys(rounds):
    """With many containers, in turns."""
    for i in range(1, CONTAINERS):
        subprocess.run(["docker", "run" if i < RUNNING else "create", *["--detach"] * (i < RUNNING), "--network", "none",
                        "--name", "%s-%d" % (NAME, i), NAME], check=True, stdout=subprocess.DEVNULL)
    commands = (
        dbg("dbg: Tab, the container", "completion", "--line", "--", NAME + "-1"),
        Command("docker: Tab, the container", ("sh", "-c", "docker __complete exec %s-1 2>/dev/null" % NAME)),
        dbg("dbg: Tab, the tool", "completion", "--line", "--", NAME, "net", "--", "n"),
        dbg("dbg: Tab, an option of it", "completion", "--line", "--", NAME, "net", "--", "ss", "-"),
        dbg("dbg: Tab, a path in the container", NAME, "--", "ls", "-1Ap", "--", "/"),
        dbg("dbg ps", "ps"),
        Command("docker ps", ("docker", "ps")),
        dbg("dbg audit -n 200", "audit", "-n", "200"),
    )
    figures.warm_up(session("people"))
    ran = in_turns(rounds, *commands, pause=QUIET)
    figures.head("%d containers, %d of them running" % (CONTAINERS, RUNNING))
    for command in commands:
        figures.row(command.name, ran[command.name])


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
    idle(min(rounds, 5), 60)
    prompts(min(rounds, 20))
    keys(rounds)


main()
