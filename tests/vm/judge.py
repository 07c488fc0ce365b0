#!/usr/bin/python3
"""judge.py OUT - hold what modtrail says against what was done and what was expected

OUT is what a guest sent back: transcript, expect, and for the trail that
followed the log (live) and the one of the finished log (once) their views as
CSV. Prints the first difference, naming the act, or one line of numbers;
ends with 1 or 0. Standard library of python3-minimal only.
"""
import csv
import glob
import re
import sys

UNSET = "4294967295"
ACTIONS = ("load", "unload", "attempt")
# What a call has and an attempt, which made none, has not.
OF_CALLS = ("abi", "syscall", "error", "flags")
# A number that only its own trail knows.
OWN = ("id", "run_id")
# What a self-test ends with if that is its worst verdict.
CHECKS = {"silent": 2, "miskeyed": 2, "blind": 2, "uncovered": 1, "untested": 1, "stale": 1}


class Failure(Exception):
    """The first difference; its text is for people."""


class Act:
    def __init__(self, line):
        number, pid, start, end, status, command = line.rstrip("\n").split("\t", 5)
        self.number, self.pid, self.status = int(number), pid, int(status)
        self.start, self.end = to_ms(start), to_ms(end)
        self.command = command
        self.expected = []
        self.exit = None
        self.nothing = self.anything = False
        self.verdicts = []
        self.is_selftest = re.match(r"modtrail -d \S+ (selftest|verify)\b|systemctl start modtrail-selftest\.service",
                                    self.command) is not None

    def __str__(self):
        return "act %d: %s (pid %s, exit status %d)" % (
            self.number, self.command, self.pid, self.status)


class Expectation:
    """One row that has to be there: view, columns, and whether a tool run belongs to it."""

    def __init__(self, text, view, columns, tool=None):
        self.text, self.view, self.columns, self.tool = text, view, columns, tool

    def differences(self, row):
        return ["%s is %s, not %s" % (c, shown(row.get(c)), shown(v))
                for c, v in self.columns.items() if row.get(c) != v]


class Verdict:
    """What is expected of some cells of a self-test."""

    def __init__(self, words):
        self.text = " ".join(["verdict"] + words)
        if len(words) < 2:
            raise Failure("expect %s: expected a verdict and cells" % self.text)
        self.columns, _ = settings(words[2:], self.text)
        self.columns["verdict"] = words[0]
        # What some of the cells may come to by luck, but not all of them.
        self.luck = self.columns.pop("or", None)
        if words[0] in ("proven", "inapplicable"):
            self.columns.setdefault("reason", "")
        self.cells = words[1].split(",")
        # Only a scenario that says why may let the rules expect something else than comes.
        self.because = self.columns.pop("because", None)
        if self.columns.get("expected", "unknown") != "unknown" and self.because is None:
            raise Failure("expect %s: expected=... needs because='...', too" % self.text)

    def names(self, row):
        """'exec', 'b64', 'finit_module.b64', 'all', and any of them by an actor: 'all/root'."""
        mechanism, actor = row["mechanism"], row["actor"]
        for name in self.cells:
            what, _, who = name.partition("/")
            if what in [mechanism, "all"] + mechanism.split(".") and who in ("", actor):
                return True
        return False

    def differences(self, row):
        return ["%s is %s, not %s" % (c, shown(row.get(c)), shown(v))
                for c, v in self.columns.items() if row.get(c) != v]


def to_ms(seconds):
    whole, part = seconds.split(".")
    return int(whole) * 1000 + int(part)


def shown(value):
    if value is None:
        return "no column of this view"
    return "'%s'" % value if value else "empty"


def read_csv(out, name):
    try:
        with open("%s/%s.csv" % (out, name), newline="", encoding="utf-8", errors="replace") as f:
            return list(csv.DictReader(f))
    except FileNotFoundError:
        raise Failure("there is no %s.csv: modtrail did not answer" % name)


def read_acts(out):
    try:
        with open(out + "/transcript", encoding="utf-8", errors="replace") as f:
            acts = [Act(line) for line in f]
    except FileNotFoundError:
        acts = []
    return {act.number: act for act in acts}


