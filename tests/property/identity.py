#!/usr/bin/env python3
"""What an event is, whatever its id and its clock: no event hides another.

usage: identity.py MODTRAIL [NAME-PART...]      prints TAP; SEED sets what is made up
"""
import json
import os
import random
import subprocess
import time

from properties import run, write

SEED = int(os.environ.get("SEED", random.randrange(1000000)))
ROUNDS = int(os.environ.get("ROUNDS", "60"))
ACTIVITY = ("action", "module", "outcome", "syscall", "tool", "exe", "comm", "pid", "auid", "uid", "keys", "serial")
TOOL_RUN = ("tool", "command", "modules", "pid", "auid", "exe", "keys", "serial")
RULE_CHANGE = ("op", "keys", "list", "result", "auid", "serial")
FACTS = {"activity": ACTIVITY, "tool_run": TOOL_RUN, "rule_change": RULE_CHANGE}


def rows(b, trail, view, columns=None):
    sql = f"SELECT {', '.join(columns or FACTS[view])} FROM {view}"
    out = subprocess.run([b.modtrail, "-d", trail, "sql", "--json", "-e", sql], check=True, capture_output=True)
    return json.loads(out.stdout)["rows"]


def syscall(number, pid, comm, exe, key="modules", success="yes", items=0):
    return (f"type=SYSCALL msg=audit(%s): arch=c000003e syscall={number} success={success} exit=0 a0=3 a1=55{pid:x}"
            f" a2=0 a3=3 items={items} ppid=1 pid={pid} auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0"
            f' fsgid=0 tty=pts0 ses=3 comm="{comm}" exe="{exe}" key="{key}"')


def load(rng, pid):
    name = f"m{rng.randrange(10 ** 6)}"
    lines = [syscall(rng.choice((313, 175)), pid, "x", "/usr/bin/x"), f'type=KERN_MODULE msg=audit(%s): name="{name}"',
             f'type=PROCTITLE msg=audit(%s): proctitle="x {pid}"']
    return lines if rng.random() < 0.7 else lines[:2]


def unload(rng, pid):
    return [syscall(176, pid, "x", "/usr/bin/x"), f'type=KERN_MODULE msg=audit(%s): name="u{rng.randrange(10 ** 6)}"',
            f'type=PROCTITLE msg=audit(%s): proctitle="x {pid}"']


def execution(rng, pid):
    name = f"r{rng.randrange(10 ** 6)}"
    return [syscall(59, pid, "insmod", "/usr/bin/kmod", items=2),
            f'type=EXECVE msg=audit(%s): argc=2 a0="insmod" a1="{name}.ko"', f'type=CWD msg=audit(%s): cwd="/{pid}"',
            'type=PATH msg=audit(%s): item=0 name="/sbin/insmod" inode=9',
            f'type=PROCTITLE msg=audit(%s): proctitle="insmod {name}.ko"']


def change(rng, pid):
    lines = [f'type=CONFIG_CHANGE msg=audit(%s): auid={pid} ses=3 op={rng.choice(("add_rule", "remove_rule"))}'
             f' key="k{rng.randrange(100)}" list=4 res={rng.randrange(2)}']
    if rng.random() < 0.5:
        lines.append(syscall(44, pid, "auditctl", "/usr/sbin/auditctl", key="(null)"))
        lines.append(f'type=PROCTITLE msg=audit(%s): proctitle="auditctl {pid}"')
    return lines


KINDS = (load, unload, execution, change)


def only_a_call(rng, pid):
    return load(rng, pid)[:1]


def only_a_name(rng, pid):
    return load(rng, pid)[1:2]


def only_an_argument(rng, pid):
    return execution(rng, pid)[1:2]


def a_read(_rng, pid):
    return [syscall(0, pid, "cat", "/bin/cat")]


FORGED = KINDS + (only_a_call, only_a_name, only_an_argument, a_read)

MEANT = KINDS + (only_a_call, only_a_name, a_read)  # an argument alone means nothing, and is not kept


def at(lines, when):
    return [line % when + "\n" for line in lines]


def lacks(before, after):
    """A row that is not there any more. What nobody said before may be said now."""
    for row in before:
        if not any(all(row[k] is None or row[k] == other[k] for k in row) for other in after):
            return row
    return None


def ingest(b, trail, *parts):
    for part in parts:
        b.ingest(write(b.path(".log"), "".join(part).encode()), trail=trail)
    return trail


