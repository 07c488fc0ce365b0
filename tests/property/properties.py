#!/usr/bin/env python3
"""Properties that hold for every log: however it is read, the trail is the same.

usage: properties.py MODTRAIL [NAME-PART...]      prints TAP; what kills change is in kills.py
"""
import argparse
import gzip
import lzma
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

CAPTURES = "testdata/capture"
# What two trails must agree in: every fact, but not row ids, paths or times of reading.
FACTS = {
    "activity": "SELECT time_ms, host, action, module, module_source, outcome, error, syscall, abi,"
                " tool, command, exe, comm, pid, ppid, auid, login, uid, session, tty, cwd, origin,"
                " keys, serial FROM activity ORDER BY time_ms, serial, host, module, pid, syscall",
    "tool_run": "SELECT time_ms, host, tool, command, pid, auid, exe, keys, syscalls, actions, serial"
                " FROM tool_run ORDER BY time_ms, serial, host, pid, command",
    "rule_change": "SELECT time_ms, host, op, keys, list, result, auid, detail, serial"
                   " FROM rule_change ORDER BY time_ms, serial, host, detail",
    "event": "SELECT time_ms, serial, daemon, kind, records FROM event ORDER BY time_ms, serial, daemon, kind, records",
    "loss": "SELECT host, kind, what, sum(count) FROM loss GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    "gap": "SELECT host, kind, what, place, count, time_ms, until_ms FROM loss"
           " WHERE kind NOT IN ('parser drop', 'rotation gap') ORDER BY 1, 2, 6, 7, 4",
}


def sqlite(trail, sql):
    return subprocess.run(["sqlite3", trail, sql], check=True, capture_output=True).stdout


def sound(trail):
    """The trail is whole: its pages, indexes, CHECKs and foreign keys."""
    check = sqlite(trail, "PRAGMA integrity_check; PRAGMA foreign_key_check")
    assert check == b"ok\n", f"{trail}: {check[:200]!r}"


