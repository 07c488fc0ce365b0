#!/usr/bin/env python3
"""Logs in which somebody forges markers of self-tests: what may be hidden, and what may be called proven.

Each case is a host whose log begins as an honest self-test beside other people's loads, and is then
bent: events are moved, doubled, taken away and put in, with other processes, numbers, runs and
times. Oracle says by a walk through the events, in the kernel's order, which acts a self-test can
have done; modtrail, which asks SQL, must say the same. Where the self-test is signed, nothing that is
put in changes anything.

usage: forged.py MODTRAIL [--seed N] [--cases N] [NAME-PART...]      prints TAP
"""
import argparse
import base64
import ctypes
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace

HOUR = 3600_000
LIMIT = 11_000          # what comes later than this behind a marker is no act of it
UNSET = 4294967295
CALLS = {"finit_module": 313, "init_module": 175, "delete_module": 176}
CALLS_32 = {"finit_module": 350, "init_module": 128, "delete_module": 129}
ACTORS = {"daemon": UNSET, "root": 0, "login": 1000}
RUNS = ("00000000000000aa", "00000000000000bb")


@dataclass
class Event:
    """A marker (word), a module call (what in CALLS) or a run of kmod (what "exec")."""
    what: str
    ms: int
    pid: int
    uid: int = 0
    run: str = RUNS[0]
    fields: dict = field(default_factory=dict)  # of the marker
    ppid: int = 500
    auid: int = UNSET
    abi: str = "b64"
    module: str = None
    success: bool = False
    nonce: int = 0
    tool: str = "modprobe"
    key: str = "modules"
    serial: int = 0
    seal: str = ""          # of a signed marker: what stands behind its fields

    def text(self):
        return f"op=modtrail-{self.what} v=1 run={self.run}" + "".join(f" {k}={v}" for k, v in self.fields.items())

    def is_marker(self):
        return self.what in ("begin", "claim", "caveat", "probe", "acted", "end")

    def lines(self, node):
        head = f"msg=audit({self.ms // 1000}.{self.ms % 1000:03}:{self.serial}): "
        if self.is_marker():
            yield (f"node={node} type=TRUSTED_APP {head}pid={self.pid} uid={self.uid} auid={UNSET} ses={UNSET}"
                   f" subj=unconfined msg='{self.text()}{self.seal}"
                   " exe=\"/usr/bin/modtrail\" hostname=? addr=? terminal=? res=success'")
            return
        arch, calls = ("c000003e", CALLS) if self.abi == "b64" else ("40000003", CALLS_32)
        number = 59 if self.what == "exec" else calls[self.what]
        nonce = self.nonce if self.abi == "b64" else self.nonce & 0xffffffff
        args = {"finit_module": (2**32 - 1, nonce, 0), "init_module": (0, 0, nonce)}.get(self.what, (1, 2, 3))
        ok = self.success or self.what == "exec"
        yield (f"node={node} type=SYSCALL {head}arch={arch} syscall={number} success={'yes' if ok else 'no'}"
               f" exit={0 if ok else -2} a0={args[0]:x} a1={args[1]:x} a2={args[2]:x} a3=0 items=0"
               f" ppid={self.ppid} pid={self.pid} auid={self.auid} uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0"
               f" sgid=0 fsgid=0 tty=(none) ses=3 comm=\"x\" exe=\"/usr/bin/x\" subj=unconfined"
               + (f' key="{self.key}"' if self.key else " key=(null)"))
        if self.what == "exec":
            yield f'node={node} type=EXECVE {head}argc=2 a0="{self.tool}" a1="{self.module}"'
        elif self.module:
            yield f'node={node} type=KERN_MODULE {head}name="{self.module}"'