def expand(words):
    """'x_{1..3}' in any word: once per number."""
    ranges = {m.groups() for word in words for m in re.finditer(r"\{(\d+)\.\.(\d+)\}", word)}
    if not ranges:
        return [words]
    if len(ranges) > 1:
        raise Failure("expect %s: all ranges of a line have to be the same" % " ".join(words))
    first, last = ranges.pop()
    return [[re.sub(r"\{\d+\.\.\d+\}", str(n), word) for word in words]
            for n in range(int(first), int(last) + 1)]


def settings(words, text):
    columns, tool = {}, None
    words = iter(words)
    for word in words:
        if word == "by":
            tool = next(words, None)
            columns["tool"] = tool
        elif "=" in word:
            column, value = word.split("=", 1)
            columns[column] = value
        else:
            raise Failure("expect %s: '%s' is neither 'by TOOL' nor COLUMN=VALUE" % (text, word))
    return columns, tool


def expectation(act, login, defaults, words):
    """One line behind 'expect', as a row to look for."""
    text = " ".join(words)
    kind, words = words[0], words[1:]
    columns = {}
    if kind in ACTIONS:
        if not words:
            raise Failure("expect %s: which module?" % text)
        columns = {"action": kind, "module": "" if words[0] == "-" else words[0]}
        words = words[1:]
        columns["outcome"] = "none"
        if kind != "attempt":
            outcome, _, error = (words[:1] or [""])[0].partition("=")
            if outcome not in ("success", "failure"):
                raise Failure("expect %s: success or failure[=ERROR]?" % text)
            columns["outcome"], columns["error"] = outcome, error
            if outcome == "failure" and not error:
                del columns["error"]
            words = words[1:]
        view = "activity"
    elif kind == "run":
        columns = {"tool": words[0]}
        words = words[1:]
        view = "tool_run"
    elif kind == "change":
        columns = {"op": words[0]}
        words = words[1:]
        view = "rule_change"
    else:
        raise Failure("expect %s: expected nothing, anything, exit, verdict, load, unload, attempt, run or change"
                      % text)
    given, tool = settings(words, text)
    if view != "rule_change":
        implied = {"auid": UNSET if login == "unset" else login, "pid": act.pid, **defaults}
        if {**implied, **given}.get("origin") == "autoload":
            del implied["pid"]      # the kernel's helper is no child of the act
        if kind in ("attempt", "run"):
            implied = {c: v for c, v in implied.items() if c not in OF_CALLS}
        for column, value in implied.items():
            columns.setdefault(column, value)
    columns.update(given)
    columns = {c: v for c, v in columns.items() if v != "any"}
    return Expectation(text, view, columns, tool)


def read_expectations(out, acts):
    defaults = {}
    with open(out + "/expect", encoding="utf-8") as f:
        for line in f:
            number, login, *words = line.rstrip("\n").split("\x1f")
            if login == "always":
                defaults, _ = settings(words, "always")
                continue
            act = acts.get(int(number))
            if act is None:
                raise Failure("act %s is not in the transcript: %s" % (number, " ".join(words)))
            if words == ["nothing"]:
                act.nothing = True
            elif words == ["anything"]:
                act.anything = True
            elif words[0] == "verdict":
                act.verdicts.append(Verdict(words[1:]))
            elif words[0] == "exit":
                act.exit = int(words[1])
            else:
                act.expected += [expectation(act, login, defaults, w) for w in expand(words)]


def check_status(act):
    """An act that did not do what it was meant to do proves nothing."""
    if act.is_selftest:
        return      # check_verdicts knows what it has to end with
    if not (act.expected or act.nothing or act.anything) and act.exit is None:
        raise Failure("%s\n  nothing is said about what to expect" % act)
    may_fail = any(e.columns.get("outcome") in ("failure", "none") for e in act.expected)
    if act.exit is not None:
        good = act.status == act.exit
    else:
        good = act.status == 0 or (may_fail and act.status < 125)
    if not good:
        raise Failure("%s\n  the act itself ended wrong: expected exit status %s"
                      % (act, act.exit if act.exit is not None else 0))


