#!/usr/bin/env python3
"""kill -9 at random instants, each followed by a restart: the trail is that of an uninterrupted run.

usage: kills.py MODTRAIL [--kills N] [NAME-PART...]      prints TAP; N kills of running programs in all
"""
import os
import random
import shutil
import subprocess
import time

from properties import Writer, log_of, run, sound, sqlite, write

# What the uninterrupted run leaves, to the last row, where both began with the same trail.
TABLES = ("SELECT group_concat(name || '|' || coalesce(sql, ''), char(10)) FROM"
          " (SELECT name, sql FROM sqlite_schema ORDER BY name)")
SEED = int(os.environ.get("SEED", "6"))


def share(b, part):
    """How many of the kills this property takes."""
    return max(1, round(b.kills * part))


def killed(command, seconds):
    """Kills the command after so many seconds; whether it was still running."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    ended = child.poll()
    assert ended in (None, 0), f"{command} failed by itself: {ended}"
    child.kill()
    child.wait()
    return ended is None


def early(rng):
    """A part of the whole, more often a small one: the same trail is to meet several kills."""
    return rng.random() ** 1.5


def remove(trail):
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(trail + suffix):
            os.unlink(trail + suffix)


def took(command, **how):
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True, **how)
    return time.monotonic() - began


def while_reading(b):
    """a log is read"""
    rng = random.Random(SEED)
    data = b"".join(log_of(n) for n in ("r01-seed", "r03-modern", "r17-rotate", "r15-enriched", "r16-runtime"))
    want = b.facts(b.ingest("-", stdin=data))
    path = write(b.path(".log"), data)
    whole = took(b.command(b.path(".db"), path))
    kills = 0
    while kills < share(b, 0.12):
        trail = b.path(".db")
        while killed(b.command(trail, path), early(rng) * whole):
            kills += 1
        b.ingest(path, trail=trail)
        sound(trail)
        b.same(want, trail, f"after {kills} kills")
        remove(trail)
    b.remark = f"{kills} kills"


def while_following(b):
    """a log is followed that is written and rotated"""
    rng = random.Random(SEED + 1)
    data = log_of("r17-rotate") + log_of("r03-modern")
    want = b.facts(b.ingest("-", stdin=data))
    kills = 0
    while kills < share(b, 0.45):
        folder, trail = b.path("-live"), b.path(".db")
        os.mkdir(folder)
        writer = Writer(folder, data, rng)
        while writer.lines:
            child = subprocess.Popen(b.command(trail, "-f", folder), stderr=subprocess.DEVNULL)
            for _ in range(3):
                writer.write(rng.randint(1, 60))
                time.sleep(rng.random() * 0.015)
                if rng.random() < 0.2:
                    writer.rotate()
            assert child.poll() is None, "the follower ended by itself"
            child.kill()
            child.wait()
            kills += 1
        b.ingest(folder, trail=trail)
        sound(trail)
        b.same(want, trail, f"after {kills} kills while following")
        shutil.rmtree(folder)
        remove(trail)
    b.remark = f"{kills} kills"


def while_rotating(b):
    """a set of files is read while it is rotated"""
    rng = random.Random(SEED + 2)
    data = log_of("r17-rotate")
    want = b.facts(b.ingest("-", stdin=data))
    kills = 0
    while kills < share(b, 0.2):
        folder, trail = b.path("-set"), b.path(".db")
        os.mkdir(folder)
        writer = Writer(folder, data, rng)
        while writer.lines:
            writer.write(rng.randint(200, 2000))
            child = subprocess.Popen(b.command(trail, folder), stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL)
            time.sleep(rng.random() * 0.01)
            writer.rotate()
            time.sleep(rng.random() * 0.02)
            kills += child.poll() is None
            child.kill()
            child.wait()
        b.ingest(folder, trail=trail)
        sound(trail)
        b.same(want, trail, f"after {kills} kills while rotating")
        shutil.rmtree(folder)
        remove(trail)
    b.remark = f"{kills} kills"


def while_migrating(b):
    """a trail of an older version is brought up to date"""
    rng = random.Random(SEED + 3)
    versions = {}
    kills = 0
    empty = write(b.path(".log"), log_of("r20-reboot"))
    dumps = sorted(name for name in os.listdir("testdata/db") if name.endswith(".sql"))
    each = -(-share(b, 0.13) // len(dumps))
    for dump in dumps:
        old, new = b.path(".db"), b.path(".db")
        with open(f"testdata/db/{dump}", "rb") as text:
            subprocess.run(["sqlite3", old], stdin=text, check=True, capture_output=True)
        # More events than the dump has, for it to take its time.
        sqlite(old, "INSERT INTO event SELECT id + 1000 * n.value, host_id, time_ms, serial + 100000 * n.value,"
                    " daemon, kind, call, abi, success, exit, a0, a1, a2, a3, pid, ppid, auid, uid, euid, gid, ses,"
                    " tty, comm, exe, keys, login, user, module, module_source, argv, argv_stale, cwd, tool, intends,"
                    " op, list, result, detail, records FROM event, generate_series(1, 40) AS n WHERE kind = 5;"
                    " PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(old, new)
        whole = took(b.command(new, empty))
        want = b.facts(new), sqlite(new, TABLES), sqlite(new, "SELECT * FROM marker")
        goal = kills + each
        while kills < goal:
            trail = shutil.copy(old, b.path(".db"))
            if not killed(b.command(trail, empty), rng.random() * whole):
                remove(trail)
                continue
            kills += 1
            sound(trail)
            version = sqlite(trail, "PRAGMA user_version").decode().strip()
            versions[version] = versions.get(version, 0) + 1
            b.ingest(empty, trail=trail)
            got = b.facts(trail), sqlite(trail, TABLES), sqlite(trail, "SELECT * FROM marker")
            assert got == want, f"{dump}, killed at version {version}: another trail"
            sound(trail)
            remove(trail)
    b.remark = f"{kills} kills, leaving version " + ", ".join(f"{v} ({n})" for v, n in sorted(versions.items()))


RULE = ("rule=-a%20always,exit%20-F%20arch%3Db64%20-S%20delete_module%20-F%20key%3Dmodules"
        " where=/etc/audit/rules.d/50-modules.rules:3")


def selftest_log(number, at, seen):
    """A self-test of one probe on host lab that takes most of a second, as its markers and its call."""
    serial = number * 1000
    lines = []

    def log(kind, text):
        nonlocal serial
        serial += 1
        lines.append(f"type={kind} msg=audit({at}.{serial % 1000 * 150:03}:{serial}): {text}\n")

    def mark(word, text):
        log("TRUSTED_APP", f"pid=500 uid=0 auid=4294967295 ses=4294967295 msg='op=modtrail-{word} v=1"
                           f" run={number:016x} {text} exe=\"/usr/sbin/modtrail\" hostname=? addr=? terminal=?"
                           " res=success'")

    mark("begin", "lost=0 enabled=1 daemon=400 probes=1 keys=modules")
    mark("claim", f"cell=delete_module.b64/daemon claimed=yes expect=recorded {RULE}")
    mark("probe", "n=1 cell=delete_module.b64/daemon pid=501 nonce=00c0ffee act=delete_module")
    if seen:
        log("SYSCALL", "arch=c000003e syscall=176 success=no exit=-2 a0=0 a1=0 a2=0 a3=0 items=0 ppid=500 pid=501"
                       " auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1"
                       " comm=\"modtrail\" exe=\"/usr/sbin/modtrail\" key=\"modules\"")
    mark("acted", "n=1 pid=501 result=2")
    mark("end", "lost=0 enabled=1 daemon=400 acted=1")
    return "".join(lines).encode()


def while_pruning(b):
    """a trail is pruned, with and without giving room back, and judged between the kills"""
    rng = random.Random(SEED + 4)
    last = 1795456580       # r17-rotate ends there; a self-test a second lies among its events
    old = b.ingest("-", stdin=log_of("r17-rotate"))
    for n in range(1, 30):
        b.ingest("-", trail=old, stdin=selftest_log(n, last - 31 + n, n % 3 != 0))
    before = f"@{last - 4}"
    news = f"node=lab type=DAEMON_START msg=audit({last + 60}.000:7): op=start ver=3.0.9 res=success\n".encode()

    def judge(trail):
        done = subprocess.run([b.modtrail, "-d", trail, "verify", "--max-age", "9999w"], capture_output=True,
                              check=False)
        assert done.returncode in (0, 1, 2), done.stderr
        return done.stdout

    def judge_news(trail):
        b.ingest("-", trail=trail, stdin=news)
        return judge(trail)

    def state(trail):
        # What marks are made with is random: as many of them will do. The stamp counts transactions, a prune
        # that is done again has more ids behind it, and VACUUM writes the schema in another order.
        said = judge_news(trail)
        sqlite(trail, "UPDATE horizon SET seed = (SELECT count(*) FROM pruned); DELETE FROM pruned; DELETE FROM stamp;"
               " DELETE FROM gap")
        return said, sorted(sqlite(trail, ".dump").splitlines())

    kills = rounds = 0
    judge(old)
    sqlite(old, "PRAGMA wal_checkpoint(TRUNCATE)")
    want = None
    while kills < share(b, 0.1):
        trail = shutil.copy(old, b.path(".db"))
        command = [b.modtrail, "-d", trail, "prune", "--before", before] + ["--vacuum"] * (rounds % 2)
        rounds += 1
        if want is None:
            whole = took(command)
            want = state(trail)
            continue
        while killed(command, early(rng) * whole):
            kills += 1
            if rng.random() < 0.5:
                judge_news(trail)
        subprocess.run(command, check=True, capture_output=True)
        got = state(trail)
        if got != want:
            gone, new = set(want[1]) - set(got[1]), set(got[1]) - set(want[1])
            raise AssertionError(f"after {kills} kills: {got[0]}, gone {sorted(gone)[:2]}, new {sorted(new)[:2]}")
        sound(trail)
        remove(trail)
    b.remark = f"{kills} kills"


if __name__ == "__main__":
    run((while_reading, while_following, while_rotating, while_migrating, while_pruning))