class Signer:
    """The key of a host."""
    sodium = ctypes.CDLL("libsodium.so")

    def __init__(self, rng):
        self.public, self.secret = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
        self.sodium.crypto_sign_seed_keypair(self.public, self.secret, rng.randbytes(32))

    def sign(self, event):
        signed = f" t={event.ms} by={base64_of(self.public)}"
        text = f"modtrail marker by {event.pid}: {event.text()}{signed}".encode()
        seal = ctypes.create_string_buffer(64)
        self.sodium.crypto_sign_detached(seal, None, text, ctypes.c_ulonglong(len(text)), self.secret)
        event.seal = f"{signed} seal={base64_of(seal)}"


def base64_of(buffer):
    return base64.b64encode(buffer.raw).decode().rstrip("=")


class Log:
    """An honest self-test: what it does takes its place one after the other."""

    def __init__(self, rng, begun_ms, writer=500, run=RUNS[0], module="dummy"):
        self.events, self.ms, self.writer, self.run, self.rng = [], begun_ms, writer, run, rng
        self.module, self.number = module, 0

    def add(self, what, pid=None, **more):
        self.ms += self.rng.choice((0, 1, 3, 40))
        self.events.append(Event(what, self.ms, pid or self.writer, run=self.run, **more))

    def mark(self, word, **fields):
        self.add(word, fields=fields)

    def begin(self):
        module = {"module": self.module} if self.module else {}
        self.mark("begin", lost=0, enabled=1, daemon=400, probes=9, keys="modules", **module)

    def claim(self, cells, **more):
        for cell in cells:
            self.mark("claim", cell=cell, **{"claimed": "yes", "expect": "recorded", **more})

    def probe(self, pid, cells, **more):
        self.number += 1
        self.mark("probe", n=self.number, cell=",".join(cells), pid=pid, **more)

    def acted(self, pid, result):
        self.mark("acted", n=self.number, pid=pid, result=result)

    def direct(self, pid, call, actor="daemon", abi="b64", seen=True):
        nonce = self.rng.getrandbits(64) or 1
        self.probe(pid, [f"{call}.{abi}/{actor}"], nonce=f"{nonce:016x}")
        if seen:
            self.add(call, pid, abi=abi, auid=ACTORS[actor], nonce=nonce,
                     module=f"modtrail_{nonce:016x}" if call == "delete_module" else None,
                     ppid=self.writer)
        self.acted(pid, {"finit_module": 9, "init_module": 8}.get(call, 2))

    def real(self, pid, tool, call, actor="daemon", seen=True):
        self.probe(pid, [f"exec.{tool}/{actor}", f"{call}.b64/{actor}"])
        common = {"auid": ACTORS[actor], "module": self.module, "ppid": self.writer}
        if seen:
            self.add("exec", pid, tool=tool, **common)
            self.add(call, pid, success=True, **common)
        self.acted(pid, 0)

    def end(self):
        self.mark("end", lost=0, enabled=1, daemon=400, acted=self.number)

    def others(self, count=1):
        """Loads by somebody else."""
        for _ in range(count):
            self.add(self.rng.choice(list(CALLS)), self.rng.choice((501, 502, 503, 700)), success=True,
                     module=self.rng.choice(("rootkit", "dummy")), ppid=self.rng.choice((1, 500, 600)),
                     auid=self.rng.choice((UNSET, 0, 1000)))


def numbered(events, first=10):
    for serial, event in enumerate(events, first):
        event.serial = serial
    return events