def describe(view, row):
    columns = {"activity": ("action", "module", "outcome", "error", "tool", "command", "keys", "abi",
                            "syscall", "origin", "pid", "auid", "time"),
               "tool_run": ("tool", "command", "keys", "origin", "pid", "auid", "time"),
               "rule_change": ("op", "keys", "list", "result", "time")}[view]
    return "%s: %s" % (view, " ".join("%s=%s" % (c, row[c]) for c in columns if row.get(c)))


class Trail:
    """One trail's rows, and those that an act has accounted for."""

    VIEWS = ("activity", "tool_run", "rule_change")

    def __init__(self, out, name):
        self.name = name
        self.rows = {view: read_csv(out, "%s.%s" % (name, view)) for view in self.VIEWS}
        self.runs = {row["id"]: row for row in self.rows["tool_run"]}
        self.used = set()

    def of(self, act, view):
        return [row for row in self.rows[view] if act.start <= int(row["time_ms"]) <= act.end]

    def run_of(self, row):
        return self.runs.get(row["id"] if row["action"] == "attempt" else row["run_id"])

    def anonymous(self):
        """All rows in comparable form: a run is named by what it is, not by its number."""
        for view in self.VIEWS:
            for row in self.rows[view]:
                plain = {c: v for c, v in row.items() if c not in OWN}
                if view == "activity":
                    run = self.run_of(row)
                    plain["run"] = (run["time_ms"], run["serial"]) if run else None
                yield view, row, plain


def difference(act, trail, e, rows):
    near = [row for row in rows
            if all(row.get(c) == e.columns.get(c) for c in ("action", "module", "op"))]
    near = min(near or rows, key=lambda row: len(e.differences(row)), default=None)
    text = "%s\n  expected in the %s trail: %s\n" % (act, trail.name, e.text)
    if near is None:
        return Failure(text + "  there is no row of %s that is left for this act" % e.view)
    return Failure(text + "  closest: %s\n  where %s" % (
        describe(e.view, near), "; ".join(e.differences(near)[:3])))


def match(act, trail, e, rows):
    """Finds and takes away a row for e; rows is a dict from (action, module) to rows."""
    key = (e.columns.get("action"), e.columns.get("module"))
    places = rows.values() if None in key else [rows.get(key, [])]
    for some in places:
        for i, row in enumerate(some):
            if not e.differences(row):
                return some.pop(i)
    raise difference(act, trail, e, [row for some in rows.values() for row in some])


def check_run(act, trail, e, row):
    """'by TOOL' means that the execution was seen too and belongs to the row."""
    run = trail.run_of(row)
    where = "%s\n  expected in the %s trail: %s\n  got %s\n" % (
        act, trail.name, e.text, describe("activity", row))
    if e.tool is None:
        if run is not None:
            raise Failure(where + "  joined with a tool run that nobody expects: "
                          + describe("tool_run", run))
        return
    if run is None:
        raise Failure(where + "  joined with no tool run")
    if run["tool"] != e.tool or run["pid"] != row["pid"]:
        raise Failure(where + "  joined with another's " + describe("tool_run", run))
    trail.used.add(run["id"])


def by_name(rows):
    """A burst has thousands of rows: they are looked up, not searched."""
    found = {}
    for row in rows:
        found.setdefault((row.get("action"), row.get("module")), []).append(row)
    return found


def check_act(act, trail):
    if act.is_selftest or act.anything:
        return      # its rows are its verdicts' evidence
    for view in trail.VIEWS:
        rows = by_name(trail.of(act, view))
        for e in act.expected:
            if e.view != view:
                continue
            row = match(act, trail, e, rows)
            if view == "activity":
                check_run(act, trail, e, row)
            elif view == "tool_run":
                trail.used.add(row["id"])
        left = [row for some in rows.values() for row in some]
        if view == "tool_run":
            left = [row for row in left if row["id"] not in trail.used]
        if left:
            raise Failure("%s\n  the %s trail has %d row%s that nobody expects, the first:\n  %s" % (
                act, trail.name, len(left), "s" if len(left) > 1 else "", describe(view, left[0])))