class Bench:
    def __init__(self, modtrail, kills):
        self.modtrail = os.path.abspath(modtrail)
        self.kills = kills
        self.tmp = tempfile.mkdtemp(prefix="modtrail-properties-")
        self.made = 0
        self.remark = None

    def path(self, name=""):
        self.made += 1
        return f"{self.tmp}/{self.made}{name}"

    def command(self, trail, *args):
        return [self.modtrail, "-d", trail, "ingest", "-q", "--host", "lab", *args]

    def ingest(self, *args, trail=None, stdin=None):
        trail = trail or self.path(".db")
        done = subprocess.run(self.command(trail, *args), input=stdin, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        sound(trail)
        return trail

    def facts(self, trail):
        out = {}
        for name, sql in FACTS.items():
            out[name] = subprocess.run([self.modtrail, "-d", trail, "sql", "--csv", "-e", sql], check=True,
                                       capture_output=True).stdout.splitlines()
        return out

    def same(self, want, trail, what):
        got = self.facts(trail)
        for name, rows in want.items():
            if got[name] != rows:
                gone, new = set(rows) - set(got[name]), set(got[name]) - set(rows)
                raise AssertionError(f"{what}: {name} differs: {len(rows)} rows, then {len(got[name])};"
                                     f" gone {sorted(gone)[:1]}, new {sorted(new)[:1]}")


def log_of(name):
    """The bytes of a capture's log, oldest file first."""
    folder = f"{CAPTURES}/{name}/log"
    files = sorted(os.listdir(folder), key=lambda f: -int((f.removesuffix(".xz").split(".") + ["0"])[2] or 0)
                   if f.count(".") > 1 and f.removesuffix(".xz")[-1].isdigit() else 0)
    data = b""
    for f in files:
        with (lzma.open if f.endswith(".xz") else open)(f"{folder}/{f}", "rb") as stream:
            data += stream.read()
    return data


def logs():
    for name in sorted(os.listdir(CAPTURES)):
        if os.path.isdir(f"{CAPTURES}/{name}/log") and log_of(name):
            yield name


def lines_of(data):
    return data.splitlines(keepends=True)


def write(path, data):
    with open(path, "wb") as f:
        f.write(data)
    return path


def sieve_changes_nothing(b):
    """the same trail with and without the sieve"""
    for name in logs():
        path = write(b.path(".log"), log_of(name))
        b.same(b.facts(b.ingest(path)), b.ingest("--no-sieve", path), name)


def reading_twice_changes_nothing(b):
    """the same trail after reading everything again, from the same path and from another"""
    for name in logs():
        path = write(b.path(".log"), log_of(name))
        trail = b.ingest(path)
        want = b.facts(trail)
        b.ingest(path, trail=trail)
        b.same(want, trail, name + " again")
        b.ingest(shutil.copy(path, b.path(".log")), trail=trail)
        b.same(want, trail, name + " from another path")
        b.ingest("-", trail=trail, stdin=log_of(name))
        b.same(want, trail, name + " from standard input")


def lost_separators_change_nothing(b):
    """the same trail where a collector took the byte away that auditd puts before names"""
    # The first is what rsyslog 8.2302 wrote of this log, byte for byte (imfile, omfwd, imtcp, omfile).
    # #029 is the same program's where it writes control characters in decimal.
    seed = random.randrange(1 << 32)
    rng = random.Random(seed)
    invented = [rng.choice("#%&<>?^\\|~@!$*{") +
                "".join(rng.choices("#%&;<>?^xX0123456789abcdefABCDEF", k=rng.randrange(7)))
                for _ in range(6)]
    ways = (b"#035", b"#029", b" ", b"", b"^]", b"\xef\xbf\xbd", b"\\x1d", b"\t", b"_", b".",
            *(text.encode() for text in invented))
    for name in ("r15-enriched", "r22-markers"):
        data = log_of(name)
        want = b.facts(b.ingest("-", stdin=data))
        for way in ways:
            copy = data.replace(b"\x1d", way)
            trail = b.ingest("-", stdin=copy)
            b.same(want, trail, f"{name} with {way!r} (seed {seed})")
            b.ingest("-", trail=trail, stdin=data)
            b.same(want, trail, f"{name} with {way!r}, and as it was (seed {seed})")


def any_split_of_stdin(b):
    """the same trail however standard input is cut into writes"""
    rng = random.Random(1)
    for name in ("r03-modern", "r15-enriched", "r22-markers", "r20-reboot"):
        data = log_of(name)
        want = b.facts(b.ingest("-", stdin=data))
        for largest in (1, 7, 100, 5000):
            trail = b.path(".db")
            child = subprocess.Popen(b.command(trail, "-"), stdin=subprocess.PIPE)
            with child.stdin as pipe:
                at = 0
                while at < len(data):
                    # Single bytes take long: only the first few kB come that way.
                    step = rng.randint(1, largest) if at < 3000 * largest else len(data)
                    pipe.write(data[at:at + step])
                    pipe.flush()
                    at += step
            assert child.wait() == 0
            b.same(want, trail, f"{name} in pieces of up to {largest}")


def silent_stdin(b):
    """what came by standard input is in the trail while the pipe is open and silent, and others may write"""
    data = log_of("r03-modern")
    want = b.facts(b.ingest("-", stdin=data))
    trail = b.path(".db")
    child = subprocess.Popen(b.command(trail, "-"), stdin=subprocess.PIPE)
    try:
        child.stdin.write(data)
        child.stdin.flush()
        wait_for(b, trail, want, child, "behind a silent pipe")
        other = subprocess.run(b.command(trail, "-"), input=data, timeout=30, check=False)
        assert other.returncode == 0, "another writer gets its turn"
        child.stdin.close()
        assert child.wait(timeout=30) == 0
        b.same(want, trail, "after the end of the pipe")
    finally:
        child.kill()


def file_or_rotated_set(b):
    """the same trail from one file, a rotated set (cut anywhere, compressed or not), and its newest file"""
    rng = random.Random(2)
    for name in ("r03-modern", "r16-runtime", "r17-rotate"):
        data = log_of(name)
        lines = lines_of(data)
        want = b.facts(b.ingest(write(b.path(".log"), data)))
        for kind in ("plain", "gz", "xz"):
            folder = b.path("-set")
            os.mkdir(folder)
            cuts = sorted(rng.sample(range(1, len(lines)), 4))
            parts = [lines[i:j] for i, j in zip([0] + cuts, cuts + [len(lines)])]
            for age, part in enumerate(reversed(parts)):
                path = f"{folder}/audit.log" + (f".{age}" if age else "")
                if age and kind == "gz":
                    with gzip.open(path + ".gz", "wb") as f:
                        f.write(b"".join(part))
                elif age and kind == "xz":
                    with lzma.open(path + ".xz", "wb") as f:
                        f.write(b"".join(part))
                else:
                    write(path, b"".join(part))
            b.same(want, b.ingest(folder), f"{name} as a folder, {kind}")
            b.same(want, b.ingest(folder + "/audit.log"), f"{name} by its newest file, {kind}")


def one_after_the_other(b):
    """the same trail when a log is cut anywhere and its parts are read one after the other, by readers of their own"""
    rng = random.Random(8)
    for name in ("r03-modern", "r15-enriched"):
        lines = lines_of(log_of(name))
        want = b.facts(b.ingest("-", stdin=b"".join(lines)))
        for cut in rng.sample(range(1, len(lines)), 30):
            trail = b.path(".db")
            for part in (lines[:cut], lines[cut:]):
                b.ingest("-", trail=trail, stdin=b"".join(part))
            b.same(want, trail, f"{name} cut at line {cut}")


def parts_in_any_order(b):
    """the same trail, and no gap more, when the parts of a log are read in any order, some again"""
    rng = random.Random(9)
    for name in ("r17-rotate", "r12-rate", "r18-killed", "r20-reboot", "r21-interleave"):
        lines = lines_of(log_of(name))
        want = b.facts(b.ingest("-", stdin=b"".join(lines)))
        for _ in range(3):
            cuts = [0] + sorted(rng.sample(range(1, len(lines)), min(5, len(lines) - 1))) + [len(lines)]
            # So far before the cut that no event is known by its end only.
            parts = [lines[max(i - 400, 0):j] for i, j in zip(cuts, cuts[1:])]
            parts += rng.sample(parts, 2)
            rng.shuffle(parts)
            trail = b.path(".db")
            for part in parts:
                b.ingest("-", trail=trail, stdin=b"".join(part))
            b.same(want, trail, f"{name} in parts")


def what_is_cut_out_is_a_gap(b):
    """events that are missing in a log are a gap of just that many serials, until they are read"""
    rng = random.Random(10)
    for name in ("r17-rotate", "r21-interleave", "r15b-node"):
        lines = [line for line in lines_of(log_of(name)) if b"type=DAEMON_" not in line]
        serials = sorted({int(line.split(b":")[1].split(b")")[0]) for line in lines})
        first = rng.choice(serials[5:-5])
        gone = {b":%d)" % s for s in range(first, rng.randint(first + 1, serials[-2]) + 1)}
        kept = [line for line in lines if line[line.index(b":"):line.index(b")") + 1] not in gone]
        cut = [line for line in lines if line[line.index(b":"):line.index(b")") + 1] in gone]
        trail = b.ingest("-", stdin=b"".join(kept))
        gap = b.facts(trail)["gap"][1:]
        assert len(gap) == 1 and b"serial %d to %d,%d," % (first, first + len(gone) - 1, len(gone)) in gap[0], \
            f"{name}: {len(gone)} events from {first} on are cut out, but {gap}"
        b.ingest("-", trail=trail, stdin=b"".join(cut))
        assert len(b.facts(trail)["gap"]) == 1, f"{name}: the gap is filled"


def order_of_events(b):
    """the same trail in every order that keeps the lines of one event in sequence"""
    rng = random.Random(3)
    for name in ("r21-interleave", "r03-modern"):
        data = log_of(name)
        want = b.facts(b.ingest("-", stdin=data))
        events = {}
        for line in lines_of(data):
            events.setdefault(line.split(b"audit(")[1].split(b")")[0] + line[:12], [])
        for _ in range(8):
            queues = {}
            for line in lines_of(data):
                queues.setdefault(line.split(b"audit(")[1].split(b")")[0], []).append(line)
            # Events start in their order, within a spread, and their lines mingle freely.
            waiting, open_events, out = list(queues.values()), [], []
            while waiting or open_events:
                while waiting and len(open_events) < 40:
                    open_events.append(waiting.pop(0))
                queue = rng.choice(open_events)
                out.append(queue.pop(0))
                if not queue:
                    open_events.remove(queue)
            b.same(want, b.ingest("-", stdin=b"".join(out)), name + " mingled")


# An exec whose first record means nothing without the second: no kmod, no wanted key.
SLOW_EVENT = (
    b'type=SYSCALL msg=audit(1795456283.072:9): arch=c000003e syscall=59 success=yes exit=0 a0=7f a1=7f a2=7f'
    b' a3=0 items=1 ppid=108 pid=109 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0'
    b' ses=3 comm="insmod" exe="/usr/bin/busybox" key="exec"\n'
    b'type=EXECVE msg=audit(1795456283.072:9): argc=2 a0="insmod" a1="/tmp/dummy.ko"\n'
    b'type=CWD msg=audit(1795456283.072:9): cwd="/"\n'
    b'type=PROCTITLE msg=audit(1795456283.072:9): proctitle=696E736D6F64002F746D702F64756D6D792E6B6F\n')


def following_a_slow_writer(b):
    """-f keeps an event whole whose records come so late that they are read one by one"""
    want = b.facts(b.ingest("-", stdin=SLOW_EVENT))
    assert len(want["tool_run"]) == 2, "a header and one row"
    path, trail = b.path(".log"), b.path(".db")
    child = subprocess.Popen(b.command(trail, "-f", path))
    try:
        with open(path, "ab", buffering=0) as log:
            for line in lines_of(SLOW_EVENT):
                log.write(line)
                time.sleep(0.3)
        wait_for(b, trail, want, child, "following a slow writer")
    finally:
        child.kill()


class Writer:
    """Writes a log as auditd does, a record a time, and rotates it now and then."""

    def __init__(self, folder, data, rng, copytruncate=False, keep=400):
        self.folder, self.lines, self.rng = folder, lines_of(data), rng
        self.copytruncate, self.keep = copytruncate, keep
        self.log = folder + "/audit.log"
        self.file = open(self.log, "ab", buffering=0)

    def rotate(self):
        for age in range(self.keep, 0, -1):
            if os.path.exists(f"{self.log}.{age}"):
                os.rename(f"{self.log}.{age}", f"{self.log}.{age + 1}")
        if self.copytruncate:
            shutil.copy(self.log, self.log + ".1")
            os.truncate(self.log, 0)
            return
        self.file.close()
        os.rename(self.log, self.log + ".1")
        self.file = open(self.log, "ab", buffering=0)

    def write(self, count):
        for _ in range(min(count, len(self.lines))):
            line = self.lines.pop(0)
            cut = self.rng.randint(0, len(line)) if self.rng.random() < 0.2 else 0
            self.file.write(line[:cut])
            self.file.write(line[cut:])


def wait_for(b, trail, want, child, what, seconds=30):
    until = time.monotonic() + seconds
    while True:
        try:
            b.same(want, trail, what)
            return
        except (AssertionError, subprocess.CalledProcessError):
            assert child.poll() is None, f"{what}: the reader ended with {child.returncode}"
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def following_a_writer(b):
    """-f sees what a writer appends and rotates, by rename and by copytruncate"""
    for seed, copytruncate in ((4, False), (5, True)):
        rng = random.Random(seed)
        data = log_of("r17-rotate")
        want = b.facts(b.ingest("-", stdin=data))
        folder, trail = b.path("-live"), b.path(".db")
        os.mkdir(folder)
        writer = Writer(folder, data, rng, copytruncate)
        writer.write(100)
        child = subprocess.Popen(b.command(trail, "-f", folder + "/audit.log"))
        try:
            while writer.lines:
                writer.write(rng.randint(1, 200))
                if rng.random() < 0.3:
                    # copytruncate loses what is written between copy and truncation; auditd does not
                    # do that, and neither does this writer. A reader must have met the bytes, though.
                    if copytruncate:
                        time.sleep(0.2)
                    writer.rotate()
                time.sleep(rng.random() * 0.05)
            wait_for(b, trail, want, child, f"following, copytruncate={copytruncate}")
            child.send_signal(signal.SIGTERM)
            assert child.wait(timeout=10) == 0, "a reader that is told to end must end well"
        finally:
            child.kill()


PROPERTIES = (sieve_changes_nothing, reading_twice_changes_nothing, lost_separators_change_nothing,
              any_split_of_stdin, silent_stdin, file_or_rotated_set, one_after_the_other,
              parts_in_any_order, what_is_cut_out_is_a_gap, order_of_events, following_a_slow_writer,
              following_a_writer)


def run_all(tests, names, make_bench):
    """Runs those whose name has one of the parts, each with a bench of its own. Returns whether one failed."""
    chosen = [t for t in tests if not names or any(n in t.__name__ for n in names)]
    failed = False
    print(f"1..{len(chosen)}", flush=True)
    for number, test in enumerate(chosen, 1):
        bench = make_bench()
        problem = None
        try:
            test(bench)
        except (AssertionError, subprocess.SubprocessError) as e:
            problem, failed = e, True
        finally:
            shutil.rmtree(bench.tmp)
        print("not ok" if problem else "ok", number, "-", test.__doc__, flush=True)
        if bench.remark:
            print("#", bench.remark, flush=True)
        if problem:
            print("#", problem, flush=True)
    return failed


def run(properties):
    parser = argparse.ArgumentParser()
    parser.add_argument("modtrail")
    parser.add_argument("--kills", type=int, default=250)
    parser.add_argument("names", nargs="*")
    args = parser.parse_intermixed_args()
    sys.exit(run_all(properties, args.names, lambda: Bench(args.modtrail, args.kills)))


if __name__ == "__main__":
    run(PROPERTIES)
