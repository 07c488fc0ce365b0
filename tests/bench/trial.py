"""What every row of the bench needs: logs with their truth, and commands measured on them."""
import os
import sqlite3
import statistics
import subprocess
from functools import partial

MB = 1000 * 1000
REPEATS = 5
LONG_S = 8      # a peer that takes longer than this is run so often:
LONG_REPEATS = 1
SHORT_S = 1     # one that takes less is run again in its turn, up to so often in all:
SHORT_RUNS = 3


def one_turn(run):
    """What is over in a blink says little of a machine that others share."""
    runs = [run()]
    while len(runs) < SHORT_RUNS and sum(r[0] for r in runs) + runs[0][0] <= SHORT_S:
        runs.append(run())
    return runs


class WrongTrail(Exception):
    """A trail that does not hold what the log says; its times mean nothing."""


class Figures:
    """Medians over the runs of one command."""

    def __init__(self, runs):
        self.runs = len(runs)
        self.wall_s = statistics.median(r[0] for r in runs)
        self.cpu_s = statistics.median(r[1] for r in runs)
        self.peak_mib = max(r[2] for r in runs) / 1024


class Log:
    """A generated log. shape: arguments of generate."""

    def __init__(self, place, name, size, *shape):
        self.name, self.path, self.truth = name, f"{place}/{name}.log", f"{place}/{name}.truth"
        subprocess.run([f"{place}/generate", "--bytes", str(int(size)), *shape, self.path, self.truth],
                       check=True)
        self.size = os.path.getsize(self.path)
        # As of a log that was read: what was just written lies in small pages, and may still
        # be on its way to the disk, where a trail's fsync() would have to wait for it.
        self.chill()
        self.warm()

    def warm(self):
        with open(self.path, "rb", buffering=0) as f:
            while f.read(1 << 20):
                pass

    def chill(self):
        """Out of the page cache, which needs no root for a file that is written."""
        fd = os.open(self.path, os.O_RDONLY)
        os.fsync(fd)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)

    def remove(self):
        os.unlink(self.path)
        os.unlink(self.truth)


class Trial:
    def __init__(self, place, modtrail):
        self.place, self.modtrail = place, modtrail
        self.trail = f"{place}/trail.db"
        self.peak_mib = 0       # of modtrail, over all its runs

    def measure(self, command, stdin=None):
        """One run: (wall seconds, CPU seconds, peak KiB). ausearch exits with 1 if it finds nothing."""
        figures = f"{self.place}/figures"
        # Not to /dev/null: grep ends at its first match if nobody reads the rest.
        with open(stdin or "/dev/null", "rb") as f, open(f"{self.place}/out", "wb") as out:
            done = subprocess.run([f"{self.place}/measure", figures, *command], stdin=f, stdout=out,
                                  stderr=subprocess.PIPE, check=False)
        if done.returncode > 1:
            raise RuntimeError(f"{command[0]}: exit status {done.returncode}: {done.stderr.decode()}")
        with open(figures, encoding="ascii") as f:
            wall, cpu, peak = f.read().split()
        return float(wall), float(cpu), int(peak)

    def ingest_command(self, *sources):
        return [self.modtrail, "-d", self.trail, "ingest", "-q", "--host", "bench", *sources]

    def forget(self):
        for end in ("", "-wal", "-shm"):
            if os.path.exists(self.trail + end):
                os.unlink(self.trail + end)

    def ingest(self, log):
        """One run of modtrail into a new trail."""
        return self.ingest_file(log.path)

    def ingest_file(self, path):
        self.forget()
        run = self.measure(self.ingest_command(path))
        self.peak_mib = max(self.peak_mib, run[2] / 1024)
        return run

    def query(self, sql):
        db = sqlite3.connect(f"file:{self.trail}?mode=ro", uri=True)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def check(self, *logs):
        """Does the trail hold what the logs say, all of it, and nothing else?"""
        want = set()
        for log in logs:
            with open(log.truth, encoding="ascii") as f:
                want.update(tuple(line.rstrip("\n").split("\t")) for line in f)
        found = {("call", host, str(ms), str(serial), *rest) for host, ms, serial, *rest in self.query(
            "SELECT host, time_ms, serial, action, module, outcome FROM activity"
            " WHERE syscall IS NOT NULL")}
        found |= {("run", host, str(ms), str(serial), *rest) for host, ms, serial, *rest in self.query(
            "SELECT host, time_ms, serial, tool, modules FROM tool_run")}
        events = self.query("SELECT count(*) FROM event")[0][0]
        if found != want or events != len(want):
            raise WrongTrail(f"{', '.join(log.name for log in logs)}: {len(want - found)} of {len(want)} "
                             f"missing, {len(found - want)} wrong, {events} events in all; for example "
                             f"{sorted(want ^ found)[:2]}")

    def ingest_in_turn(self, log, turn):
        """The runs of a turn; the trail of the first turn is checked."""
        runs = one_turn(partial(self.ingest, log))
        if turn == 0:
            self.check(log)
        return runs

    def compare_logs(self, *logs):
        """Medians of modtrail on each log, taken in turn as in compare()."""
        runs = [[] for _ in logs]
        for turn in range(REPEATS):
            for log, figures in zip(logs, runs):
                figures += self.ingest_in_turn(log, turn)
        return [Figures(r) for r in runs]

    def compare(self, log, peers, repeats=REPEATS):
        """Medians of modtrail and peers on one log, taken in turn so that they share the weather."""
        runs = {name: [] for name in ("modtrail", *peers)}
        for turn in range(repeats):
            runs["modtrail"] += self.ingest_in_turn(log, turn)
            for name, command in peers.items():
                if turn >= LONG_REPEATS and runs[name][0][0] > LONG_S:
                    continue
                runs[name] += one_turn(partial(self.measure, *command))
        return {name: Figures(r) for name, r in runs.items()}


def ausearch(log):
    return (["ausearch", "-k", "modules", "--raw", "-if", log.path],)


def aureport(log):
    return (["aureport", "--key", "-if", log.path],)


def grep(log):
    return (["grep", "-c", 'key="modules"', log.path],)


def cat(log):
    return (["sh", "-c", 'exec cat "$1" >/dev/null', "sh", log.path],)


def walk(place, log):
    return ([f"{place}/walk", log.path],)


def laurel(place, log):
    config = f"{place}/laurel.toml"
    with open(config, "w", encoding="ascii") as f:
        f.write(f'directory = "{os.path.abspath(place)}"\n'
                '[auditlog]\nfile = "laurel.out"\nsize = 100000000000\ngenerations = 1\n')
    return (["laurel", "-c", config], log.path)
