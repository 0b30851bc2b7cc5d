"""Measures sessions beside what dbg replaces, and draws them: `sessions.py RUNS PICTURE`.

`native-tests/bench sessions` prepares the containers and runs this, see scene.sh. All commands are measured in one
run, in turns, in an order that changes from round to round: other load on the machine, and what a command leaves
behind, affect all alike.
"""
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import figures  # noqa: E402
import picture  # noqa: E402
from figures import Command, at_least, at_most, in_turns, ratio, turns  # noqa: E402

NAME = os.environ["BENCH_NAME"]
USER = os.environ["BENCH_USER"]
DBG = os.environ["BENCH_DBG"]
PID = os.environ["BENCH_PID"]
PODMAN_PID, LXC_PID = os.environ["BENCH_PODMAN_PID"], os.environ["BENCH_LXC_PID"]
SLOW = 4   # in every fourth round
CLIENTS, SECONDS, ROUNDS = 8, 4, 3

SS = ("ss", "-tlnH")
NETSTAT = ("netstat", "-tulpn")
LS = ("ls", "/")
NSENTER = ("nsenter", "-t", PID, "-n")
SEED = "nsenter -t $(docker inspect --format '{{.State.Pid}}' %s) -n %s" % (NAME, " ".join(SS))


def dbg(title, *words, of="docker", terminal=False):
    """A session; `of` is the dbgd that runs it."""
    return Command(title, (DBG, *words), USER, terminal, variable="DBG_SOCKET=" + os.environ["BENCH_SOCKET_" + of])


GROUPS = {
    "Docker container: ss -tlnH": [
        Command("nsenter -t PID -n", NSENTER + SS),
        dbg("dbg NAME net", NAME, "net", "--", *SS),
        dbg("dbg pid://PID net", "pid://" + PID, "net", "--", *SS),
        Command("nsenter, on a terminal", NSENTER + SS, terminal=True),
        dbg("dbg -t NAME net", "-t", NAME, "net", "--", *SS, terminal=True),
        Command("nsenter -t $(docker inspect NAME) -n", ("sh", "-c", SEED)),
        Command("cntr attach", ("cntr", "attach", "-t", "process-id", PID, "--", *SS), each=SLOW),
        Command("docker exec", ("docker", "exec", NAME, *SS), each=SLOW),
        Command("docker run --net container:NAME", (
            "docker", "run", "--rm", "--net", "container:" + NAME, "--entrypoint", SS[0], NAME, *SS[1:]), each=SLOW),
    ],
    "Podman container: ss -tlnH": [
        Command("nsenter, Podman", ("nsenter", "-t", PODMAN_PID, "-n") + SS),
        dbg("dbg NAME net, Podman", NAME + "-podman", "net", "--", *SS, of="others"),
        Command("podman exec", ("podman", "exec", NAME + "-podman", *SS), each=SLOW),
    ],
    "LXC container: ss -tlnH": [
        Command("nsenter, LXC", ("nsenter", "-t", LXC_PID, "-n") + SS),
        dbg("dbg NAME net, LXC", NAME + "-lxc", "net", "--", *SS, of="others"),
        Command("lxc-attach", ("lxc-attach", "-n", NAME + "-lxc", "--", *SS)),
    ],
    "Docker container: netstat -tulpn": [
        Command("nsenter -t PID -n netstat", NSENTER + NETSTAT),
        dbg("dbg NAME net netstat", NAME, "net", "--", *NETSTAT),
        dbg("dbg NAME net,pid netstat", NAME, "net,pid", "--", *NETSTAT),
    ],
    "Docker container: ls /": [
        Command("nsenter -t PID -m ls", ("nsenter", "-t", PID, "-m") + LS),
        dbg("dbg NAME mnt ls", NAME, "mnt", "--", *LS),
        Command("docker exec ls", ("docker", "exec", NAME, *LS), each=SLOW),
    ],
}
BARE_AND_OWN = GROUPS["Docker container: ss -tlnH"][:2]