class Oracle:
    """Which events an announced act is, by a walk in the order of serials."""

    def __init__(self, events):
        self.events = sorted(events, key=lambda e: e.serial)
        self.frames = self.find_frames()
        self.acts = {}          # serial of an event: its run
        self.probes = {}        # run: [(probe, its acted marker or None, [events])]
        self.walk()

    def find_frames(self):
        """run: its begin, if one process began it."""
        begins = {}
        for e in self.events:
            if e.what == "begin" and e.uid == 0:
                begins.setdefault(e.run, []).append(e)
        return {run: b[0] for run, b in begins.items() if len(b) == 1}

    def counts(self, e):
        begin = self.frames.get(e.run)
        return (begin is not None and e.uid == 0 and e.pid == begin.pid and e.serial > begin.serial
                and abs(e.ms - begin.ms) <= HOUR)

    def walk(self):
        numbers, open_probe, ended = {}, {}, set()
        for e in self.events:
            if not e.is_marker():
                self.act(e, open_probe)
                continue
            if e.what in ("begin", "claim", "caveat"):
                continue
            own = e.uid == 0 and e.run in self.frames and e.pid == self.frames[e.run].pid
            last = open_probe.pop(e.run, None) if own else None     # whatever it says next ends an act
            if not self.counts(e) or e.run in ended:
                continue
            if e.what == "probe" and e.fields["n"] not in numbers.setdefault(e.run, set()):
                numbers[e.run].add(e.fields["n"])
                open_probe[e.run] = entry = [e, None, []]
                self.probes.setdefault(e.run, []).append(entry)
            elif e.what == "acted" and last and last[0].fields["n"] == e.fields["n"] \
                    and last[0].fields["pid"] == e.fields["pid"]:
                last[1] = e
            elif e.what == "end":
                ended.add(e.run)

    def act(self, e, open_probe):
        named = [m for m in self.events if m.what == "probe" and m.uid == 0 and m.fields["pid"] == e.pid
                 and m.pid == e.ppid and m.serial < e.serial and e.ms - LIMIT <= m.ms <= e.ms]
        if not named:
            return
        marker = max(named, key=lambda m: (m.ms, m.serial))
        entry = open_probe.get(marker.run)
        if entry is None or entry[0] is not marker:
            return
        # What the run says next is no older.
        after = [m.ms for m in self.events if m.run == marker.run and (m.pid, m.uid) == (marker.pid, 0)
                 and m.serial > marker.serial and m.what in ("probe", "acted", "end")]
        if after and after[0] < e.ms:
            return
        if self.is_announced(e, marker, entry[2]):
            entry[2].append(e)
            self.acts[e.serial] = marker.run

    def is_announced(self, e, marker, done):
        names = [c.partition("/") for c in marker.fields["cell"].split(",")]
        if ACTORS[names[0][2]] != e.auid:
            return False
        tools = [n[0][5:] for n in names if n[0].startswith("exec.")]
        calls = [n[0] for n in names if not n[0].startswith("exec.")]
        before = [d for d in self.events if not d.is_marker() and d.pid == e.pid
                  and marker.serial < d.serial < e.serial and marker.ms <= d.ms <= e.ms]
        if e.what == "exec":
            return e.tool in tools and not any(d.what == "exec" for d in before)
        if not calls:
            return False
        call, _, abi = calls[-1].partition(".")
        before = [d for d in before if d.what != "exec"]
        if "nonce" in marker.fields:
            nonce = int(marker.fields["nonce"], 16)
            asked = e.module is None or f"{nonce:x}" in e.module
            if e.what != "delete_module":
                asked = e.nonce == nonce or abi == "b32" and e.nonce & 0xffffffff == nonce & 0xffffffff
            return not tools and e.what == call and e.abi == abi and not e.success and asked and not before
        module = self.frames[marker.run].fields.get("module")
        return (bool(tools) and e.abi == abi and (e.what == "delete_module") == (call == "delete_module")
                and not any(d.what == e.what or d.success for d in before)
                and (not e.success or module is not None and e.module in (None, module)))


    def whole(self, run, cell):
        """The acts of a believed run for a cell that were done, each with what was seen of it."""
        begin = self.frames.get(run)
        told = [e for e in self.events if e.is_marker() and self.counts(e) and e.run == run]
        ends = [e.serial for e in told if e.what == "end"]
        told = [e for e in told if not ends or e.serial <= ends[0]]
        numbers = set()
        for probe in told:
            if probe.what != "probe" or probe.fields["n"] in numbers:
                continue
            numbers.add(probe.fields["n"])
            acted = [e for e in told if e.what == "acted" and e.serial > probe.serial
                     and e.fields["n"] == probe.fields["n"] and e.fields["pid"] == probe.fields["pid"]]
            if cell in probe.fields["cell"].split(",") and acted and acted[0].fields["result"] >= 0:
                yield probe, [e for e in self.events if not e.is_marker() and e.ppid == begin.pid
                              and e.pid == probe.fields["pid"] and probe.ms <= e.ms <= acted[0].ms
                              and cell == cell_of(e)]

    def proves(self, run, cell):
        """Nothing but acts that were all seen under the wanted key."""
        acts = list(self.whole(run, cell))
        return bool(acts) and all(any(e.key == "modules" for e in seen) for _, seen in acts)

    def disproves(self, run, cell):
        return any(not seen for _, seen in self.whole(run, cell))


