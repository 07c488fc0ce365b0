"""How modtrail behaves while it follows a log: how late rows are, what it does when nothing comes."""
import os
import random
import sqlite3
import statistics
import subprocess
import time

from trial import Figures


def status(pid, name):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        for line in f:
            if line.startswith(name + ":"):
                return int(line.split()[1])
    raise KeyError(name)


def wake_ups(pid):
    return status(pid, "voluntary_ctxt_switches") + status(pid, "nonvoluntary_ctxt_switches")


def events_of(log):
    """The events of a log as lists of lines, whole, in the order in which they end."""
    events = {}
    with open(log.path, "rb") as f:
        for line in f:
            events.setdefault(line[line.index(b"audit("):line.index(b"):")], []).append(line)
    return list(events.values())


class Follower:
    """modtrail following a file that this program writes."""

    def __init__(self, trial, first):
        self.trial, self.path = trial, f"{trial.place}/followed.log"
        trial.forget()
        with open(self.path, "wb") as f:
            f.writelines(first)
        self.out = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        self.process = subprocess.Popen([*trial.ingest_command("-f", self.path)])
        self.db = None
        self.wait_for(1)

    def count(self):
        try:
            if self.db is None:
                self.db = sqlite3.connect(f"file:{self.trial.trail}?mode=ro", uri=True, timeout=10)
            return self.db.execute("SELECT count(*) FROM event").fetchone()[0]
        except sqlite3.OperationalError:        # there is no table yet
            self.db = None
            return 0

    def wait_for(self, count, timeout_s=120):
        end = time.monotonic() + timeout_s
        while self.count() < count:
            if time.monotonic() > end or self.process.poll() is not None:
                raise RuntimeError(f"following: {self.count()} events, expected {count}")
            time.sleep(0.0001)

    def append(self, event):
        """As auditd does: a write for each record."""
        for line in event:
            os.write(self.out, line)

    def stop(self):
        peak = status(self.process.pid, "VmHWM") / 1024
        self.trial.peak_mib = max(self.trial.peak_mib, peak)
        self.process.terminate()
        self.process.wait()
        os.close(self.out)
        os.unlink(self.path)
        return peak


def latency(trial, log, count):
    """Milliseconds from the last write of an event to its row: (median, 99 %)."""
    events = events_of(log)[:count + 1]
    follower = Follower(trial, events[0])
    late_ms, gaps = [], random.Random(1)
    for i, event in enumerate(events[1:], start=2):
        time.sleep(gaps.uniform(0, 0.02))
        follower.append(event)
        begun = time.monotonic()
        follower.wait_for(i)
        late_ms.append((time.monotonic() - begun) * 1000)
    follower.stop()
    return statistics.median(late_ms), statistics.quantiles(late_ms, n=100)[98]


def idle(trial, log, seconds):
    """(wake-ups in so many seconds of silence, CPU milliseconds, peak MiB)"""
    follower = Follower(trial, events_of(log)[0])
    pid = follower.process.pid
    time.sleep(2)
    before, cpu = wake_ups(pid), cpu_ms(pid)
    time.sleep(seconds)
    result = wake_ups(pid) - before, cpu_ms(pid) - cpu
    return *result, follower.stop()


def cpu_ms(pid):
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as f:
        return int(f.read().split()[0]) / 1e6


def burst(trial, log, count):
    """Seconds until a burst of events is in the trail: (while following, as a file)."""
    events = events_of(log)[:count + 1]
    follower = Follower(trial, events[0])
    begun = time.monotonic()
    for event in events[1:]:
        os.write(follower.out, b"".join(event))
    while follower.count() < len(events):
        time.sleep(0.005)
    followed_s = time.monotonic() - begun
    follower.stop()

    path = f"{trial.place}/burst.log"
    with open(path, "wb") as f:
        f.writelines(line for event in events for line in event)
    runs = []
    for _ in range(5):
        trial.forget()
        runs.append(trial.measure(trial.ingest_command(path)))
    os.unlink(path)
    return followed_s, Figures(runs).wall_s
