#!/usr/bin/python3
"""How long after the first program of a container the tool of a line with --wait starts, by the kernel's times of exec.

starts.py DBGD FIRST RUNS START... -- LINE...

DBGD is the pid of dbgd, FIRST the name of the container's first program, which ends by itself. LINE waits for the
container; once it says so, START starts it. The kernel tells of each exec, netlink(7), NETLINK_CONNECTOR.
"""
import os
import socket
import struct
import subprocess
import sys
import threading
import time

CONNECTOR, PROCESSES, LISTEN = 11, 1, 1
FORK, EXEC = 1, 2
SETTLE = 0.1  # seconds


class Execs:
    """What has been executed since the last `forget`."""

    def __init__(self, dbgd, first):
        self.dbgd, self.first = dbgd, first
        self.forget()
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, CONNECTOR)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
        self.socket.bind((os.getpid(), PROCESSES))
        self.socket.send(struct.pack("=IHHIIIIIIHHI", 40, 3, 0, 0, os.getpid(), PROCESSES, 1, 0, 0, 4, 0, LISTEN))
        threading.Thread(target=self.listen, daemon=True).start()

    def forget(self):
        self.starts, self.children = [], {}

    def listen(self):
        while True:
            event = self.socket.recv(1 << 16)
            what, _, now = struct.unpack_from("=IIQ", event, 36)
            if what == FORK:
                _, parent, pid, process = struct.unpack_from("=IIII", event, 52)
                if parent == self.dbgd and pid == process:
                    self.children[pid] = []
            elif what == EXEC:
                pid = struct.unpack_from("=I", event, 52)[0]
                if pid in self.children:
                    self.children[pid].append(now)
                elif name(pid) == self.first:
                    self.starts.append(now)

    def tool(self):
        """A child of dbgd executes dbg-enter, and then the tool."""
        return [execs[1] for execs in self.children.values() if len(execs) == 2]


def name(pid):
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8") as comm:
            return comm.read().strip()
    except OSError:
        return ""


def one(execs, start, line):
    """Milliseconds; None if the container was missed."""
    execs.forget()
    with subprocess.Popen(line, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as dbg:
        said = dbg.stderr.readline()
        if "waiting" not in said:
            sys.exit("it does not wait: " + said)
        time.sleep(SETTLE)
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL)
        status = dbg.wait()
    time.sleep(SETTLE)
    if status != 0 or not execs.starts or not execs.tool():
        return None
    return (execs.tool()[-1] - execs.starts[0]) / 1e6


def await_end(line):
    at_once = [word for word in line if not word.startswith("--wait")]
    while subprocess.run(at_once, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0:
        time.sleep(SETTLE)
    time.sleep(SETTLE)


def main():
    words = sys.argv[4:]
    start, line = words[:words.index("--")], words[words.index("--") + 1:]
    execs, times = Execs(int(sys.argv[1]), sys.argv[2]), []
    runs = int(sys.argv[3])
    for _ in range(runs):
        times.append(one(execs, start, line))
        await_end(line)
    seen = sorted(taken for taken in times if taken is not None)
    print(f"{len(seen)} of {runs} starts entered: median {seen[len(seen) // 2]:.1f} ms, min {seen[0]:.1f}, "
          f"p95 {seen[int(len(seen) * .95)]:.1f}, max {seen[-1]:.1f}")


if __name__ == "__main__":
    main()