def cell_of(e):
    actor = {login: actor for actor, login in ACTORS.items()}[e.auid]
    return f"exec.{e.tool}/{actor}" if e.what == "exec" else f"{e.what}.{e.abi}/{actor}"


class Bench:
    def __init__(self, modtrail, rng):
        self.modtrail, self.rng = os.path.abspath(modtrail), rng
        self.tmp = tempfile.mkdtemp(prefix="modtrail-forged-")
        self.made = 0

    def path(self, end):
        self.made += 1
        return f"{self.tmp}/{self.made}.{end}"

    def ingest(self, cases):
        """A trail of all cases, each a host of its own: NAME -> events."""
        log, trail = self.path("log"), self.path("db")
        with open(log, "w", encoding="ascii") as f:
            for node, events in cases.items():
                for event in sorted(events, key=lambda e: e.serial):
                    f.writelines(line + "\n" for line in event.lines(node))
        self.run(trail, "ingest", "-q", log)
        return trail

    def run(self, trail, *args, fine=(0,)):
        done = subprocess.run([self.modtrail, "-d", trail, *args], capture_output=True, text=True, check=False)
        assert done.returncode in fine, f"{args}: exit {done.returncode}: {done.stderr}"
        return done.stdout

    def ask(self, trail, sql):
        (rows,) = json.loads(self.run(trail, "sql", "--json", "-e", sql)).values()
        return rows

    def hidden(self, trail):
        """host: serials of calls and tool runs that reports leave out, with their run."""
        out = {}
        for row in self.ask(trail, "SELECT host, serial, selftest FROM activity WHERE selftest IS NOT NULL UNION "
                            "SELECT host, serial, selftest FROM tool_run WHERE selftest IS NOT NULL"):
            out.setdefault(row["host"], {})[row["serial"]] = row["selftest"]
        return out

    def agrees(self, cases):
        """Exactly what Oracle allows is hidden, in every case. Returns how much that is."""
        trail = self.ingest(cases)
        hidden, count = self.hidden(trail), 0
        for node, events in cases.items():
            want, got = Oracle(events).acts, hidden.get(node, {})
            if got != want:
                raise AssertionError(describe(node, events, f"hidden {got}, and an honest run did {want}"))
            count += len(want)
        return count


def verified(b, trail):
    """What verify says: host -> (status, [cells])."""
    out = json.loads(b.run(trail, "verify", "--json", "--accept-unsigned", "--max-age", "9999w", fine=(0, 1, 2, 3)))
    return {host["host"]: (host["status"], host["cells"]) for host in out["hosts"]}


def alike(hosts):
    """The same without the numbers of events, which are of one trail."""
    for _, cells in hosts.values():
        for cell in cells:
            del cell["evidence"]
    return hosts


def same(host, want, got):
    gone, new = ([f"{what}" for what in flat(side)] for side in (want, got))
    assert want == got, f"{host}: {[w for w in gone if w not in new][:2]}, then {[n for n in new if n not in gone][:2]}"


def flat(what):
    """Every part of it that has none."""
    if isinstance(what, dict):
        yield ", ".join(f"{k}: {v}" for k, v in what.items() if v not in (None, False))
    elif isinstance(what, (list, tuple)):
        for part in what:
            yield from flat(part)
    else:
        yield what


