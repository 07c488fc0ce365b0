#!/usr/bin/env python3
"""What nobody writes by accident: floods, garbage and impossible numbers are read in bounded memory, and counted.

usage: hostile.py MODTRAIL [--uncontained] [NAME-PART...]      prints TAP

--uncontained: a build for a sanitizer, which confines itself to nothing and needs memory of its own.
"""
import argparse
import lzma
import os
import random
import subprocess
import sys
import time

from properties import Bench, log_of, run_all, sound

START = 1795456283
FIELDS = (b" arch=c000003e syscall=%d success=yes exit=0 a0=3 a1=55 a2=0 a3=3 items=0 ppid=108 pid=109 auid=1000 uid=0"
          b" gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm=\"insmod\" exe=\"/usr/bin/kmod\""
          b" subj=unconfined key=\"modules\"%s\n")
# Peak memory of anything that is read here, in kB: 24 MB.
LIMIT = 24 * 1000 * 1000 // 1024
# Peak memory may differ so much between a flood and one four times as long, in kB.
SLACK = 4096


def call(serial, ms=0, node=b"", number=313, more=b"", seconds=None):
    """A SYSCALL record that loads a module, ms after the start."""
    at = b"%d.%03d" % (START + ms // 1000 if seconds is None else seconds, ms % 1000)
    return node + b"type=SYSCALL msg=audit(%s:%d):" % (at, serial) + FIELDS % (number, more)


def peak_of(pid):
    """In kB. What wait4() tells has what Python needed before the exec in it."""
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return max([0] + [int(line.split()[1]) for line in f if line.startswith("VmHWM:")])


def ingest(b, lines, *args):
    """Reads the lines into a new trail: what it printed, the trail, and its peak memory in kB."""
    trail, path = b.path(".db"), b.path(".log")
    with open(path, "wb") as log:
        for line in lines:
            log.write(line)
    with open(b.path(".out"), "w+b") as out:
        child = subprocess.Popen([b.modtrail, "-d", trail, "ingest", "--host", "lab", *args, path], stdout=out,
                                 stderr=out)
        peak = 0
        while child.poll() is None:
            peak = max(peak, peak_of(child.pid))
            time.sleep(0.002)
        out.seek(0)
        said = out.read().decode()
    assert child.returncode == 0, f"exit status {child.returncode}: {said}"
    assert b.uncontained or peak <= LIMIT, f"a peak of {peak} kB, above {LIMIT} kB"
    os.unlink(path)
    sound(trail)
    return said, trail, peak


def ask(b, trail, sql):
    done = subprocess.run([b.modtrail, "-d", trail, "sql", "--csv", "-e", sql], check=True, capture_output=True)
    return done.stdout.decode().splitlines()[1:]


def expect(got, want):
    assert got == want, f"{want} was expected, not {got}"


def losses(b, trail):
    return ask(b, trail, "SELECT what, sum(count) FROM loss GROUP BY 1 ORDER BY 1")


def count(b, trail):
    return int(ask(b, trail, "SELECT count(*) FROM event")[0])


def records_of_a_megabyte(b):
    """a record of 1 MB is left out, counted and placed; one of 200 kB is read"""
    said, trail, _ = ingest(b, [call(1), call(2, more=b" x=" + b"A" * (1 << 20)), call(3),
                                call(4, more=b" x=" + b"A" * 200000)])
    expect(ask(b, trail, "SELECT serial FROM event ORDER BY serial"), ["1", "3", "4"])
    expect(losses(b, trail), ["line too long,1", "serials not seen,1"])
    assert f".log:{len(call(1))}" in said, said


def a_line_without_end(b):
    """100 MB without a newline are one line that is too long"""
    _, trail, _ = ingest(b, [call(1), b"type=SYSCALL msg=audit(1.000:9): "] + [b"A" * (1 << 20)] * 100)
    expect(losses(b, trail), ["line too long,1"])
    expect(count(b, trail), 1)


def an_event_without_end(b):
    """an event of 200,000 records is one event, and what exceeds its bounds is counted"""
    lines = [call(9, number=59)] + [b'type=EXECVE msg=audit(%d.000:9): %sa%d="insmod"\n'
                                    % (START, b"" if i else b"argc=9 ", i) for i in range(200000)]
    said, trail, _ = ingest(b, lines)
    expect(ask(b, trail, "SELECT serial FROM event"), ["9"])
    expect([line for line in said.splitlines() if "exceeded" in line],
           [f"{len(lines) - 8192} records exceeded the bounds of their event"])


def many_events_with_one_id(b):
    """of 100,000 calls with one id, and as many files, some are told, and what exceeds the bounds is counted"""
    lines = [call(9, more=b" exe=\"/%d\"" % (i % 300)) if i % 3 == 0 else
             b'type=PATH msg=audit(%d.000:9): item=%d name="%d"\n' % (START, i % 50, i) for i in range(100000)]
    said, trail, _ = ingest(b, lines)
    expect(ask(b, trail, "SELECT count(*) FROM activity"), ["32"])
    assert "exceeded the bounds of their event" in said, said


def events_that_never_end(b):
    """100,000 events that are never complete are all there, and 300,000 that do not matter are forgotten"""
    _, trail, _ = ingest(b, [call(i, ms=i) for i in range(100000)])
    expect(count(b, trail), 100000)
    _, trail, _ = ingest(b, [call(1)] + [b"type=CWD msg=audit(%d.000:%d): cwd=\"/\"\n" % (START + i, i)
                                         for i in range(300000)])
    expect(count(b, trail), 1)


def impossible_times(b):
    """times from 1970 to 9999 are times, in any order; later ones are counted"""
    seconds = [253402300799, 0, 4294967296, 1, 2147483648, START, 253402300800, 1 << 40, 1 << 63]
    _, trail, _ = ingest(b, [call(7, seconds=s) for s in seconds])
    expect(ask(b, trail, "SELECT time FROM activity ORDER BY time_ms"),
           ["1970-01-01T00:00:00.000Z", "1970-01-01T00:00:01.000Z", "2026-11-23T17:51:23.000Z",
            "2038-01-19T03:14:08.000Z", "2106-02-07T06:28:16.000Z", "9999-12-31T23:59:59.000Z"])
    expect(losses(b, trail), ["bad event id,3"])
    report = subprocess.run([b.modtrail, "-d", trail, "report", "-o", "time"], check=True, capture_output=True,
                            env=dict(os.environ, TZ="UTC")).stdout.decode()
    assert "9999-12-31 23:59:59" in report, report


def time_runs_backwards(b):
    """the same trail from a log whose times run backwards"""
    forwards = [call(i + 1, ms=i * 7, number=59 if i % 5 == 0 else 313) for i in range(20000)]
    _, trail, _ = ingest(b, forwards)
    want = b.facts(trail)
    _, trail, _ = ingest(b, forwards[::-1])
    b.same(want, trail, "backwards")


def impossible_serials(b):
    """serials from 0 to 2^64-1 are serials; a larger one is counted"""
    # SQLite has signed numbers: those that no kernel counts to are shown as what they are less 2^64.
    _, trail, _ = ingest(b, [call(0), call((1 << 63) - 1), call(1 << 63), call((1 << 64) - 1), call(1 << 64)])
    expect(sorted(ask(b, trail, "SELECT serial FROM activity")),
           sorted(["0", "9223372036854775807", "-9223372036854775808", "-1"]))
    expect(losses(b, trail), ["bad event id,1"])


def garbage(b):
    """random bytes, NULs and torn lines are counted, and what is between them is read"""
    rng = random.Random(1)
    lines = []
    for i in range(200):
        lines += [call(i), rng.randbytes(5000).replace(b"\n", b"") + b"\n", b"\0" * 100 + b"\n",
                  call(1000 + i)[:rng.randint(1, 30)] + b"\n", b"%s\n" % rng.randbytes(2000).hex().encode()]
    _, trail, _ = ingest(b, lines)
    expect(count(b, trail), 200)
    counted = sum(int(row.rsplit(",", 1)[1]) for row in losses(b, trail))
    # A line of nothing but NULs is what a crash leaves of a line that was never written.
    assert 600 <= counted <= 800, losses(b, trail)


def damaged_captures(b):
    """logs with flipped, lost and repeated bytes give the same trail with and without the sieve"""
    rng = random.Random(2)
    for name in ("r03-modern", "r15-enriched", "r22-markers", "r09d-never-last"):
        for _ in range(5):
            data = bytearray(log_of(name))
            for _ in range(len(data) // 200):
                at = rng.randrange(len(data))
                how = rng.randrange(3)
                if how == 0:
                    data[at] ^= 1 << rng.randrange(8)
                elif how == 1:
                    del data[at:at + rng.randrange(20)]
                else:
                    data[at:at] = data[at:at + rng.randrange(200)]
            _, trail, _ = ingest(b, [bytes(data)])
            want = b.facts(trail)
            _, trail, _ = ingest(b, [bytes(data)], "--no-sieve")
            b.same(want, trail, name)


def hosts_without_number(b):
    """50,000 hosts are told apart"""
    _, trail, _ = ingest(b, [call(9, node=b"node=host-%d.example.org " % i) for i in range(50000)])
    expect(ask(b, trail, "SELECT count(*), count(DISTINCT host) FROM activity"), ["50000,50000"])


def memory_does_not_grow(b):
    """four times as much of any flood needs no more memory"""
    floods = {
        "events": lambda n: (call(i, ms=i) for i in range(n)),
        "events of one instant": lambda n: (call(i) for i in range(n)),
        "events that run backwards": lambda n: (call(i, ms=n - i) for i in range(n)),
        "hosts": lambda n: (call(9, node=b"node=host-%d.example.org " % i) for i in range(n)),
        "tool runs": lambda n: (call(i, ms=i, number=59 if i % 2 else 313) for i in range(n)),
        "records of one event": lambda n: (b"type=KERN_MODULE msg=audit(1.000:9): name=\"x%d\"\n" % i
                                           for i in range(4 * n)),
        "long records": lambda n: (call(i, ms=i, more=b" x=" + b"A" * 200000) for i in range(n // 200)),
        "long command lines": lambda n: (
            call(i, ms=i, number=59) + b'type=EXECVE msg=audit(%d.%03d:%d): argc=2 a0="insmod" a1=%s\n' %
            (START + i // 1000, i % 1000, i, b"41" * 50000) for i in range(n // 100)),
        "events of which every other is missing": lambda n: (b"type=A msg=audit(1.000:%d):\n" % (2 * i)
                                                             for i in range(5 * n)),
        "garbage": lambda n: (b"nothing %d\n" % i for i in range(40 * n)),
        "what does not matter": lambda n: (b"node=h%d type=CWD msg=audit(1.000:9): x\n" % i for i in range(20 * n)),
    }
    for name, flood in floods.items():
        some, many = (ingest(b, [call(1), *flood(n)])[2] for n in (12000, 48000))
        print(f"# {name}: {some} kB, then {many} kB", flush=True)
        assert many <= some + SLACK, f"{name}: {some} kB, then {many} kB"


def packed_with_a_large_window(b):
    """what xz -6 packs is read within bounds; what needs a window of 64 MB is read while it is short, or refused"""
    lines = b"".join(call(i, ms=i) for i in range(60000))
    for dictionary, text, status in ((8, lines, 0), (64, lines[:4 << 20], 0), (64, lines, 1)):
        path = b.path(".log.xz")
        with open(path, "wb") as log:
            log.write(lzma.compress(text, filters=[{"id": lzma.FILTER_LZMA2, "preset": 0,
                                                    "dict_size": dictionary << 20}]))
        child = subprocess.Popen([b.modtrail, "-d", b.path(".db"), "ingest", "-q", "--host", "lab", path],
                                 stderr=subprocess.PIPE)
        peak = 0
        while child.poll() is None:
            peak = max(peak, peak_of(child.pid))
            time.sleep(0.002)
        said = child.stderr.read().decode()
        expect(child.returncode, status)
        assert status == 0 or "compress it anew with 'xz -6'" in said and path in said, said
        assert b.uncontained or peak <= 24 << 10, f"a peak of {peak} kB with a window of {dictionary} MiB"


def as_rules(b, *args, stdin=None):
    """Runs a command that reads rules, for 60 seconds of a processor at most."""
    done = subprocess.run(["prlimit", "--cpu=60", b.modtrail, "-d", b.path(".db"), *args], stdin=stdin,
                          capture_output=True, check=False)
    return done.returncode, done.stdout.decode() + done.stderr.decode()


def rules_without_end(b):
    """what does not end is not taken for rules, and thousands of rules are judged in good time"""
    for command in (("rules",), ("claim", "--host", "h", "--rules")):
        with subprocess.Popen(["yes", "--", "-w /etc/shadow -p wa"], stdout=subprocess.PIPE) as endless:
            status, said = as_rules(b, *command, "/dev/stdin", stdin=endless.stdout)
            endless.kill()
        assert status == 1 and "'/dev/stdin' has more than" in said, said
    path = b.path(".rules")
    with open(path, "w", encoding="ascii") as rules:
        for i in range(3000):
            rules.write(f"-w /srv/{i} -p wa -k k{i}\n")
    status, said = as_rules(b, "rules", path)
    assert status == 0 and "3000 rules" in said, f"{status}: {said}"


def a_reader_is_confined(b):
    """a reader has no new privileges, and a filter on its system calls"""
    trail, path = b.path(".db"), b.path(".log")
    with open(path, "wb") as log:
        log.write(call(1))
    child = subprocess.Popen([b.modtrail, "-d", trail, "ingest", "-q", "-f", path], stderr=subprocess.PIPE)
    try:
        until = time.monotonic() + 30
        while True:
            with open(f"/proc/{child.pid}/status", encoding="ascii") as f:
                status = dict(line.split(":\t", 1) for line in f.read().splitlines() if ":\t" in line)
            if status["Seccomp"] == "2" and status["NoNewPrivs"] == "1" or time.monotonic() > until:
                break
            time.sleep(0.05)
        expect((status["Seccomp"], status["NoNewPrivs"]), ("2", "1"))
    finally:
        child.kill()
        child.wait()


CONTAINED = (memory_does_not_grow, a_reader_is_confined)
ALL = (records_of_a_megabyte, a_line_without_end, an_event_without_end, many_events_with_one_id,
       events_that_never_end, impossible_times,
       time_runs_backwards, impossible_serials, garbage, damaged_captures, hosts_without_number,
       packed_with_a_large_window, rules_without_end, *CONTAINED)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("modtrail")
    parser.add_argument("--uncontained", action="store_true")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    tests = [t for t in ALL if not (args.uncontained and t in CONTAINED)]

    def bench():
        b = Bench(args.modtrail, 0)
        b.uncontained = args.uncontained
        return b

    sys.exit(run_all(tests, args.names, bench))


if __name__ == "__main__":
    main()
