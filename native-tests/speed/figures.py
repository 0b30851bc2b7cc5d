"""Runs commands by `turns`, and says what their times are: medians with intervals, ratios, and budgets."""
import os
import random
import statistics
import subprocess
import time
from dataclasses import dataclass
from math import ceil, floor, sqrt

RESAMPLES = 1000
WARM_UP = 300        # sessions
WARM_UP_ROUNDS = 20
SETTLE, QUIET = 4, 2  # seconds
# Milliseconds before each command: an operator's session does not follow on another, and what a command leaves for
# others to do should not count for the next.
PAUSE = 5


@dataclass(frozen=True)
class Command:
    """A command that is measured. `name` is how reports call it; `each` 4 means every fourth round. See turns.c."""
    name: str
    words: tuple
    user: str = "0:0"
    terminal: bool = False
    each: int = 1
    variable: str = "DBG_BENCH=1"

    def line(self):
        return "\t".join([self.name, str(self.each), self.user, "terminal" if self.terminal else "null",
                          self.variable, *self.words])


@dataclass(frozen=True)
class Took:
    """One run: which client ran it, when it began, and how long it took, in milliseconds."""
    client: int
    began: float
    ms: float


def turns(mode, numbers, *commands):
    """Returns the runs of each command, by its name. `mode` and `numbers` are those of turns.c."""
    ran = subprocess.run([os.environ["BENCH_TURNS"], mode, *map(str, numbers)], text=True, check=True,
                         input="".join(command.line() + "\n" for command in commands), stdout=subprocess.PIPE)
    runs = {command.name: [] for command in commands}
    for line in ran.stdout.splitlines():
        name, client, began, took = line.split("\t")
        runs[name].append(Took(int(client), int(began) / 1000, int(took) / 1000))
    return runs


def in_turns(count, *commands, pause=PAUSE):
    """Returns the sorted times of each command, of so many rounds after some to warm up."""
    return {name: sorted(run.ms for run in runs)
            for name, runs in turns("rounds", (count, WARM_UP_ROUNDS, pause), *commands).items()}


def warm_up(*sessions):
    """Runs each of the sessions some hundred times: a dbgd that has just been started is slower."""
    for session in sessions:
        turns("every", (1, WARM_UP), session)


def quantile(ordered, fraction):
    return ordered[max(0, ceil(fraction * len(ordered)) - 1)]


def p95(ordered):
    return quantile(ordered, 0.95)


def interval(ordered):
    """Returns the 95 % confidence interval of the median by order statistics, which assume no distribution."""
    half = 1.96 * sqrt(len(ordered)) / 2
    middle = len(ordered) / 2
    return ordered[max(0, floor(middle - half) - 1)], ordered[min(len(ordered) - 1, ceil(middle + half))]


def ratio(some, others, statistic=statistics.median):
    """Returns the ratio of a statistic of two lists of times, and its 95 % confidence interval by bootstrap."""
    return resampled(lambda a, b: statistic(a) / statistic(b), some, others)


def resampled(figure, *lists):
    """Returns a figure of lists of times, and its 95 % confidence interval: what it is of random samples of them."""
    chance = random.Random(1)
    samples = sorted(figure(*(sorted(chance.choices(times, k=len(times))) for times in lists))
                     for _ in range(RESAMPLES))
    return figure(*lists), quantile(samples, 0.025), quantile(samples, 0.975)


def holdings(process):
    """Returns what a process holds, whose directory in /proc this is: resident memory and its own share of it in MB, descriptors and threads."""
    rollup = dict(line.split(":", 1) for line in (process / "smaps_rollup").read_text().splitlines()[1:])
    resident, own = (int(rollup[key].split()[0]) / 1024 for key in ("Rss", "Pss"))
    return "%.0f MB resident, %.0f MB of it its own share, %d descriptors, %d threads" % (
        resident, own, len(list((process / "fd").iterdir())), len(list((process / "task").iterdir())))


def busy():
    """Returns how long all processors have worked since the machine was started, in seconds, proc_stat(5)."""
    with open("/proc/stat") as stat:
        user, nice, system, _, _, irq, softirq = map(int, stat.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def say_busy():
    """Says how much the processors work while nothing is measured: times of a busy machine say little."""
    time.sleep(SETTLE)  # what has just been started is still busy with its start
    before = busy()
    time.sleep(QUIET)
    print("before: processors %.0f %% busy" % (100 * (busy() - before) / QUIET / os.cpu_count()), flush=True)


def head(title):
    print("\n%-50s %9s %17s %9s %9s %5s" % (title, "median", "95 % interval", "min", "p95", "runs"))


def row(name, ordered):
    low, high = interval(ordered)
    print("  %-48s %6.2f ms %7.2f .. %6.2f %6.2f ms %6.2f ms %5d" % (
        name, statistics.median(ordered), low, high, ordered[0], p95(ordered), len(ordered)), flush=True)


def at_most(budget, what, measured):
    say("at most", budget, what, measured, measured[0] <= budget)


def at_least(budget, what, measured):
    say("at least", budget, what, measured, measured[0] >= budget)


def say_ratio(what, measured):
    """For what no budget is about."""
    print("  %s: %.2f (%.2f to %.2f)" % (what, *measured), flush=True)


def say(kind, budget, what, measured, within):
    """`measured` is a figure and its interval."""
    print("  %s: %.2f (%.2f to %.2f); %s %g wanted: %s budget" % (
        what, *measured, kind, budget, "within" if within else "over"), flush=True)