def describe(node, events, what):
    lines = "".join(f"\n# {line}" for e in sorted(events, key=lambda e: e.serial) for line in e.lines(node))
    return f"{node}: {what}{lines}"


def now_ms():
    return int(time.time()) * 1000


def honest(rng, begun_ms=None, **more):
    """A self-test of a few cells, whole and seen."""
    log = Log(rng, begun_ms or now_ms() - 2 * HOUR, **more)
    log.begin()
    log.claim(["finit_module.b64/daemon", "delete_module.b64/daemon", "init_module.b32/root",
               "exec.modprobe/daemon", "exec.rmmod/daemon"])
    log.real(501, "modprobe", "finit_module")
    log.real(502, "rmmod", "delete_module")
    log.direct(503, "finit_module")
    log.direct(504, "delete_module")
    log.direct(505, "init_module", "root", "b32")
    log.end()
    return log.events


def the_acts_of_an_honest_run_are_hidden(b):
    """the acts of a whole self-test are hidden, and nothing else"""
    events = honest(b.rng)
    count = b.agrees({"honest": numbered(events)})
    assert count == 7, f"{count} of 7 acts are hidden"


def forged_markers_hide_nothing(b):
    """a load that somebody else did is shown, whatever marker names its process"""
    cases = {}

    def case(name, forge, run=None):
        log = Log(b.rng, now_ms() - 2 * HOUR, writer=666, run=run or RUNS[1], module="rootkit")
        forge(log)
        events = numbered((honest(b.rng) if run else []) + log.events)
        cases[name] = events

    def load(log, pid=700, ppid=1, **more):
        log.add("finit_module", pid, success=True, module="rootkit", ppid=ppid, **more)

    def marker_alone(log):
        log.probe(700, ["exec.modprobe/daemon", "finit_module.b64/daemon"])
        load(log, ppid=666)

    def of_another_parent(log):
        log.begin()
        log.probe(700, ["exec.modprobe/daemon", "finit_module.b64/daemon"])
        load(log)

    def another_act(log):
        log.begin()
        log.probe(700, ["exec.rmmod/daemon", "delete_module.b64/daemon"])
        load(log, ppid=666)

    def another_module(log):
        log.module = "dummy"
        log.begin()
        log.probe(700, ["exec.modprobe/daemon", "finit_module.b64/daemon"])
        load(log, ppid=666)

    def no_load_was_promised(log):
        log.module = None
        log.begin()
        log.probe(700, ["exec.modprobe/daemon", "finit_module.b64/daemon"])
        load(log, ppid=666)

    def a_call_that_cannot_succeed(log):
        log.begin()
        log.probe(700, ["finit_module.b64/daemon"], nonce="00c0ffee00c0ffee")
        load(log, ppid=666, nonce=0xc0ffee00c0ffee)

    def many_loads(log):
        log.begin()
        log.probe(700, ["exec.modprobe/daemon", "finit_module.b64/daemon"])
        for _ in range(5):
            load(log, ppid=666)

    def one_number_for_many(log):
        log.begin()
        for pid in range(700, 705):
            log.number = 0
            log.probe(pid, ["exec.modprobe/daemon", "finit_module.b64/daemon"])
        for pid in range(700, 705):
            load(log, pid, ppid=666)

    def after_its_end(log):
        log.writer = 500
        log.number = 50
        log.probe(700, ["exec.modprobe/daemon", "finit_module.b64/daemon"])
        load(log, ppid=500)

    def a_process_that_came_later(log):
        log.begin()
        log.probe(700, ["exec.modprobe/daemon", "finit_module.b64/daemon"])
        log.ms += 5000
        load(log)

    def too_late(log):
        log.begin()
        log.probe(700, ["exec.modprobe/daemon", "finit_module.b64/daemon"])
        log.ms += LIMIT + 1
        load(log, ppid=666)

    def of_another_user(log):
        log.begin()
        log.probe(700, ["exec.modprobe/daemon", "finit_module.b64/daemon"])
        for event in log.events:
            event.uid = 1000
        load(log, ppid=666)

    for forge in (marker_alone, of_another_parent, another_act, another_module, no_load_was_promised,
                  a_call_that_cannot_succeed, many_loads, one_number_for_many, a_process_that_came_later,
                  too_late, of_another_user):
        case(forge.__name__, forge)
        case(forge.__name__ + "_in_its_run", forge, RUNS[0])
    case("after_its_end", after_its_end, RUNS[0])
    b.agrees(cases)
    trail = b.ingest(cases)
    shown = b.ask(trail, "SELECT host, count(*) AS shown FROM activity WHERE selftest IS NULL AND outcome = 'success'"
                  " AND module = 'rootkit' GROUP BY host")
    shown = {row["host"]: row["shown"] for row in shown}
    for name in cases:
        want = {"many_loads": 4, "one_number_for_many": 5, "many_loads_in_its_run": 5,
                "one_number_for_many_in_its_run": 5}.get(name, 1)
        assert shown.get(name) == want, f"{name}: {shown.get(name)} of {want} loads are shown"


