#!/usr/bin/env python3
"""The trail vouches for itself: 'check' finds nothing in a trail that only modtrail wrote, and any
single change of what was derived.

usage: tamper.py MODTRAIL [--seed N] [--tampers N] [NAME-PART...]      prints TAP
"""
import argparse
import contextlib
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time

from identity import FORGED, at, loads
from properties import Bench, lines_of, log_of, logs, run_all, write

DUMPS = "testdata/db"
TAMPERED = ("selftest-modern", "selftest-stig", "r15-enriched", "r15b-node", "r20-reboot", "r21-interleave")

# What no record tells, and why. A column, or "*": all of the table, and rows that come or go.
UNTOLD = {
    ("machine", "name"): "the name that was given when the log was read",
    ("source", "*"): "positions in files, by the reader's clock",
    ("known_loss", "*"): "lines that are in no trail",
    ("claim", "*"): "what people said",
    ("note", "*"): "what a host says of its own self-test",
    ("note_marker", "*"): "the same",
    ("news", "*"): "who is to be judged: that judges anew",
    ("news_count", "*"): "how often there was some",
    ("horizon", "*"): "what was pruned is not there any more",
    ("pruned", "*"): "the same",
    ("late", "*"): "when events came",
    ("gap", "*"): "ids of events that are not there any more",
    ("older", "*"): "which events an older modtrail has read",
    ("stamp", "*"): "random, and a count of transactions",
    ("serial_run", "first_serial"): "serials of events that are not kept",
    ("serial_run", "last_serial"): "the same",
    ("serial_run", "from_ms"): "the same",
    ("serial_run", "to_ms"): "the same",
    ("serial_run", "missing"): "the same",
    ("record", "loose"): "which records were read together: some of raw, in the form of raw, is found",
    ("record", "interrupted"): "the same, 1 or NULL",
    ("record", "raw"): "the records themselves: a digest tells (below)",
}
# Rows that may come or go, and why.
UNTOLD_ROWS = {
    ("machine", "INSERT"): "a host that was named and has no event",
    ("serial_run", "INSERT"): "serials of events that are not kept",
    ("serial_run", "DELETE"): "the same",
    ("word", "DELETE"): "a newer program fills in the newest words",
    ("event", "DELETE"): "the newest event may not have come yet (others are found, below)",
}


class Checker(Bench):
    def __init__(self, modtrail, seed, tampers):
        super().__init__(modtrail, 0)
        self.rng = random.Random(seed)
        self.tampers = tampers
        self.remark = f"seed {seed}"

    def check(self, trail):
        return subprocess.run([self.modtrail, "-d", trail, "check"], capture_output=True, text=True,
                              check=False)

    def clean(self, trail, what):
        done = self.check(trail)
        assert done.returncode == 0 and done.stdout.startswith("OK: "), \
            f"{what}: {(done.stdout + done.stderr)[:600]}"

    def judge(self, trail, age="9999w"):
        subprocess.run([self.modtrail, "-d", trail, "verify", "--max-age", age], capture_output=True,
                       check=False)

    def prune(self, trail, before_ms):
        subprocess.run([self.modtrail, "-d", trail, "prune", "--before", f"@{before_ms / 1000:.3f}"],
                       capture_output=True, check=True)


@contextlib.contextmanager
def opened(trail):
    """What is left in the WAL by a connection that stays open is not in a copy of the file."""
    with contextlib.closing(sqlite3.connect(trail)) as db:
        yield db
        db.commit()


def one_of(trail, sql, *args):
    with opened(trail) as db:
        return db.execute(sql, args).fetchone()


def nothing_in_captures(b):
    """nothing differs in the trail of a capture: as it was read, judged, and judged when it was stale"""
    for name in logs():
        trail = b.ingest("-", stdin=log_of(name))
        b.clean(trail, name)
        b.judge(trail)
        b.clean(trail, f"{name}, judged")
        b.judge(trail, "1h")
        b.clean(trail, f"{name}, stale")


# Events that are there for their key alone, one of them for one that is not usual.
KEYED = b"".join(
    b'type=SYSCALL msg=audit(1795480000.%03d:%d): arch=c000003e syscall=257 success=yes exit=3 a0=1 a1=2 '
    b'a2=0 a3=0 items=1 ppid=1 pid=77 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 '
    b'tty=pts0 ses=1 comm="vi" exe="/usr/bin/vi" key="%s"\n' % (i, 8000 + i, key)
    for i, key in enumerate((b"modules", b"etc")))


