"""Measures dbgd on the largest host that it is meant for: `large.py SESSIONS`.

`native-tests/bench large` prepares the operators, the rules and the dbgd, and runs this, see scene.sh. The containers come one
after another, so that what dbgd holds, and what a session takes of it, can be compared.
"""
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

sys.dont_write_bytecode = True
import figures  # noqa: E402
from figures import Command, holdings, quantile, turns, warm_up  # noqa: E402

NAME, DBG, PID = (os.environ["BENCH_" + key] for key in ("NAME", "DBG", "PID"))
DBGD = Path("/proc", os.environ["BENCH_DBGD"])
OPERATORS = os.environ["BENCH_OPERATORS"].split()  # UID:GID
STEPS = (1, 300, 1000, 2000)  # containers
SS = ("ss", "-tlnH")
RUNNING = int(os.environ.get("RUNNING", 100))  # of them, at most; one that runs takes the host some 10 MB
PACE = 20  # ms from one session to the next, each of the next operator
SOCKET = "DBG_SOCKET=" + os.environ["BENCH_SOCKET_large"]


def line(user, *words):
    return Command("dbg", (DBG, *words), user, variable=SOCKET)


def worked():
    """What dbgd, the tools and the readers that it waited for have taken of the processors, in ms, proc_pid_stat(5)."""
    fields = (DBGD / "stat").read_text().rpartition(")")[2].split()
    return 1000 * sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def make_containers(first, last):
    for i in range(first, last):
        subprocess.run(["docker", "run" if i < RUNNING else "create", *["--detach"] * (i < RUNNING), "--network", "none",
                        "--name", "%s-%d" % (NAME, i), NAME], check=True, stdout=subprocess.DEVNULL)


def say(what, count, *commands):
    """Measures so many lines at a steady pace, each of the next operator, or of root beside them."""
    before = worked()
    took = sorted(run.ms for run in turns("every", (PACE, count), *commands)[commands[0].name])
    own = "; of dbgd's processors %5.1f ms each" % ((worked() - before) / count) if commands[0].name == "dbg" else ""
    print("  %-26s %5d times: median %6.2f ms, p99 %6.1f ms, longest %5.0f ms%s" % (
        what, count, median(took), quantile(took, 0.99), took[-1], own), flush=True)


def main():
    sessions = int(sys.argv[1])
    figures.say_busy()
    of_each = [line(user, NAME, "net", "--", *SS) for user in OPERATORS]
    warm_up(of_each[0])
    known = 1
    for step in STEPS:
        make_containers(known, step)
        known = step
        print("\n%d containers of Docker, %d of them running, %d operators in turns, %s rules" % (
            known, min(known, RUNNING), len(OPERATORS), os.environ["BENCH_RULES"]))
        say("a session", sessions, *of_each)
        say("nsenter -t PID -n", sessions, Command("nsenter", ("nsenter", "-t", PID, "-n", *SS)))
        say("Tab, the container", 50, *(line(user, "completion", "--line", "--", NAME + "-1") for user in OPERATORS[:50]))
        say("dbg ps", 50, *(line(user, "ps") for user in OPERATORS[:50]))
        say("docker ps", 50, Command("docker", ("docker", "ps")))
        print("  dbgd holds " + holdings(DBGD), flush=True)


main()