def bend(rng, events):
    """One change to a log, of a kind that a forger or a bad way would make."""
    at = rng.randrange(len(events))
    e = events[at]
    kind = rng.randrange(9)
    if kind == 0:
        del events[at]
    elif kind == 1:
        events.insert(rng.randrange(len(events) + 1), replace(e, fields=dict(e.fields)))
    elif kind == 2:
        events.insert(rng.randrange(len(events)), events.pop(at))
    elif kind == 3:
        e.pid = rng.choice((500, 501, 502, 503, 666, 700))
    elif kind == 4:
        e.ms += rng.choice((-HOUR - 1, -600_000, -50, 50, 12_000, 600_000, HOUR + 1))
    elif kind == 5:
        e.run = rng.choice(RUNS)
    elif kind == 6 and e.is_marker():
        e.uid = rng.choice((0, 1000))
        if "n" in e.fields:
            e.fields = {**e.fields, "n": rng.choice((1, 2, 3, 4)), "pid": rng.choice((501, 502, 503, 700))}
    elif kind == 7 and not e.is_marker():
        e.ppid, e.auid = rng.choice((1, 500, 666)), rng.choice((UNSET, 0))
    elif kind == 8 and not e.is_marker():
        e.success, e.module = rng.random() < 0.5, rng.choice((None, "dummy", "rootkit", e.module))
    if not events:
        events.append(e)


def soup(rng):
    """One or two self-tests beside others' loads, and what came of them."""
    log = Log(rng, now_ms() - 2 * HOUR, run=RUNS[0])
    log.events = honest(rng)
    log.ms = log.events[-1].ms
    log.others(rng.randrange(4))
    if rng.random() < 0.5:
        other = honest(rng, log.ms - rng.choice((0, 150)), run=RUNS[1], writer=rng.choice((500, 666)))
        place = rng.randrange(len(log.events) + 1)
        log.events[place:place] = other if rng.random() < 0.5 else []
        if other[0] not in log.events:      # at once, each going on as it likes
            for e in other:
                place = rng.randrange(place, len(log.events) + 1)
                log.events.insert(place, e)
                place += 1
    for _ in range(rng.randrange(7)):
        bend(rng, log.events)
    return numbered(log.events)


def random_soups_hide_nothing(b):
    """of random markers and calls, exactly what an honest run can have done is hidden"""
    count = b.agrees({f"soup{i}": soup(b.rng) for i in range(b.cases)})
    assert count > b.cases, f"only {count} acts are hidden in {b.cases} cases: the soup is too thin"
    return f"{count} acts"