def survive(b, base, other, lines, what):
    for view in FACTS:
        gone = lacks(rows(b, base, view), rows(b, other, view))
        assert gone is None, f"SEED={SEED}, {what}: {view} lacks {gone}; the log was\n# " + "# ".join(lines)


def any_third_event(b):
    """any two events survive any third one, whatever its id, and wherever it stands in the log"""
    rng = random.Random(SEED)
    for number in range(ROUNDS):
        ids = ["1795456283.%03d:%d" % (rng.randrange(3), rng.randrange(70, 73)) for _ in range(2)]
        first, second = (at(rng.choice(KINDS)(rng, pid), when) for pid, when in zip((101, 202), ids))
        log = first + second
        third = at(rng.choice(FORGED)(rng, 303), rng.choice(ids))
        place = rng.randrange(len(log) + 1)
        base = ingest(b, b.path(".db"), first, second)
        mixed = log[:place] + third + log[place:]
        what = f"round {number}"
        one = ingest(b, b.path(".db"), mixed)
        survive(b, base, one, mixed, what)
        survive(b, base, ingest(b, b.path(".db"), log, third), log + third, what + ", read after it")
        survive(b, base, ingest(b, b.path(".db"), third, log), third + log, what + ", read before it")
        ingest(b, one, mixed, third)
        b.same(b.facts(ingest(b, b.path(".db"), mixed, third)), one, f"SEED={SEED}, {what}, read again")
    b.remark = f"SEED={SEED} ROUNDS={ROUNDS}"


