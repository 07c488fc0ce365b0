#!/usr/bin/env python3
"""Trails that are locked, damaged, in the wrong place or on a full disk: what each command does then.

usage: database.py MODTRAIL [NAME-PART...]      prints TAP
"""
import fcntl
import os
import random
import shutil
import signal
import subprocess
import time

from properties import log_of, run, write

READING = (("report", "--json"), ("show", "20"), ("verify", "--max-age", "9999w"), ("sql", "hosts"), ("status",),
           ("check",))
WRITING = (("ingest", "-q", "--host", "lab", "LOG"), ("prune", "--before", "@1795456283"),
           ("claim", "--host", "lab", "--rules", "testdata/rules/r01-seed.rules"))


class Trail:
    """A trail of one log, and what commands make of it."""

    def __init__(self, b):
        self.b = b
        self.log = write(b.path(".log"), log_of("r03-modern"))
        self.path = b.ingest(self.log)
        self.want = b.facts(self.path)

    def command(self, args, trail=None):
        return [self.b.modtrail, "-d", trail or self.path] + [self.log if a == "LOG" else a for a in args]

    def run(self, args, trail=None, timeout=20, **how):
        done = subprocess.run(self.command(args, trail), capture_output=True, timeout=timeout, check=False, **how)
        assert done.returncode >= 0, f"{args}: ended by signal {-done.returncode}"
        return done

    def refuses(self, args, words, trail=None):
        done = self.run(args, trail)
        message = done.stderr.decode(errors="replace")
        failed = 3 if args[0] == "verify" else 1
        assert done.returncode == failed, f"{args}: status {done.returncode}, {message}"
        assert any(w in message for w in words) and (trail or self.path) in message, f"{args}: {message}"
        assert message.count("\n") == 1, message


