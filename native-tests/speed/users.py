"""Measures sessions in a container of a user's rootless Podman beside those of root's: `users.py RUNS`.

`native-tests/bench users` prepares the containers and runs this, see scene.sh.
"""
import os
import statistics
import sys
import time

sys.dont_write_bytecode = True
import figures  # noqa: E402
from figures import Command, at_most, in_turns, ratio, turns  # noqa: E402

NAME = os.environ["BENCH_NAME"]
SS = ("ss", "-tlnH")
PAUSES, IDLE = 3, 65  # a reader that is not asked for a minute ends


def nsenter(title, pid):
    return Command(title, ("nsenter", "-t", pid, "-n", *SS))


def dbg(title, target):
    return Command(title, (os.environ["BENCH_DBG"], target, "net", "--", *SS), os.environ["BENCH_USER"],
                   variable="DBG_SOCKET=" + os.environ["BENCH_SOCKET_users"])


ROOTS = dbg("dbg NAME, root's Podman", NAME + "-podman")
USERS = dbg("dbg podman://USER/NAME", "podman://%s-user/%s-web" % (NAME, NAME))
BARE = dbg("dbg NAME, a user's Podman", NAME + "-web")


def once(command):
    return turns("every", (1, 1), command)[command.name][0].ms


def main():
    figures.say_busy()
    print("the first session of a user's container, which starts a reader: %.0f ms" % once(USERS))
    figures.warm_up(ROOTS, USERS, BARE)
    took = in_turns(int(sys.argv[1]), nsenter("nsenter, root's Podman", os.environ["BENCH_PODMAN_PID"]),
                    nsenter("nsenter, a user's Podman", os.environ["BENCH_USERS_PID"]), ROOTS, USERS, BARE)
    figures.head("a user's rootless Podman: ss -tlnH")
    for name, ordered in took.items():
        figures.row(name, ordered)
    for own in (USERS, BARE):
        at_most(2, "%s / root's" % own.name, ratio(took[own.name], took[ROOTS.name]))
        at_most(2, "p95 of %s / root's" % own.name, ratio(took[own.name], took[ROOTS.name], figures.p95))
    firsts = {ROOTS.name: [], USERS.name: []}
    for _ in range(PAUSES):
        for command in (ROOTS, USERS):
            time.sleep(IDLE)
            firsts[command.name].append(once(command))
    figures.head("the first after %d seconds" % IDLE)
    for name, times in firsts.items():
        figures.row(name, sorted(times))
    print("  medians, a user's / root's: %.2f" % (
        statistics.median(firsts[USERS.name]) / statistics.median(firsts[ROOTS.name])))


main()
