"""Measures a line for another host beside ssh(1), over a connection that is kept: `ssh.py ROUNDS`.

The host is this one, by its loopback, so that both ends share the processors. `native-tests/bench ssh` prepares it and
runs this, see scene.sh.
"""
import os
import sys
from statistics import median

sys.dont_write_bytecode = True
import figures  # noqa: E402
from figures import Command, at_most, in_turns, resampled  # noqa: E402

NAME, DBG, USER = (os.environ["BENCH_" + key] for key in ("NAME", "DBG", "USER"))
SS = ("ss", "-tlnH")
SECOND = 1000  # ms
TRUE = Command("ssh HOST true", ("ssh", "far", "true"), USER)
FAR = Command("dbg -H HOST NAME net", (DBG, "-H", "far", NAME, "net", "--", *SS), USER)
COMMANDS = (
    TRUE,
    Command("ssh HOST ss", ("ssh", "far", *SS), USER),
    FAR,
    Command("dbg NAME net", (DBG, NAME, "net", "--", *SS), USER,
            variable="DBG_SOCKET=" + os.environ["BENCH_SOCKET_docker"]),
)


def main():
    rounds = int(sys.argv[1])
    figures.say_busy()
    figures.warm_up(FAR)
    for title, pause in (("one right after another", figures.PAUSE), ("each once a second", SECOND // len(COMMANDS))):
        took = in_turns(rounds, *COMMANDS, pause=pause)
        figures.head(title)
        for command in COMMANDS:
            figures.row(command.name, took[command.name])
        at_most(5, "dbg -H HOST - 1.15 x ssh HOST true, in ms", resampled(
            lambda far, true: median(far) - 1.15 * median(true), took[FAR.name], took[TRUE.name]))


main()