def random_soups_prove_nothing(b):
    """of random markers and calls, a cell is proven only by a run that proves it, the last that says something"""
    cases = {f"soup{i}": soup(b.rng) for i in range(b.cases)}
    trail, proven, fine = b.ingest(cases), 0, 0
    hosts = verified(b, trail)
    cut = {row["name"] for row in b.ask(trail, "SELECT name FROM host_cut JOIN machine ON id = host_id")}
    sources = b.ask(trail, "SELECT host, mechanism || '/' || actor AS cell, selftest FROM coverage"
                    " WHERE verdict = 'proven'")
    for row in sources:
        oracle, run, cell = Oracle(cases[row["host"]]), row["selftest"], row["cell"]
        proven += 1
        if run not in oracle.frames or not oracle.proves(run, cell):
            raise AssertionError(describe(row["host"], cases[row["host"]], f"{cell} is proven by {run}"))
        begin = oracle.frames[run]
        for other, later in oracle.frames.items():
            if later.serial > begin.serial and later.ms > begin.ms and oracle.disproves(other, cell):
                raise AssertionError(describe(row["host"], cases[row["host"]],
                                              f"{cell} is proven by {run}, and {other} is later"))
    for node, (status, cells) in hosts.items():
        verdicts = {cell["verdict"] for cell in cells}
        fine += status == "ok"
        proves = verdicts <= {"proven", "inapplicable"} and "proven" in verdicts
        # What did not arrive whole is a warning, whatever it proves.
        assert (status == "ok") == (proves and node not in cut), f"{node}: {status} with {verdicts}"
    for view in b.ask(trail, "SELECT name, status FROM host"):
        said = hosts.get(view["name"], ("nothing",))[0]
        # Nobody signed it.
        assert view["status"] != "ok" and (said != "ok" or view["status"] == "warning"), f"view: {view}, verify: {said}"
    assert proven > b.cases and 0 < fine < b.cases, f"{proven} cells, {fine} hosts: the soup is too thin"
    return f"{proven} cells, {fine} hosts"


def forge(rng, events):
    """A marker in the name of a signed self-test, by who has no key: made up, or one that was there, bent or sent again."""
    begin = rng.choice([at for at, e in enumerate(events) if e.what == "begin" and e.seal])
    at = rng.randrange(begin + 1, len(events) + 1)
    said = [e for e in events[:at] if e.seal]
    kind = rng.randrange(4)
    made_up = [e for e in events if e.is_marker()] if kind < 2 else said
    e = replace(rng.choice(made_up), ms=events[at - 1].ms)
    if kind == 2 and said[-1].what == "end":
        return at, e            # word for word, by a later process of the same number
    e.pid, e.fields = rng.choice((500, 501, 666)), dict(e.fields)
    if kind < 2:
        e.seal = ""
    elif e.pid == 500 or rng.random() < 0.5:
        e.fields["daemon"] = 401
    if e.what in ("begin", "end"):
        e.fields.update(lost=rng.choice((0, 9)), module="rootkit")
    elif e.what in ("probe", "acted"):
        e.fields.update(n=rng.choice((1, 2, 3, 4, 5, 6)), pid=rng.choice((501, 502, 503, 504, 505, 700)))
    return at, e


def forgeries_of_a_signed_run_change_nothing(b):
    """of a run that its host signed, whatever is forged in its name neither hides an event nor changes a verdict"""
    cases, harmless = {}, {}
    for i in range(b.cases):
        events, signer = honest(b.rng), Signer(b.rng)
        for e in filter(Event.is_marker, events):
            signer.sign(e)
        log = Log(b.rng, events[-1].ms)
        log.others(b.rng.randrange(4))
        events += log.events
        forged = []
        for _ in range(b.rng.randrange(1, 9)):
            at, e = forge(b.rng, events)
            events.insert(at, e)
            forged.append(e)
        cases[f"signed{i}"] = numbered(events)
        # Markers of others than root never count.
        harmless[f"signed{i}"] = [replace(e, uid=1000) if any(e is f for f in forged) else e for e in events]
    trail, base = b.ingest(cases), b.ingest(harmless)
    hidden, want, verdicts = b.hidden(trail), b.hidden(base), alike(verified(b, base))
    for node, (status, cells) in alike(verified(b, trail)).items():
        same(node, verdicts[node], (status, cells))
        if status != "ok" or hidden.get(node) != want[node] or len(want[node]) != 7:
            raise AssertionError(describe(node, cases[node], f"{status}, hidden {hidden.get(node)}, not {want[node]}"))
    for view in b.ask(trail, "SELECT name, status FROM host"):
        assert view["status"] == "ok" or view["name"] not in cases, f"view: {view}"