def check_losses(out):
    """What is missing is missing whether a log was followed or read once."""
    live, once = (sorted(str(sorted(row.items())) for row in read_csv(out, name + ".loss"))
                  for name in ("live", "once"))
    if live != once:
        raise Failure("losses differ:\n  live: %s\n  once: %s" % (live, once))


def check_strangers(acts, trail):
    """Rows outside of every act. Rules are loaded before the first one."""
    for view in ("activity", "tool_run"):
        for row in trail.rows[view]:
            if not any(a.start <= int(row["time_ms"]) <= a.end for a in acts.values()):
                raise Failure("the %s trail has a row that belongs to no act: %s"
                              % (trail.name, describe(view, row)))


def compare(live, once, acts):
    """Both trails, row for row."""
    a, b = list(live.anonymous()), list(once.anonymous())
    for (view, row, x), (_, other, y) in zip(a, b):
        if x == y:
            continue
        act = next((act for act in acts.values()
                    if act.start <= int(row["time_ms"]) <= act.end), "outside of the acts")
        columns = [c for c in x if x[c] != y.get(c)]
        raise Failure("%s\n  the trails differ in %s:\n  live %s\n  once %s"
                      % (act, ", ".join(columns), describe(view, row), describe(view, other)))
    if len(a) != len(b):
        more, name = (a, "live") if len(a) > len(b) else (b, "once")
        view, row, _ = more[min(len(a), len(b))]
        raise Failure("only the %s trail has %s" % (name, describe(view, row)))


def cell_name(row):
    return "%s/%s" % (row["mechanism"], row["actor"])


def describe_cell(row):
    return " ".join([cell_name(row)] + ["%s=%s" % (c, row[c]) for c in (
        "verdict", "stage", "reason", "expected", "probes", "probes_seen", "rule", "place",
        "detail") if row.get(c)])


def check_cells(act, rows):
    """Each cell is as somebody expects; those that nobody named are 'rest'."""
    named = set()
    for v in sorted(act.verdicts, key=lambda v: v.cells == ["rest"]):
        if v.cells == ["rest"]:
            mine = [row for row in rows if cell_name(row) not in named]
        else:
            mine = [row for row in rows if v.names(row)]
        if not mine:
            raise Failure("%s\n  expect %s: there is no such cell" % (act, v.text))
        for row in mine:
            if row["verdict"] != v.luck and v.differences(row):
                raise Failure("%s\n  expected: %s\n  got: %s\n  where %s" % (
                    act, v.text, describe_cell(row), "; ".join(v.differences(row))))
        if all(row["verdict"] == v.luck for row in mine):
            raise Failure("%s\n  expected: %s\n  and not %s for all" % (act, v.text, v.luck))
        named.update(cell_name(row) for row in mine)
    left = [row for row in rows if cell_name(row) not in named]
    if left:
        raise Failure("%s\n  nothing is said about what to expect of %s"
                      % (act, describe_cell(left[0])))


def check_prediction(act, rows, agreement):
    """What the rules let expect and what was seen; a broken pipe says nothing about rules."""
    agree = 0
    for row in rows:
        probes, seen = int(row["probes"]), int(row["probes_seen"])
        if row["verdict"] in ("blind", "inapplicable") or probes == 0:
            continue
        # A cell is expected to be recorded if every act of it is.
        observed = "recorded" if seen == probes else "in part" if seen > 0 else "silent"
        agrees = (observed == "recorded") == (row["expected"] == "recorded")
        because = next((v.because for v in act.verdicts if v.because and v.names(row)), "")
        agreement.append((str(act.number), cell_name(row), row["expected"], observed, because))
        if row["expected"] not in ("recorded", "silent"):
            continue
        if not agrees and not because:
            raise Failure("%s\n  the rules let expect otherwise: %s" % (act, describe_cell(row)))
        agree += agrees
    return agree


def check_alone(act, rows, alone):
    """
    The log by itself gives the same verdicts. Where it is what broke, it proves
    no more; it may know of an earlier run only.
    """
    alone = {cell_name(row): row for row in alone}
    broken = any(row["verdict"] == "blind" for row in rows)
    for row in rows:
        other = alone.get(cell_name(row), {})
        if broken:
            same = (row["verdict"] != "blind" or other.get("verdict") != "proven" or
                    int(other["checked_ms"]) < act.start)
        else:
            same = all(row[c] == other.get(c) for c in ("verdict", "stage", "reason", "remedy"))
        if not same:
            raise Failure("%s\n  the log alone says otherwise:\n  host %s\n  log  %s" % (
                act, describe_cell(row), describe_cell(other) if other else "nothing"))