def nothing_in_late_records(b):
    """nothing differs when records come late, in pieces, in any order, twice, judged in between"""
    for name in logs():
        lines = lines_of(log_of(name))[:4000] + lines_of(KEYED)
        trail = b.path(".db")
        cuts = sorted(b.rng.randint(0, len(lines)) for _ in range(3))
        parts = [lines[i:j] for i, j in zip([0] + cuts, cuts + [len(lines)])]
        b.rng.shuffle(parts)
        for part in [p for p in parts if p] + [lines]:
            subprocess.run(b.command(trail, "-k", "modules", "-k", "etc", "-"), input=b"".join(part),
                           capture_output=True, check=False)
            if os.path.exists(trail) and b.rng.random() < 0.5:
                b.judge(trail)
                b.clean(trail, f"{name}, in parts")
        assert one_of(trail, "SELECT count(*) FROM event WHERE kind = 6")[0] >= 2, name
        b.clean(trail, f"{name}, whole")


def selftests_in_a_row():
    """The log of a host that was tested once a day, each time by a run of another id; never in the future."""
    for day in range(6):
        name = ("selftest-modern", "selftest-stig", "selftest-seed-no-tomoyo")[day // 2]
        later = re.sub(rb"msg=audit\((\d+)", lambda at, day=day: b"msg=audit(%d" % (int(at[1]) + (day - 5) * 86400),
                       log_of(name))
        yield re.sub(rb" run=.", b" run=%d" % day, later)


def nothing_in_a_fleet(b):
    """nothing differs in a trail of many hosts, with claims, rotated files and pruning at random times"""
    for _ in range(2):
        trail = b.path(".db")
        names = b.rng.sample(sorted(logs()), 8) + ["selftest-modern", "selftest-suspended"]
        for name in names:
            data = log_of(name)
            half = data.find(b"\n", len(data) // 2) + 1
            folder = b.path("-set")
            os.mkdir(folder)
            write(f"{folder}/audit.log.1", data[:half])
            write(f"{folder}/audit.log", data[half:])
            subprocess.run([b.modtrail, "-d", trail, "ingest", "-q", "--host", name, folder],
                           capture_output=True, check=False)
            if b.rng.random() < 0.3:
                subprocess.run([b.modtrail, "-d", trail, "claim", "--host", name, "--rules",
                                "testdata/rules/r03-modern.rules"], capture_output=True, check=True)
            if b.rng.random() < 0.5:
                b.judge(trail)
        for log in selftests_in_a_row():
            subprocess.run([b.modtrail, "-d", trail, "ingest", "-q", "--host", "daily", "-"], input=log,
                           capture_output=True, check=True)
            b.judge(trail)
        b.clean(trail, f"fleet of {names}")
        for _ in range(3):
            when = one_of(trail, "SELECT time_ms FROM event ORDER BY id LIMIT 1 OFFSET ?",
                          b.rng.randrange(one_of(trail, "SELECT count(*) FROM event")[0]))[0]
            b.prune(trail, when)
            b.clean(trail, f"fleet of {names}, pruned to {when}")
            subprocess.run(b.command(trail, "-"), input=log_of("r17-rotate"), capture_output=True, check=False)
            b.clean(trail, f"fleet of {names}, pruned to {when} and more read")
            b.judge(trail)
            b.clean(trail, f"fleet of {names}, pruned to {when} and judged")


def twins_of(rng):
    """Logs of a few ids that many events have: of lines of theirs, and in the end of whole events."""
    ids = ["1795456283.%03d:%d" % (rng.randrange(2), rng.randrange(70, 72)) for _ in range(6)]
    parts = [at(rng.choice(FORGED)(rng, 100 * n + 1), when)
             for n, when in enumerate(ids)]
    pieces = [piece for part in parts for piece in ([[line] for line in part] if rng.random() < 0.5 else [part])]
    rng.shuffle(pieces)
    return pieces + parts


def nothing_in_twins(b):
    """nothing differs where many events have one id, read in pieces, and where clocks are set back behind a prune"""
    removed = 0
    for number in range(12):
        trail, pieces = b.path(".db"), twins_of(b.rng)
        for piece in pieces + [sum(pieces, [])]:
            b.ingest("-", stdin="".join(piece).encode(), trail=trail)
            if os.path.exists(trail):
                b.clean(trail, f"{b.remark}, round {number} of {pieces}")
        removed += one_of(trail, "SELECT count(*) FROM gap")[0]
        late = loads(1, 4, 1795456000 - 86400) + loads(5, 8, 1795456280)
        for log, before_s in ((late, 1795456100), (loads(9, 12, 1577836800), 1795456282), (late, 1795456283)):
            b.ingest("-", stdin="".join(log).encode(), trail=trail)
            b.prune(trail, before_s * 1000)
            b.clean(trail, f"{b.remark}, round {number} of {pieces}, pruned to {before_s}")
            b.ingest("-", stdin="".join(sum(pieces, [])).encode(), trail=trail)
            b.clean(trail, f"{b.remark}, round {number} of {pieces}, pruned to {before_s} and read again")
    b.remark += f", {removed} trails where twins became one"


def nothing_in_old_trails(b):
    """nothing differs in the trails of older versions, once they are brought up to date"""
    for dump in sorted(os.listdir(DUMPS)):
        trail = b.path(".db")
        with open(f"{DUMPS}/{dump}", encoding="utf-8") as sql:
            subprocess.run(["sqlite3", trail], stdin=sql, capture_output=True, check=True)
        subprocess.run(b.command(trail, "-"), input=log_of("r03-modern"), capture_output=True, check=True)
        b.clean(trail, dump)
        b.judge(trail)
        b.clean(trail, f"{dump}, judged")


def nothing_beside_a_follower(b):
    """nothing differs while a log is followed, in a trail and a folder that may only be read, too"""
    log, trail = b.path(".log"), b.path(".db")
    lines = lines_of(log_of("r17-rotate"))
    write(log, b"".join(lines[:100]))
    child = subprocess.Popen(b.command(trail, "-f", log), stderr=subprocess.DEVNULL)
    try:
        while not os.path.exists(trail):
            time.sleep(0.01)
        with open(log, "ab", buffering=0) as out:
            for at in range(100, len(lines), 3000):
                out.write(b"".join(lines[at:at + 3000]))
                b.clean(trail, "beside a follower")
        assert child.poll() is None, "the follower has ended"
    finally:
        child.terminate()
        child.wait()
    folder = b.path("-closed")
    os.mkdir(folder)
    shutil.copy(trail, f"{folder}/trail.db")
    os.chmod(f"{folder}/trail.db", 0o444)
    program = shutil.copy(b.modtrail, folder)
    os.chmod(b.tmp, 0o755)
    os.chmod(folder, 0o555)
    as_other = ["setpriv", "--reuid", "65534", "--clear-groups"] if os.getuid() == 0 else []
    done = subprocess.run([*as_other, program, "-d", f"{folder}/trail.db", "check"], capture_output=True,
                          text=True, check=False)
    os.chmod(folder, 0o755)
    assert done.returncode == 0, done.stdout + done.stderr


def other_value(rng, kind, old):
    """Another value of a column's type."""
    choices = [None]
    if kind == "INTEGER":
        choices += [rng.randint(0, 9), 0, 1, 4294967295] + ([old + 1, old - 1] if isinstance(old, int) else [])
    elif kind == "BLOB":
        choices += [b"", b"x\0", (old or b"") + b"y\0"]
    else:
        choices += ["", "x", f"{old}x"] + ([b"\xff"] if kind == "ANY" else [])
    return rng.choice([c for c in choices if c != old or type(c) is not type(old)])


def same_row(keys):
    return " AND ".join(f'"{k}" IS ?' for k in keys)


class Tamper:
    """A change of one row of one table in a copy of a trail."""

    def __init__(self, b, trail, table):
        self.b, self.table = b, table
        self.path = b.path(".db")
        shutil.copy(trail, self.path)
        self.db = sqlite3.connect(self.path, isolation_level=None)
        self.db.execute(f"PRAGMA foreign_keys = {b.rng.choice(('ON', 'OFF'))}")
        info = self.db.execute("SELECT name, type, pk FROM pragma_table_info(?)", (table,)).fetchall()
        self.types = {name: kind for name, kind, _ in info}
        self.keys = [name for name, _, pk in info if pk]
        self.what = None

    def row(self, where="true"):
        names = ", ".join(f'"{c}"' for c in self.types)
        found = self.db.execute(f"SELECT {names} FROM {self.table} WHERE {where}").fetchall()
        return dict(zip(self.types, self.b.rng.choice(found))) if found else None

    def update(self, column):
        """False: there is no such row, or no other value that the table takes."""
        where = "true"
        if (self.table, column) == ("event", "login"):	# else it may have been looked up
            where = "login IS NOT NULL OR coalesce(auid, 4294967295) = 4294967295"
        row = self.row(where)
        if row is None:
            return False
        for tries in range(20):
            # In the end even what a CHECK refuses: its owner can switch those off.
            self.db.execute(f"PRAGMA ignore_check_constraints = {'ON' if tries > 10 else 'OFF'}")
            value = other_value(self.b.rng, self.types[column], row[column])
            self.what = f"{self.table}.{column} of {[row[k] for k in self.keys]}: {row[column]!r} -> {value!r}"
            try:
                self.db.execute(f'UPDATE {self.table} SET "{column}" = ? WHERE {same_row(self.keys)}',
                                (value, *(row[k] for k in self.keys)))
                return True
            except sqlite3.IntegrityError:
                pass
        return False

    def delete(self):
        row = self.row()
        if row is None:
            return False
        self.what = f"{self.table}: deleted {row}"
        try:
            self.db.execute(f"DELETE FROM {self.table} WHERE {same_row(self.keys)}",
                            [row[k] for k in self.keys])
            return True
        except sqlite3.IntegrityError:
            return False

    def insert(self):
        row = self.row()
        for _ in range(20 if row else 0):
            for key in self.keys:
                row[key] = other_value(self.b.rng, self.types[key], row[key])
            if self.table in ("event", "machine") and self.b.rng.random() < 0.8:
                row["serial" if self.table == "event" else "name"] = self.b.rng.randint(1000, 1 << 20)
            self.what = f"{self.table}: inserted {row}"
            try:
                self.db.execute(f"INSERT INTO {self.table} VALUES ({', '.join('?' * len(row))})",
                                list(row.values()))
                return True
            except (sqlite3.IntegrityError, OverflowError):
                pass
        return False

    def is_found(self):
        self.db.close()
        done = self.b.check(self.path)
        os.unlink(self.path)
        return done.returncode == 1


def tables_of(trail):
    with opened(trail) as db:
        return [name for name, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' "
                                             "AND name NOT GLOB 'sqlite_*'")]


def trails(b):
    for name in TAMPERED:
        trail = b.ingest("-", stdin=log_of(name))
        b.judge(trail, b.rng.choice(("1h", "9999w")))
        b.clean(trail, name)
        yield name, trail
    trail = b.path(".db")
    for piece in twins_of(b.rng) + [lines_of(KEYED), at(FORGED[0](b.rng, 1) + FORGED[1](b.rng, 2), "5.000:1")]:
        data = "".join(piece).encode() if isinstance(piece[0], str) else b"".join(piece)
        subprocess.run(b.command(trail, "-k", "modules", "-"), input=data, capture_output=True, check=False)
    b.clean(trail, "twins")
    yield "twins", trail


def try_all(b, which):
    """Calls which(trail, table) for a tamper of each; all must be found. What no trail has is told."""
    done, tried, missed = 0, set(), set()
    for _ in range(b.tampers):
        for name, trail in trails(b):
            for table in tables_of(trail):
                for what, change in which(table, b, trail):
                    if not change():
                        missed.add(what)
                        continue
                    tried.add(what)
                    done += 1
                    tamper = change.__self__ if hasattr(change, "__self__") else change.tamper
                    assert tamper.is_found(), f"{b.remark}: {name}: not found: {tamper.what}"
    b.remark += f", {done} tampers of {len(tried)} kinds; nowhere to try: {sorted(missed - tried)}"


def columns_tampered(table, b, trail):
    for column in Tamper(b, trail, table).types:
        if (table, column) in UNTOLD or (table, "*") in UNTOLD:
            continue
        tamper = Tamper(b, trail, table)

        def change(tamper=tamper, column=column):
            return tamper.update(column)
        change.tamper = tamper
        yield f"{table}.{column}", change


def rows_tampered(table, b, trail):
    if (table, "*") in UNTOLD:
        return
    if (table, "DELETE") not in UNTOLD_ROWS:
        yield f"DELETE {table}", Tamper(b, trail, table).delete
    if (table, "INSERT") not in UNTOLD_ROWS:
        yield f"INSERT {table}", Tamper(b, trail, table).insert


def any_column(b):
    """an UPDATE of any derived column of any table is found"""
    try_all(b, columns_tampered)


def any_row(b):
    """a DELETE from, and an INSERT into any derived table is found"""
    try_all(b, rows_tampered)


def any_event_but_the_newest(b):
    """an event that is deleted with all that was made of it is found, but for the newest"""
    for name, trail in trails(b):
        for _ in range(2 * b.tampers):
            path = b.path(".db")
            shutil.copy(trail, path)
            with opened(path) as db:
                db.execute("PRAGMA foreign_keys = ON")
                event, = db.execute("SELECT id FROM event WHERE id < (SELECT max(id) FROM event) "
                                    "ORDER BY random() LIMIT 1").fetchone()
                db.execute("DELETE FROM event WHERE id = ?", (event,))
            b.judge(path)
            assert b.check(path).returncode == 1, f"{name}: event {event} is gone, and nobody knows"
            os.unlink(path)


def vouched_for(b, trail, when_s):
    """Has the trail read back what --vouch would write into the log."""
    day = one_of(trail, "SELECT date(max(time_ms) / 1000, 'unixepoch') FROM event")[0]
    said = subprocess.run([b.modtrail, "-d", trail, "check", "--vouch", "--day", day, "-n"],
                          capture_output=True, text=True, check=True).stdout
    log = "".join(f"type=TRUSTED_APP msg=audit({when_s}.000:{900000 + i}): pid=900 uid=0 auid=4294967295 "
                  f"ses=4294967295 msg='{mark} exe=\"x\" hostname=? addr=? terminal=? res=success'\n"
                  for i, mark in enumerate(said.splitlines()))
    b.ingest("-", stdin=log.encode(), trail=trail)
    b.judge(trail)
    return day


def what_is_vouched_for(b):
    """with a digest in the log, any event that is gone and any byte of a record that changed is found"""
    for name, trail in trails(b):
        when_s = one_of(trail, "SELECT max(time_ms) / 1000 + 86400 FROM event")[0]
        day = vouched_for(b, trail, when_s)
        b.clean(trail, f"{name}, vouched")
        for _ in range(4 * b.tampers):
            path = b.path(".db")
            shutil.copy(trail, path)
            with opened(path) as db:
                db.execute("PRAGMA foreign_keys = ON")
                event, raw = db.execute("SELECT id, raw FROM event JOIN record ON event_id = id "
                                        "WHERE date(time_ms / 1000, 'unixepoch') = ? "
                                        "ORDER BY random() LIMIT 1", (day,)).fetchone()
                what = "gone"
                if b.rng.random() < 0.5:
                    db.execute("DELETE FROM event WHERE id = ?", (event,))
                else:
                    half = raw.split(b"\n")[0].split(b"\x1d")[0]
                    at = b.rng.randrange(half.index(b"type="), len(half))
                    what = raw[:at] + bytes([raw[at] ^ b.rng.choice((1, 2, 4))]) + raw[at + 1:]
                    db.execute("UPDATE record SET raw = ? WHERE event_id = ?", (what, event))
            b.judge(path)
            done = b.check(path)
            assert done.returncode == 1, f"{b.remark}: {name}: event {event} is {what}, and nobody knows"
            os.unlink(path)


PROPERTIES = (nothing_in_captures, nothing_in_late_records, nothing_in_a_fleet, nothing_in_twins,
              nothing_in_old_trails,
              nothing_beside_a_follower, any_column, any_row, any_event_but_the_newest, what_is_vouched_for)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("modtrail")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--tampers", type=int, default=1)
    parser.add_argument("names", nargs="*")
    args = parser.parse_intermixed_args()
    sys.exit(run_all(PROPERTIES, args.names, lambda: Checker(args.modtrail, args.seed, args.tampers)))


if __name__ == "__main__":
    main()
