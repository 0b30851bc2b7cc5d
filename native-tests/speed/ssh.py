"""Measures a line for another host beside ssh(1), over a connection that is kept: `ssh.py ROUNDS`.

The host is this one, by its loopback, so that both ends share the processors. Of the tools, hostname(1) does next to
nothing, as true does, which is no program of its own but a word of the shell. `native-tests/bench ssh` prepares it
and runs this, see scene.sh.
"""
import os
import sys
from statistics import median

sys.dont_write_bytecode = True
import figures  # noqa: E402
from figures import Command, at_most, in_turns, resampled  # noqa: E402

NAME, DBG, USER = (os.environ["BENCH_" + key] for key in ("NAME", "DBG", "USER"))
SOCKET = "DBG_SOCKET=" + os.environ["BENCH_SOCKET_docker"]
SECOND = 1000  # ms


def ssh(*words):
    return Command("ssh HOST " + " ".join(words), ("ssh", "far", *words), USER)


def far(namespace, *words):
    return Command("dbg -H HOST NAME " + words[0], (DBG, "-H", "far", NAME, namespace, "--", *words), USER)


def near(namespace, *words):
    return Command("dbg NAME " + words[0], (DBG, NAME, namespace, "--", *words), USER, variable=SOCKET)


TRUE = ssh("true")
TOOLS = [(ssh(*words), far(namespace, *words), near(namespace, *words))
         for namespace, *words in (("uts", "hostname"), ("net", "ss", "-tlnH"))]
COMMANDS = [TRUE, *(command for commands in TOOLS for command in commands)]


def main():
    rounds = int(sys.argv[1])
    figures.say_busy()
    figures.warm_up(*(one for _, one, _ in TOOLS))
    for title, pause in (("one right after another", figures.PAUSE), ("each once a second", SECOND // len(COMMANDS))):
        took = in_turns(rounds, *COMMANDS, pause=pause)
        figures.head(title)
        for command in COMMANDS:
            figures.row(command.name, took[command.name])
        for same, own, _ in TOOLS:
            for peer in (TRUE, same):
                at_most(5, "%s - 1.15 x %s, ms" % (own.name, peer.name), resampled(
                    lambda some, others: median(some) - 1.15 * median(others), took[own.name], took[peer.name]))


main()
