"""Runs 10,000 sessions an hour at a steady pace, for so many minutes: `hour.py MINUTES`. See scene.sh."""
import os
import statistics
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from figures import WARM_UP, Command, holdings, p95, say_busy, turns, warm_up  # noqa: E402

AN_HOUR = 10_000
PART = 10  # minutes

DBGD = Path("/proc", os.environ["BENCH_DBGD"])
SESSION = Command("dbg", (os.environ["BENCH_DBG"], os.environ["BENCH_NAME"], "net", "--", "ss", "-tlnH"),
                  os.environ["BENCH_USER"], variable="DBG_SOCKET=" + os.environ["BENCH_SOCKET_docker"])


def main():
    minutes = int(sys.argv[1])
    say_busy()
    warm_up(SESSION)
    print("\n%d sessions an hour for %d minutes, after %d to warm up" % (AN_HOUR, minutes, WARM_UP))
    print("  at the start: " + holdings(DBGD), flush=True)
    runs = turns("every", (3_600_000 // AN_HOUR, AN_HOUR * minutes // 60), SESSION)[SESSION.name]
    parts = {}
    for run in runs:
        parts.setdefault(int((run.began - runs[0].began) / 60_000 / PART), []).append(run)
    for part, of_part in parts.items():
        took = sorted(run.ms for run in of_part)
        print("  from minute %d: %d sessions, median %.2f ms, p95 %.2f ms, longest %.0f ms" % (
            part * PART, len(took), statistics.median(took), p95(took), took[-1]))
    print("  at the end: " + holdings(DBGD))


main()