def any_order(b):
    """the same events, in whatever order the logs are read that have them"""
    rng = random.Random(SEED + 1)
    for number in range(ROUNDS // 2):
        ids = ["1795456283.%03d:%d" % (rng.randrange(2), rng.randrange(70, 72)) for _ in range(5)]
        logs = [at(rng.choice(MEANT)(rng, 100 * (n + 1)), when) for n, when in enumerate(ids)]
        want = b.facts(ingest(b, b.path(".db"), *logs))
        rng.shuffle(logs)
        b.same(want, ingest(b, b.path(".db"), *logs, rng.choice(logs)), f"SEED={SEED}, round {number}: {logs}")


def the_same_lines_from_two_ways(b):
    """equal copies are one event: the same lines twice, of two forwarders, in two files, in any mixture"""
    rng = random.Random(SEED + 2)
    for number in range(ROUNDS // 3):
        log = [line for n in range(4) for line in at(KINDS[n](rng, 100 + n), f"1795456283.00{n}:{70 + n}")]
        want = b.facts(ingest(b, b.path(".db"), log))
        mixed, other = [], list(log)
        for line in log:
            mixed.append(line)
            while other and rng.random() < 0.4:
                mixed.append(other.pop(0))
        what = f"SEED={SEED}, round {number}"
        b.same(want, ingest(b, b.path(".db"), mixed + other), what + ", in one file")
        b.same(want, ingest(b, b.path(".db"), log + log, log), what + ", behind each other")
        cut = rng.randrange(1, len(log))
        b.same(want, ingest(b, b.path(".db"), log[:cut], log[cut:], log), what + f", cut at line {cut}")


def boots_that_begin_alike(b):
    """a machine without a clock: each call of each boot is there, with its own module"""
    rng = random.Random(SEED + 3)
    for boots, calls, title in ((5, 199, False), (3, 40, True), (8, 12, False)):
        log, want = [], []
        for boot in range(boots):
            ms = 5000
            for serial in range(1, calls + 1):
                ms += rng.randint(0, 3)
                pid = 1000 * (boot + 1) + serial
                lines = [syscall(313, pid, "x", "/x"), f'type=KERN_MODULE msg=audit(%s): name="b{boot}_{serial}"',
                         f'type=PROCTITLE msg=audit(%s): proctitle="x{pid}"'][:3 if title else 2]
                log += at(lines, "%d.%03d:%d" % (ms // 1000, ms % 1000, serial))
                want.append((pid, f"b{boot}_{serial}"))
        trail = ingest(b, b.path(".db"), log)
        got = sorted((r["pid"], r["module"]) for r in rows(b, trail, "activity"))
        assert got == sorted(want), f"SEED={SEED}: {len(want)} calls, {len(got)} in the trail," \
            f" {sorted(set(want) - set(got))[:3]} are not"
        told = rows(b, trail, "loss", ("kind", "count"))
        same = sum(r["count"] for r in told if r["kind"] == "same id")
        ids = len({line.split("(")[1].split(")")[0] for line in log})
        assert same == len(want) - ids, f"SEED={SEED}: {len(want) - ids} events had another's id, {same} are told"


def modtrail(b, trail, *args, status=0):
    done = subprocess.run([b.modtrail, "-d", trail, *args], capture_output=True, check=False)
    assert done.returncode == status, (args, done.returncode, done.stdout, done.stderr)
    return (done.stdout + done.stderr).decode()


def loads(first, last, second, boot=0):
    """Calls by number, a second each."""
    out = []
    for n in range(first, last + 1):
        lines = [syscall(313, 10000 * boot + n, "x", "/x"), f'type=KERN_MODULE msg=audit(%s): name="m{boot}_{n}"',
                 f'type=PROCTITLE msg=audit(%s): proctitle="x{boot}"']
        out += at(lines, f"{second + n - first}.000:{n}")
    return out


def modules(b, trail):
    return sorted(r["module"] for r in rows(b, trail, "activity", ("module",)))


def what_was_pruned_and_what_is_new(b):
    """a prune takes what is old for good, and nothing that is new, whatever its time"""
    now, day = int(time.time()), 86400
    old, recent = loads(1, 5, now - 200 * day), loads(6, 9, now - 3600)
    for what, new in (("a clock set back", loads(10, 12, 1577836800)),
                      ("a boot without a clock", loads(1, 3, 5, boot=1)),
                      ("a boot whose clock began where another had", loads(1, 5, now - 200 * day, boot=2)),
                      ("an archive that nobody has read", loads(900, 903, now - 400 * day))):
        trail = ingest(b, b.path(".db"), old, recent)
        modtrail(b, trail, "prune", "--before", "180d")
        assert modules(b, trail) == ["m0_6", "m0_7", "m0_8", "m0_9"], what
        ingest(b, trail, old, recent + new, old + new)
        want = sorted(line.split('"')[1] for line in recent + new if "KERN_MODULE" in line)
        assert modules(b, trail) == want, f"{what}: {modules(b, trail)}"
        assert not [r for r in rows(b, trail, "loss", ("kind",)) if r["kind"] == "same id"], what
        modtrail(b, trail, "prune", "--before", "180d")
        assert modules(b, trail) == want, f"{what}, pruned the next night: {modules(b, trail)}"


def a_follower_beside_a_clock_that_goes_back(b):
    """after a prune a follower tells what is done while the clock is set back"""
    now = int(time.time())
    trail = ingest(b, b.path(".db"), loads(1, 5, now - 200 * 86400), loads(6, 6, now - 7200))
    modtrail(b, trail, "prune", "--before", "180d")
    path = write(b.path(".log"), "".join(loads(7, 8, now - 3600)).encode())
    child = subprocess.Popen(b.command(trail, "-f", path))
    try:
        with open(path, "a", encoding="ascii") as log:
            log.write("".join(loads(9, 9, 1577836800) + loads(10, 11, now)))
        want = sorted(f"m0_{n}" for n in range(6, 12))
        until = time.monotonic() + 20
        while modules(b, trail) != want:
            assert time.monotonic() < until, modules(b, trail)
            time.sleep(0.1)
    finally:
        child.kill()


def a_prune_with_the_clock_ahead(b):
    """a clock that is ahead, by years or by a month, does not make a prune take everything"""
    now = int(time.time())
    for ahead in (3650, 31, 400):
        log = loads(1, 5, now - (ahead + 100) * 86400) + loads(6, 9, now - ahead * 86400)
        trail = ingest(b, b.path(".db"), log)
        said = modtrail(b, trail, "prune", "--before", "30d")
        assert "the clock is far ahead of the newest event" in said, said
        assert len(modules(b, trail)) == 4, modules(b, trail)
        said = modtrail(b, trail, "prune", "--before", f"@{now - 86400}", status=1)
        assert "is later than the newest event" in said, said
        ingest(b, trail, loads(10, 50, now - ahead * 86400 + 60))
        assert len(modules(b, trail)) == 45, modules(b, trail)


PROPERTIES = (any_third_event, any_order, the_same_lines_from_two_ways, boots_that_begin_alike,
              what_was_pruned_and_what_is_new, a_follower_beside_a_clock_that_goes_back,
              a_prune_with_the_clock_ahead)


if __name__ == "__main__":
    run(PROPERTIES)