class Shell:
    """An sqlite3 that holds what it was told to."""

    def __init__(self, trail, sql):
        self.process = subprocess.Popen(["sqlite3", trail], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ask(sql)

    def ask(self, sql):
        self.process.stdin.write(sql.encode() + b"; SELECT 'done';\n")
        self.process.stdin.flush()
        lines = []
        while not lines or lines[-1] != b"done\n":
            lines.append(self.process.stdout.readline())
            assert lines[-1], "sqlite3 ended"
        return lines[:-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def a_reader_for_minutes(b):
    """somebody who reads for long keeps nobody waiting, and sees what was there"""
    t = Trail(b)
    with Shell(t.path, "BEGIN; SELECT count(*) FROM event") as reader:
        before = reader.ask("SELECT count(*) FROM event")
        more = write(b.path(".log"), log_of("r20-reboot"))
        for args in (("ingest", "-q", "--host", "lab", more), ("verify", "--max-age", "9999w"),
                     ("prune", "--before", "@1795456283", "--vacuum")):
            done = t.run(args)
            assert done.returncode in (0, 1) and not done.stderr, done.stderr
        assert reader.ask("SELECT count(*) FROM event") == before
        now = t.run(("sql", "--csv", "-e", "SELECT count(*) FROM event")).stdout
    assert before[0].strip() not in now, "others see what was written"
    t.run(("claim", "--host", "lab", "--rules", "testdata/rules/r01-seed.rules"))
    wal = t.path + "-wal"
    assert not os.path.exists(wal) or os.path.getsize(wal) == 0, "the last writer leaves no log beside the trail"


def vacuum_beside_a_reader(b):
    """a file that cannot shrink because somebody reads an older state is told, and shrinks later"""
    t = Trail(b)
    vacuum = ("prune", "--before", "@1795456291", "--vacuum")
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, (SELECT count(*) FROM event) FROM n"
    before = os.path.getsize(t.path)
    with subprocess.Popen(t.command(("sql", "--csv", "-e", endless)), stdout=subprocess.PIPE) as reader:
        reader.stdout.readline()    # the rest fills the pipe, and then it waits
        text, data = t.run(vacuum), t.run(vacuum + ("--json",))
        size = os.path.getsize(t.path)
        reader.kill()
    assert b"is not smaller yet" in text.stdout and b'"shrunk": false' in data.stdout, f"{text} {data}"
    assert size >= before
    assert b'"shrunk": true' in t.run(vacuum + ("--json",)).stdout
    assert b"smaller" not in t.run(vacuum).stdout and os.path.getsize(t.path) < before


def another_writer(b):
    """who writes waits for another writer, says so, gives way to a signal, and gets its turn"""
    t = Trail(b)
    anew = ("ingest", "-q", "--host", "other", "LOG")
    for args in (anew,) + WRITING[1:]:
        with Shell(t.path, "BEGIN IMMEDIATE") as other:
            child = subprocess.Popen(t.command(args), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
            line = child.stderr.readline()
            assert b"waiting for another process" in line and t.path.encode() in line, line
            assert child.poll() is None, f"{args} does not wait"
            other.ask("COMMIT")
            assert child.wait(timeout=20) == 0, child.stderr.read()
            child.stderr.close()
    with Shell(t.path, "BEGIN IMMEDIATE"):
        for args in READING[:2] + READING[3:]:
            assert t.run(args).returncode == 0, f"{args} waits for a writer"
        child = subprocess.Popen(t.command(("ingest", "-q", "--host", "third", "LOG")), stderr=subprocess.PIPE,
                                 stdout=subprocess.DEVNULL)
        child.stderr.readline()
        child.send_signal(signal.SIGTERM)
        message = child.communicate(timeout=20)[1]
        assert child.returncode == 1 and b"interrupted while waiting for trail" in message, message


def a_reader_of_verdicts(b):
    """who asks for verdicts under other keys, and is slow to read them, keeps no writer waiting"""
    t = Trail(b)
    t.run(WRITING[2])
    read, written = os.pipe()
    fcntl.fcntl(written, fcntl.F_SETPIPE_SZ, 4096)
    with subprocess.Popen(t.command(("verify", "--key", "other", "--json")), stdout=written) as child:
        os.close(written)
        try:
            os.read(read, 1)
            assert t.run(WRITING[2]).returncode == 0
            assert child.poll() is None, "it has more to tell"
        finally:
            os.close(read)


def a_log_left_beside(b):
    """what a killed writer left beside the trail counts as far as it is whole"""
    t = Trail(b)
    rng = random.Random(1)
    old = b.path(".db")
    child = subprocess.Popen([b.modtrail, "-d", old, "ingest", "-q", "--host", "lab", "-"], stdin=subprocess.PIPE)
    child.stdin.write(log_of("r03-modern"))
    child.stdin.flush()
    until = time.monotonic() + 20
    while b.facts(old)["event"][-1:] != t.want["event"][-1:]:
        assert time.monotonic() < until
        time.sleep(0.05)
    child.kill()
    child.stdin.close()
    child.wait()
    size = os.path.getsize(old + "-wal")
    assert size > 100000, "there is something beside the trail"
    for cut in [size] + [rng.randrange(size) for _ in range(30)]:
        trail = shutil.copy(old, b.path(".db"))
        with open(old + "-wal", "rb") as wal:
            kept = bytearray(wal.read()[:cut])
        if cut < size and cut % 2 and kept:
            kept[rng.randrange(len(kept))] ^= 0xff
        write(trail + "-wal", kept)
        b.ingest(t.log, trail=trail)
        b.same(t.want, trail, f"the first {cut} bytes of it")


def damage(b):
    """a damaged page anywhere is an error that names the trail, or does not matter to the answer"""
    t = Trail(b)
    rng = random.Random(2)
    t.run(("verify", "--max-age", "9999w"))
    usual = {args: t.run(args).stdout for args in READING}
    with open(t.path, "rb") as file:
        good = file.read()
    damages = [(at, 8192) for at in range(0, len(good), 8192)]
    damages += [(at, rng.randint(1, 40)) for at in [rng.randrange(len(good)) for _ in range(40)]]
    damages += [(at, 1) for at in range(16, 100, 3)]
    told = 0
    for at, size in damages:
        bad = bytearray(good)
        bad[at:at + size] = rng.randbytes(len(bad[at:at + size]))
        for args in READING[:1] + READING[-2:] + WRITING[:2]:
            trail = write(b.path(".db"), bad)
            done = t.run(args, trail)
            if done.returncode != 0:
                told += 1
                changed = args == ("check",) and b"\nCHANGED: " in done.stdout
                assert changed or trail in done.stderr.decode(errors="replace"), f"{args}: {done.stderr}"
                assert done.returncode == 1, f"{args}, {size} bytes at {at}: status {done.returncode}"
            for suffix in ("", "-wal", "-shm"):
                if os.path.exists(trail + suffix):
                    os.unlink(trail + suffix)
    assert told > len(damages) / 2, f"{told} of {len(damages)} were told of"
    b.remark = f"{len(damages)} damages, {told} errors"


def not_a_trail(b):
    """every command says what is in the place of a trail, waits for nothing, and leaves it as it was"""
    t = Trail(b)
    places = {}

    def place(words):
        path = b.path(".db")
        places[path] = words
        return path

    os.symlink(t.path, place(["is a symlink"]))
    os.symlink(b.path(".nowhere"), place(["is a symlink"]))
    os.mkdir(place(["is a folder"]))
    os.mkfifo(place(["is no regular file"]))
    write(place(["no modtrail trail"]), log_of("r20-reboot"))
    subprocess.run(["sqlite3", place(["database of another program"]), "CREATE TABLE song (title)"], check=True)
    newer = shutil.copy(t.path, place(["written by a newer modtrail"]))
    subprocess.run(["sqlite3", newer, "PRAGMA user_version = 99"], check=True)
    for path, words in places.items():
        before = os.lstat(path)
        for args in READING + WRITING:
            t.refuses(args, words, path)
        after = os.lstat(path)
        assert (before.st_ino, before.st_size, before.st_mode) == (after.st_ino, after.st_size, after.st_mode), path
    empty = write(b.path(".db"), b"")
    for args in READING[:2] + READING[3:]:
        t.refuses(args, ["is empty"], empty)
    assert os.path.getsize(empty) == 0
    b.ingest(t.log, trail=empty)
    b.same(t.want, empty, "an empty file becomes a trail")
    missing = b.path(".db")
    for args in READING + WRITING[1:2]:
        t.refuses(args, ["no trail at"], missing)
    assert not os.path.exists(missing)


def for_everyone(b):
    """The program where any user may run it."""
    os.chmod(b.tmp, 0o755)
    return shutil.copy(b.modtrail, b.tmp)


class OnlyRead:
    """A trail that its reader may not write, and who that is: root may write everything, so it is nobody."""

    def __init__(self, b):
        self.folder = b.path(".ro")
        self.trail = os.path.join(self.folder, "trail.db")
        self.modtrail = for_everyone(b)
        self.reader = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}

    def holds(self, path):
        if os.path.exists(self.folder):
            os.chmod(self.folder, 0o755)
            shutil.rmtree(self.folder)
        os.mkdir(self.folder)
        os.chmod(shutil.copy(path, self.trail), 0o444)
        os.chmod(self.folder, 0o555)

    def run(self, args):
        return subprocess.run([self.modtrail, "-d", self.trail, *args], capture_output=True, timeout=20, check=False,
                              **self.reader)


def only_read(b):
    """verify says the same of a trail, of any age, whether it may write it or not"""
    ages = (("--max-age", "9999w"), ("--max-age", "1h"), ())
    forms = ((), ("--all",), ("--json",), ("--metrics",), ("--host", "lab"), ("--key", "x"))
    reader = OnlyRead(b)
    trail = b.ingest("--host", "lab", write(b.path(".log"), log_of("selftest-modern")))
    for stored in ages:
        subprocess.run([b.modtrail, "-d", trail, "verify", *stored], capture_output=True, check=False)
        reader.holds(trail)
        for asked in ages:
            writable = shutil.copy(trail, b.path(".db"))
            for form in forms:
                args = ("verify", *asked, *form)
                want = subprocess.run([b.modtrail, "-d", writable, *args], capture_output=True, check=False)
                done = reader.run(args)
                assert (done.returncode, done.stdout) == (want.returncode, want.stdout), \
                    f"after {stored} {args}: {done} instead of {want}"
                assert asked == ages[0] or b"stale" in want.stdout, f"{args}: {want}"
    os.chmod(reader.folder, 0o755)


READER, READERS = 65533, 65532      # the user of a folder, and the group that may read it


def made_by_root(b):
    """a trail that root makes, with whatever command, its folder's user can go on with, and its group read"""
    if os.geteuid() != 0:
        b.remark = "skipped: only root can"
        return
    modtrail = for_everyone(b)
    log = write(b.path(".log"), log_of("r03-modern"))
    os.chmod(log, 0o644)
    for args in (("ingest", log), ("ingest", "--host", "x", "-"),
                 ("claim", "--host", "x", "--rules", "testdata/rules/r01-seed.rules")):
        folder = b.path(".d")
        os.mkdir(folder, 0o750)
        os.chown(folder, READER, READERS)
        trail = [modtrail, "-d", folder + "/trail.db"]
        with open(log, "rb") as lines:
            subprocess.run(trail + list(args), stdin=lines, capture_output=True, check=True)
        owner = os.stat(folder + "/trail.db")
        assert (owner.st_uid, owner.st_gid, owner.st_mode & 0o777) == (READER, READERS, 0o640), f"{args}: {owner}"
        may_read = {"user": 65534, "group": 65534, "extra_groups": [READERS], "capture_output": True, "check": False}
        following = subprocess.Popen(trail + ["ingest", "--quiet", "--follow", log], user=READER, group=READERS,
                                     extra_groups=[], stdin=subprocess.DEVNULL)
        try:
            while not subprocess.run(trail + ["report"], **may_read).stdout.endswith(b" 1 host\n"):
                assert following.poll() is None, f"after {args} the user of the folder cannot follow the log"
                time.sleep(0.05)
        finally:
            following.terminate()
            following.wait()
        for reading in (("report",), ("verify",), ("status",)):
            done = subprocess.run(trail + list(reading), **may_read)
            assert done.stdout and done.returncode == (1 if reading == ("verify",) else 0), f"{args} {reading}: {done}"


def in_a_mount(script, *args):
    """Runs a script in a mount namespace of its own; None where that is not allowed."""
    unshare = ["unshare", "-rm"] if os.geteuid() else ["unshare", "-m"]
    if subprocess.run(unshare + ["mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False).returncode:
        return None
    done = subprocess.run(unshare + ["bash", "-euc", script, "bash", *args], capture_output=True, timeout=60,
                          check=False)
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    return done.stdout.decode()


def read_only_mount(b):
    """a trail on a disk that is mounted read-only can be read, and writing says why not"""
    t = Trail(b)
    script = """
        mount -t tmpfs none /mnt; cp "$2" /mnt/trail.db; mount -o remount,ro none /mnt
        for command in "report --json" "show 20" "sql hosts" status; do
            "$1" -d /mnt/trail.db $command >/dev/null
        done
        "$1" -d /mnt/trail.db report --json
        "$1" -d /mnt/trail.db verify --max-age 9999w || true
        for command in "ingest $3" "prune --before 1d" "claim --host x --rules testdata/rules/r01-seed.rules"; do
            if "$1" -d /mnt/trail.db $command 2>&1; then exit 9; fi
        done"""
    out = in_a_mount(script, b.modtrail, t.path, t.log)
    if out is None:
        b.remark = "skipped: no mounts here"
        return
    want = t.run(("report", "--json")).stdout.decode()
    assert out.startswith(want), "the same report"
    assert out.count("trail '/mnt/trail.db' is read-only") == 3, out[len(want):]


def full_disk(b):
    """a full disk is told, leaves a sound trail, and once there is room the next run completes it"""
    log = write(b.path(".log"), log_of("r17-rotate"))
    want = b.facts(b.ingest(log))
    script = """
        mount -t tmpfs -o size=$3 none /mnt; cd /mnt
        if message=$("$1" -d trail.db ingest -q --host lab "$2" 2>&1); then exit 9; fi
        mount -o remount,size=64m none /mnt
        if [ -s trail.db ]; then test "$(sqlite3 trail.db 'PRAGMA integrity_check')" = ok; fi
        "$1" -d trail.db ingest -q --host lab "$2"
        cp trail.db "$4"; echo "$message" """
    for size in ("100k", "400k", "900k", "2m", "4m"):
        trail = b.path(".db")
        out = in_a_mount(script, b.modtrail, log, size, trail)
        if out is None:
            b.remark = "skipped: no mounts here"
            return
        assert "no room left for trail '/mnt/trail.db'" in out, out
        b.same(want, trail, f"a disk of {size}")


def output_fails(b):
    """what cannot be printed is a failure"""
    t = Trail(b)
    for args in READING + (("report",), ("report", "--csv"), ("status", "--json"), ("rules", "testdata/rules"),
                           ("verify", "--json"), ("verify", "--metrics"), ("prune", "--before", "1d", "-n"),
                           ("--help",), ("report", "--help"), ("--version",)):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(t.command(args), stdout=full, stderr=subprocess.PIPE, check=False)
        message = done.stderr.decode()
        assert done.returncode == (3 if args[0] == "verify" else 1), f"{args}: status {done.returncode}"
        assert "cannot write the output: No space left" in message, f"{args}: {message}"


if __name__ == "__main__":
    run((a_reader_for_minutes, another_writer, a_reader_of_verdicts, vacuum_beside_a_reader,
         a_log_left_beside, damage, not_a_trail, only_read, made_by_root, read_only_mount, full_disk, output_fails))