def any_order_comes_to_the_same(b):
    """the same verdicts and the same acts from the same soups, in whatever order and pieces they are read and judged"""
    soups = [soup(b.rng) for _ in range(b.cases // 2)]
    # What is missing between serials is told by the clock, too: src/parse/serials.h.
    cases = {f"soup{i}": events for i, events in enumerate(soups)
             if all(a.ms <= b.ms for a, b in zip(events, events[1:]))}
    events = [list(e.lines(node)) for node, case in cases.items() for e in case]
    want = None
    for turn in range(4):
        trail = b.path("db")
        for part in range(3):
            with open(b.path("log"), "w", encoding="ascii") as f:
                f.writelines(line + "\n" for event in events[part::3] for line in event)
            b.run(trail, "ingest", "-q", f.name)
            if turn % 2:
                b.run(trail, "verify", fine=(0, 1, 2, 3))
        got = alike(verified(b, trail)), b.hidden(trail)
        for host in want[0] if want else ():
            same(host, (want[0][host], want[1].get(host)), (got[0][host], got[1].get(host)))
        want = got
        b.rng.shuffle(events)


def judging_beside_a_reader_and_another(b):
    """the same verdicts where two judge all the time while the log is read"""
    cases = {f"soup{i}": soup(b.rng) for i in range(b.cases // 8)}
    lines = "".join(line + "\n" for node, events in cases.items() for e in events for line in e.lines(node))
    want = alike(verified(b, b.ingest(cases)))
    trail = b.path("db")
    b.run(trail, "ingest", "-q", write(b.path("log"), lines[:lines.index("\n") + 1]))
    with subprocess.Popen([b.modtrail, "-d", trail, "ingest", "-q", "-"], stdin=subprocess.PIPE) as reader:
        step, judges = len(lines) // 20, []
        for at in range(0, len(lines), step):
            reader.stdin.write(lines[at:at + step].encode())
            reader.stdin.flush()
            judges += [subprocess.Popen([b.modtrail, "-d", trail, "verify"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
                       for _ in range(2)]
            time.sleep(0.02)
        reader.stdin.close()
        codes = [judge.wait() for judge in judges]
    assert reader.returncode == 0 and all(0 <= code <= 3 for code in codes), f"{reader.returncode}, {codes}"
    got = alike(verified(b, trail))
    for host in want:
        same(host, want[host], got[host])


def write(path, text):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)
    return path


TESTS = [the_acts_of_an_honest_run_are_hidden, forged_markers_hide_nothing, random_soups_hide_nothing,
         random_soups_prove_nothing, forgeries_of_a_signed_run_change_nothing, any_order_comes_to_the_same, judging_beside_a_reader_and_another]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("modtrail")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED") or time.time_ns() % 10**9))
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("name", nargs="*")
    args = parser.parse_args()
    tests = [t for t in TESTS if not args.name or any(n in t.__name__ for n in args.name)]
    failed = 0
    print(f"1..{len(tests)}\n# seed {args.seed}")
    for number, test in enumerate(tests, 1):
        b = Bench(args.modtrail, random.Random(args.seed))
        b.cases = args.cases
        remark = None
        try:
            remark = test(b)
            print("ok", number, "-", test.__doc__, *([f"# {remark}"] if remark else []), flush=True)
        except AssertionError as problem:
            failed += 1
            print("not ok", number, "-", test.__doc__)
            print("#", problem, flush=True)
        subprocess.run(["rm", "-rf", b.tmp], check=True)
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
