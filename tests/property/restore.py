#!/usr/bin/env python3
"""Copies that are put in the place of a trail, rightly and wrongly: they stay whole, and whoever may not go on says so.

usage: restore.py MODTRAIL [NAME-PART...]      prints TAP

A failure names its SEED, which the environment may give.
"""
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing

from properties import log_of, run, sound, write

SEED = int(os.environ.get("SEED", str(int(time.time()))))
COMMANDS = (("report",), ("status",), ("sql", "hosts"), ("verify", "--max-age", "9999w"),
            ("ingest", "-q", "--host", "more", "LOG"), ("prune", "--before", "@1"))


def lines(first, count, start=1795456283):
    return b"".join(b"type=SYSCALL msg=audit(%d.000:%d): arch=c000003e syscall=313 success=yes exit=0 a0=3 a1=0 a2=0 a3=0 "
                    b"items=0 ppid=1 pid=%d auid=1000 uid=0 gid=0 comm=\"insmod\" exe=\"/usr/bin/kmod\" key=\"modules\"\n"
                    % (start + i, i, 100 + i) for i in range(first, first + count))


class Followed:
    """A trail and the follower that writes to it."""

    def __init__(self, b):
        self.b, self.path, self.log = b, b.path(".db"), b.path(".log")
        self.other = write(b.path(".log"), log_of("r20-reboot"))
        self.written = 0
        self.child = None
        write(self.log, b"")

    def __del__(self):
        if self.child is not None:
            self.child.kill()
            self.child.wait()

    def start(self):
        self.child = subprocess.Popen([self.b.modtrail, "-d", self.path, "ingest", "-q", "-f", "--host", "lab", self.log],
                                      stderr=subprocess.PIPE)

    def run(self, *args):
        return subprocess.run([self.b.modtrail, "-d", self.path] + [self.other if a == "LOG" else a for a in args],
                              capture_output=True, timeout=30, check=False)

    def count(self, path=None):
        done = subprocess.run([self.b.modtrail, "-d", path or self.path, "sql", "--csv", "-e",
                               "SELECT count(*) FROM event"], capture_output=True, check=False)
        return int(done.stdout.split()[1]) if done.returncode == 0 else -1

    def add(self, count):
        with open(self.log, "ab") as log:
            log.write(lines(self.written, count))
        self.written += count

    def arrived(self):
        until = time.monotonic() + 30
        while self.count() != self.written:
            assert time.monotonic() < until, f"{self.count()} of {self.written} events arrived"
            assert self.child.poll() is None, self.child.stderr.read()
            time.sleep(0.02)

    def follow(self, count):
        if self.child is None:
            self.start()
        self.add(count)
        self.arrived()

    def kill(self, number=signal.SIGKILL):
        self.child.send_signal(number)
        self.child.wait(timeout=20)
        self.child.stderr.close()
        self.child = None

    def ends(self, seconds):
        said = self.child.communicate(timeout=seconds)[1].decode()
        assert self.child.returncode == 1 and "removed or replaced" in said and "to restore a copy, stop" in said, said
        self.child = None

    def refused(self):
        before = open(self.path, "rb").read()
        for args in COMMANDS:
            done = self.run(*args)
            said = done.stderr.decode()
            assert done.returncode == (3 if args[0] == "verify" else 1), f"{args}: {done.returncode} {said}"
            assert self.path in said and "remove its -wal and -shm files" in said, f"{args}: {said}"
        assert open(self.path, "rb").read() == before, "the copy is not what it was"

    def restored(self, want):
        """After what the error asks for."""
        for suffix in ("-wal", "-shm"):
            if os.path.exists(self.path + suffix):
                os.unlink(self.path + suffix)
        assert self.count() == want, f"{self.count()} of {want} events"
        done = self.run("ingest", "-q", "--host", "lab", self.log)
        assert done.returncode == 0, done.stderr
        sound(self.path)


def another(b):
    """A trail of another log, and how many events it has."""
    log, trail = write(b.path(".log"), lines(0, 3000, 1600000000)), b.path(".db")
    b.ingest(log, trail=trail)
    return trail, 3000


def put_under_a_follower(b):
    """a copy that is renamed over a followed trail is whole, and the follower ends and leaves nothing beside it"""
    for busy in (True, False):
        t = Followed(b)
        t.follow(20)
        copy, events = another(b)
        os.rename(copy, t.path)
        if busy:
            t.add(20)
        t.ends(20)
        assert t.count() == events, f"{t.count()} of {events} events"
        assert t.run("ingest", "-q", "--host", "lab", t.log).returncode == 0
        assert t.count() == events + t.written
        sound(t.path)