def output(command):
    """Returns what a command prints, without pids, which depend on the namespace; None if it fails or is missing."""
    variable, value = command.variable.split("=", 1)
    words = command.words
    if command.user == USER:
        uid, gid = USER.split(":")
        words = ("setpriv", "--reuid", uid, "--regid", gid, "--clear-groups", *words)
    try:
        ran = subprocess.run(words, env=os.environ | {variable: value}, check=True, text=True, capture_output=True,
                             stdin=subprocess.DEVNULL, cwd="/")
        return re.sub("[0-9]+/server *", "server", ran.stdout)
    except FileNotFoundError:
        return None
    except subprocess.CalledProcessError as failed:
        print("%s: %s" % (" ".join(words), failed.stderr), file=sys.stderr)
        return None


def present(commands):
    """Returns the commands that can be compared: all print what the group's first prints. dbg must be among them."""
    first, kept = output(commands[0]), []
    for command in commands:
        if command.terminal or output(command) == first:
            kept.append(command)
        elif command.user == USER:
            sys.exit("cannot compare: dbg and nsenter differ on %s: run native-tests/run" % " ".join(command.words))
        else:
            print("not measured, as it failed or printed something else: %s" % " ".join(command.words))
    return kept


def measure(runs):
    groups = {title: present(commands) for title, commands in GROUPS.items()}
    figures.warm_up(*(command for commands in groups.values() for command in commands if command.user == USER))
    took = in_turns(runs, *(command for commands in groups.values() for command in commands))
    groups = {title: {command.name: took[command.name] for command in commands}
              for title, commands in groups.items()}
    for title, commands in groups.items():
        figures.head(title)
        for name, ordered in commands.items():
            figures.row(name, ordered)
    return groups


def budget(groups):
    ms = {name: ordered for commands in groups.values() for name, ordered in commands.items()}
    bare, own = ms["nsenter -t PID -n"], ms["dbg NAME net"]
    print("\nthe budget, each with its 95 % interval")
    at_most(1.5, "ss, dbg / nsenter", ratio(own, bare))
    at_most(2, "ss, p95 of dbg / p95 of nsenter", ratio(own, bare, figures.p95))
    at_least(5, "ss, nsenter with docker inspect / dbg", ratio(ms["nsenter -t $(docker inspect NAME) -n"], own))
    at_least(14, "ss, docker exec / dbg", ratio(ms["docker exec"], own))
    at_most(1.5, "ls, dbg / nsenter -m", ratio(ms["dbg NAME mnt ls"], ms["nsenter -t PID -m ls"]))
    at_most(1, "netstat -p, dbg with net,pid / nsenter",
            ratio(ms["dbg NAME net,pid netstat"], ms["nsenter -t PID -n netstat"]))


def measure_close(runs):
    """The same without a pause, and with no others between: the processors' caches hold what a session needs."""
    bare, own = in_turns(runs, *BARE_AND_OWN, pause=0).values()
    figures.head("one right after another")
    figures.row(BARE_AND_OWN[0].name, bare)
    figures.row(BARE_AND_OWN[1].name, own)
    at_most(1.5, "ss, dbg / nsenter", ratio(own, bare))
    at_most(2, "ss, p95 of dbg / p95 of nsenter", ratio(own, bare, figures.p95))


def rate(runs):
    """Returns how many a second there were, of all clients together."""
    return 1000 * len(runs) / (max(run.began + run.ms for run in runs) - min(run.began for run in runs))


def measure_clients():
    bare, own = ([rate(runs) for runs in ran] for ran in zip(*(
        [turns("clients", (CLIENTS, SECONDS), command)[command.name] for command in BARE_AND_OWN] for _ in range(ROUNDS))))
    ratios = sorted(b / a for a, b in zip(bare, own))
    print("\nss, %d clients at once, %d rounds of %d s each: nsenter %d a second, dbg %d" % (
        CLIENTS, ROUNDS, SECONDS, statistics.median(bare), statistics.median(own)))
    print("  in brackets the least and the most of the rounds")
    at_least(0.75, "sessions a second, dbg / nsenter", (statistics.median(ratios), ratios[0], ratios[-1]))


def main():
    runs, target = int(sys.argv[1]), Path(sys.argv[2])
    figures.say_busy()
    groups = measure(runs)
    budget(groups)
    measure_close(runs)
    measure_clients()
    picture.draw(target, os.environ["BENCH_ABOUT"], groups)


main()