def check_selftest(out, act, agreement):
    """One self-test; returns how many predictions came true."""
    if not act.verdicts:
        raise Failure("%s\n  nothing is said about what verdicts to expect" % act)
    rows = read_csv(out, "selftest-%d" % act.number)
    check_cells(act, rows)
    worst = max([CHECKS.get(row["verdict"], 0) for row in rows], default=3)
    status = worst if act.exit is None else act.exit
    if act.status != status:
        raise Failure("%s\n  expected exit status %d" % (act, status))
    agree = check_prediction(act, rows, agreement)
    if glob.glob("%s/selftest-%d.log" % (out, act.number)):
        check_alone(act, rows, read_csv(out, "selftest-%d.alone" % act.number))
    return agree


def log_facts(out):
    """How the log came to lie: its files, and events whose records do not stand together."""
    files = sorted(glob.glob(out + "/log/audit.log*"),
                   key=lambda name: -int("0" + name.rpartition("audit.log")[2].lstrip(".")))
    last, seen, apart = None, set(), set()
    for name in files:
        with open(name, encoding="utf-8", errors="replace") as f:
            for line in f:
                event = re.search(r"msg=audit\(([^)]*)\)", line)
                if event is None:
                    continue
                if event.group(1) != last and event.group(1) in seen:
                    apart.add(event.group(1))
                last = event.group(1)
                seen.add(last)
    return len(files), len(apart)


def latencies(out, acts, live):
    """
    Milliseconds until an act's last row could be read: since its event, which
    bears the time at which the call began, and since the act had ended.
    """
    with open(out + "/seen", encoding="utf-8") as f:
        seen = [tuple(map(int, line.split())) for line in f]
    found = []
    for act in acts.values():
        times = [int(row["time_ms"]) for view in ("activity", "tool_run")
                 for row in live.of(act, view)]
        if not times:
            continue
        moment = next((now for now, latest in seen if latest >= max(times)), None)
        if moment is None:
            raise Failure("%s\n  its rows were never seen while following" % act)
        found.append((moment - max(times), max(0, moment - act.end)))
    return found


def median_and_worst(numbers):
    numbers = sorted(numbers)
    return "%d ms (worst %d)" % (numbers[len(numbers) // 2], numbers[-1])


def judge(out):
    try:
        with open(out + "/fatal", encoding="utf-8", errors="replace") as f:
            raise Failure(f.read().strip())
    except FileNotFoundError:
        pass
    acts = read_acts(out)
    if not acts:
        raise Failure("no act was performed")
    read_expectations(out, acts)
    for act in acts.values():
        check_status(act)
    live, once = Trail(out, "live"), Trail(out, "once")
    for trail in (once, live):
        for act in acts.values():
            check_act(act, trail)
        check_strangers(acts, trail)
    compare(live, once, acts)
    check_losses(out)
    agreement = []
    tests = [check_selftest(out, act, agreement) for act in acts.values() if act.is_selftest]
    with open(out + "/agreement", "w", encoding="utf-8") as f:
        f.writelines("\t".join(line) + "\n" for line in agreement)
    text = "%d acts, %d rows" % (len(acts), len(once.rows["activity"]))
    files, apart = log_facts(out)
    if files > 1:
        text += ", %d files" % files
    if apart:
        text += ", %d events interleaved" % apart
    if tests:
        text += ", %d self-test%s, %d predictions came true" % (
            len(tests), "s" if len(tests) > 1 else "", sum(tests))
    found = latencies(out, acts, live)
    if found:
        text += ", in the trail %s after the call, %s after the act" % (
            median_and_worst(f[0] for f in found), median_and_worst(f[1] for f in found))
    return text


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: judge.py OUT")
    try:
        print(judge(sys.argv[1]))
    except Failure as failure:
        print(failure)
        sys.exit(1)


if __name__ == "__main__":
    main()