def removed_under_a_follower(b):
    """a followed trail that is removed, or moved away, ends the follower, and the next begins anew"""
    for away in (True, False):
        t = Followed(b)
        t.follow(20)
        moved = b.path(".db")
        os.rename(t.path, moved)
        if not away:
            os.unlink(moved)
        t.ends(20)
        assert not away or t.count(moved) == 20, "what was committed is where the trail is"
        assert t.run("ingest", "-q", "--host", "lab", t.log).returncode == 0
        assert t.count() == t.written
        sound(t.path)


def beside_what_a_killed_follower_left(b):
    """a copy beside the WAL of another state is refused by each command, unchanged, and whole without that"""
    for state in ("another", "older", "older in its place"):
        t = Followed(b)
        t.follow(20)
        t.kill(signal.SIGTERM)
        copy, events = another(b) if state == "another" else (shutil.copy(t.path, b.path(".db")), 20)
        t.follow(20)
        t.kill(signal.SIGTERM)
        t.follow(20)
        t.kill()
        assert os.path.getsize(t.path + "-wal") > 0
        if state == "older in its place":
            shutil.copyfile(copy, t.path)
        else:
            os.rename(copy, t.path)
        t.refused()
        t.restored(events)


def the_wal_of_a_trail_that_is_gone(b):
    """a trail is not made beside the WAL of one that is gone"""
    t = Followed(b)
    t.follow(20)
    t.kill()
    os.unlink(t.path)
    done = t.run("ingest", "-q", "--host", "lab", t.log)
    assert done.returncode == 1 and b"of one that is gone" in done.stderr, done.stderr
    assert not os.path.exists(t.path)
    os.unlink(t.path + "-wal")
    os.unlink(t.path + "-shm")
    assert t.run("ingest", "-q", "--host", "lab", t.log).returncode == 0


def the_text_of_a_stamp_in_a_log(b):
    """what looks like a stamp in a log is none"""
    t = Followed(b)
    t.follow(5)
    t.kill(signal.SIGTERM)
    t.start()
    with open(t.log, "ab") as log:
        log.write(lines(5, 1).replace(b'comm="insmod"', b'comm="modtrail-trail %032x %016d"' % (7, 10 ** 15)))
    t.written += 1
    t.arrived()
    t.kill()
    assert t.count() == 6


def at_random(b):
    """whichever state is put in the place of the trail at random: refused, or whole and one that there was"""
    random.seed(SEED)
    b.remark = f"SEED={SEED}"
    outcomes = {"refused": 0, "whole": 0}
    for _ in range(12):
        t = Followed(b)
        copies, states = [], set()
        for _ in range(random.randint(2, 6)):
            t.follow(random.randint(1, 300))
            states.add(t.written)
            step = random.randrange(4)
            if step == 0:
                t.kill(random.choice((signal.SIGTERM, signal.SIGKILL)))
            copy = b.path(".db")
            if step == 1:
                with closing(sqlite3.connect(t.path)) as here, closing(sqlite3.connect(copy)) as there:
                    here.backup(there)
                copies.append((copy, None))
            elif step == 0 and os.path.exists(t.path + "-wal"):
                shutil.copy(t.path, copy)
                copies.append((copy, shutil.copy(t.path + "-wal", copy + "-wal")))
            elif step == 0:
                copies.append((shutil.copy(t.path, copy), None))
        if t.child is not None:
            t.kill()
        if not copies:
            continue
        copy, wal = random.choice(copies)
        os.rename(copy, t.path)
        if wal is not None:
            os.rename(wal, t.path + "-wal")
        count = t.count()
        assert count in states or count == -1, f"SEED={SEED}: {count} is none of {sorted(states)}"
        outcomes["refused" if count < 0 else "whole"] += 1
        if count < 0:
            t.refused()
            for suffix in ("-wal", "-shm"):
                if os.path.exists(t.path + suffix):
                    os.unlink(t.path + suffix)
            assert t.count() in states
        assert t.run("ingest", "-q", "--host", "lab", t.log).returncode == 0
        assert t.count() == t.written, f"SEED={SEED}: {t.count()} of {t.written} events"
        sound(t.path)
    b.remark = f"SEED={SEED} {outcomes}"


if __name__ == "__main__":
    run((put_under_a_follower, removed_under_a_follower, beside_what_a_killed_follower_left,
         the_wal_of_a_trail_that_is_gone, the_text_of_a_stamp_in_a_log, at_random))
