"""Measures whether a session takes longer where there is more of everything: `scale.py RUNS`.

`native-tests/bench scale` prepares the containers and dbgds and runs this, see scene.sh. How many records the log
has is measured by `native-tests/bench-audit`.
"""
import os
import resource
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median

sys.dont_write_bytecode = True
import figures  # noqa: E402
from figures import Command, at_most, in_turns, ratio, turns  # noqa: E402

NAME, PID, DBG = os.environ["BENCH_NAME"], os.environ["BENCH_PID"], os.environ["BENCH_DBG"]
USER = os.environ["BENCH_USER"]
DBGD = Path("/proc", os.environ["BENCH_DBGD"])
CONTAINERS, RUNNING = 300, 30  # in all, and how many of them run
RULES = os.environ["BENCH_RULES"]
CLIENTS, SECONDS, ROUNDS = 64, 5, 3
MOST = 1.1

SS = ("ss", "-tlnH")
NSENTER = Command("nsenter", ("nsenter", "-t", PID, "-n") + SS)


def session(title, of="docker"):
    return Command(title, (DBG, NAME, "net", "--") + SS, USER, variable="DBG_SOCKET=" + os.environ["BENCH_SOCKET_" + of])


def docker(*words):
    return subprocess.run(("docker",) + words, check=True, stdout=subprocess.PIPE, text=True).stdout


def containers(runs):
    """Docker knows one container, then 300. nsenter, which knows none, tells how much the machine has changed."""
    figures.warm_up(session("dbg"))
    before = in_turns(runs, session("dbg"), NSENTER)
    for i in range(1, CONTAINERS):
        docker("run" if i < RUNNING else "create", *["--detach"] * (i < RUNNING), "--network", "none",
               "--name", "%s-%d" % (NAME, i), NAME)
    known = len(docker("ps", "--all", "--quiet").split())
    after = in_turns(runs, session("dbg"), NSENTER)
    figures.head("1 and %d containers of Docker, %d of them running" % (known, RUNNING))
    for number, ran in ((1, before), (known, after)):
        for name, took in ran.items():
            figures.row("%s, %d" % (name, number), took)
    of_both = [ran[name] for ran in (after, before) for name in ("dbg", "nsenter")]
    at_most(MOST, "a session beside nsenter, %d containers / 1" % known,
            figures.resampled(lambda *four: (median(four[0]) / median(four[1])) / (median(four[2]) / median(four[3])),
                              *of_both))


def rules(runs):
    """Two dbgds in turns. The rule that permits the session is the last."""
    few, many = session("dbg, 1 rule"), session("dbg, %s rules" % RULES, of="rules")
    figures.warm_up(few, many)
    ran = in_turns(runs, few, many)
    figures.head("1 and %s rules" % RULES)
    for name, ordered in ran.items():
        figures.row(name, ordered)
    at_most(MOST, "a session, %s rules / 1" % RULES, ratio(ran[many.name], ran[few.name]))


def worked():
    """Returns what dbgd, its tools and the clients have taken of the processors, in seconds, proc_pid_stat(5)."""
    fields = (DBGD / "stat").read_text().rpartition(")")[2].split()
    clients = resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") + clients.ru_utime + clients.ru_stime


def work_of(clients, command):
    """Runs so many clients. Returns what a session took of the clock and of the processors, in ms, and all runs."""
    before = worked()
    runs = turns("clients", (clients, SECONDS), command)[command.name]
    took = max(run.began + run.ms for run in runs) - min(run.began for run in runs)
    return took / len(runs), 1000 * (worked() - before) / len(runs), runs


def clients():
    """One client and 64, in turns."""
    command = session("dbg")
    work_of(8, command)
    one, many = zip(*((work_of(1, command), work_of(CLIENTS, command)) for _ in range(ROUNDS)))
    print("\n1 and %d clients, %d rounds of %d s each; in brackets the least and the most of the rounds" % (CLIENTS, ROUNDS, SECONDS))
    for what, of in (("the clock", 0), ("the processors", 1)):
        ratios = sorted(b[of] / a[of] for a, b in zip(one, many))
        print("  a session takes of %s: 1 client %.2f ms, %d clients %.2f ms" % (
            what, median(a[of] for a in one), CLIENTS, median(b[of] for b in many)))
        at_most(MOST, "of %s, %d clients / 1" % (what, CLIENTS), (median(ratios), ratios[0], ratios[-1]))
    of_client = defaultdict(list)
    for _, _, runs in many:
        for run in runs:
            of_client[run.client].append(run.ms)
    medians = sorted(map(median, of_client.values()))
    counts = sorted(map(len, of_client.values()))
    print("  of %d clients the fastest has a median of %.1f ms and the slowest of %.1f ms, %.2f times as long;\n"
          "  the one with the fewest sessions had %d, the one with the most %d; the longest session took %.0f ms" % (
              len(of_client), medians[0], medians[-1], medians[-1] / medians[0], counts[0], counts[-1],
              max(max(took) for took in of_client.values())))


def main():
    runs = int(sys.argv[1])
    figures.say_busy()
    rules(runs)
    clients()
    containers(runs)


main()
