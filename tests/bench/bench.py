#!/usr/bin/env python3
"""How fast, against what: prints a table of targets and measured figures.

usage: bench.py MODTRAIL PLACE [--mb N]

PLACE holds generate, measure and walk, and gets the logs. --mb is the size of
the largest log but one. README.md tells how to read the table.
"""
import argparse
import os
import sys
import time

import fleet
import following
from trial import (MB, Figures, Log, Trial, WrongTrail, aureport, ausearch, cat, grep, laurel, walk)

PEAK_MIB = 24
ACTION_BYTES = 490  # of the records of a call, with its node
FORMATS = (("RAW", ()), ("ENRICHED", ("--enriched",)))


class Table:
    def __init__(self):
        self.missed = 0

    def row(self, what, target, measured, good):
        """good is None for what has no target."""
        verdict = {True: "ok", False: "MISSED", None: ""}[good]
        self.missed += good is False
        print(f"{what:<50} {target:>17} {measured:>27} {verdict}", flush=True)

    def times(self, what, target, ratio, note=""):
        self.row(what, f">= {target:g} x", f"{ratio:.1f} x{note}", ratio >= target)

    @staticmethod
    def section(title):
        print(f"\n{title}", flush=True)


def note(text):
    print(f"    {text}", flush=True)


def show_all(log, figures):
    """Each program's own line, for who wants more than the ratio."""
    for name, f in figures.items():
        note(f"{name:<10} {f.wall_s:8.3f} s {f.cpu_s:8.3f} s CPU {log.size / MB / f.wall_s:8.0f} MB/s "
             f"{f.peak_mib:7.1f} MiB" + (f"   {f.runs} run" if f.runs < 5 else ""))


def against_ausearch(table, trial, log, what, target, more):
    figures = trial.compare(log, {"ausearch": ausearch(log), **more})
    mine, peer = figures["modtrail"], figures["ausearch"]
    table.times(what, target, peer.wall_s / mine.wall_s,
                f" (CPU {peer.cpu_s / mine.cpu_s:.1f} x)")
    show_all(log, figures)


def every_shape(table, trial, place, size):
    """RAW and ENRICHED, one host and a hundred, three densities: right before fast."""
    shapes = 0
    for _, enriched in FORMATS:
        for hosts in ((), ("--hosts", "100", "--rate", "5000")):
            for one_in in ("10000", "100", "1"):
                log = Log(place, "shape", size, "--one-in", one_in, *hosts, *enriched)
                trial.ingest(log)
                trial.check(log)
                log.remove()
                shapes += 1
    table.row("trail equals the truth, by shape of log", "12 of 12", f"{shapes} of 12", shapes == 12)


def sparse(table, trial, place, size):
    log = Log(place, "sparse", size)
    against_ausearch(table, trial, log, "sparse, one host, RAW", 10,
                     {"grep -c": grep(log), "cat": cat(log), "libauparse": walk(place, log)})

    runs = {"modtrail": [], "cat": []}
    for _ in range(5):
        log.chill()
        runs["cat"].append(trial.measure(*cat(log)))
        log.chill()
        runs["modtrail"].append(trial.ingest(log))
    cold, plain = Figures(runs["modtrail"]), Figures(runs["cat"])
    table.row("the same from a cold cache, against cat", "<= 1.1 x time",
              f"{cold.wall_s / plain.wall_s:.2f} x ({cold.wall_s:.2f} s)",
              cold.wall_s <= 1.1 * plain.wall_s)
    return log


def growth(table, trial, place, log):
    """Twice the log."""
    double = Log(place, "double", 2 * log.size, "--seed", "2")
    once, twice = trial.compare_logs(log, double)
    double.remove()
    ratio = twice.wall_s / once.wall_s
    table.row(f"twice the log ({double.size / MB / 1000:.1f} GB)", "<= 2.2 x time",
              f"{ratio:.2f} x ({twice.wall_s:.2f} s)", ratio <= 2.2)
    table.row("  and its memory", "<= 1.1 x", f"{twice.peak_mib / once.peak_mib:.2f} x",
              twice.peak_mib <= 1.1 * once.peak_mib)


def one_in_hundred(table, trial, place, size):
    for name, shape in FORMATS:
        log = Log(place, "hundredth", size, "--one-in", "100", *shape)
        more = {"aureport": aureport(log), "laurel": laurel(place, log)} if not shape else {}
        against_ausearch(table, trial, log, f"1 in 100, one host, {name}", 6, more)
        log.remove()


def crowded(table, trial, place, size, one_host):
    """Many open events: a hundred hosts, or one that is very busy."""
    shapes = (("a hundred hosts interleaved", ("--hosts", "100", "--rate", "5000")),
              ("5,000 events per second of log time", ("--rate", "5000")))
    for name, shape in shapes:
        # Small, as ausearch takes minutes for what modtrail reads in a blink.
        log = Log(place, "crowded", max(size / 10, 50 * MB), *shape)
        more = {"aureport": aureport(log), "laurel": laurel(place, log)} if "--hosts" in shape else {}
        against_ausearch(table, trial, log, name, 200, more)
        log.remove()
        # As large as the log of one host, so that starting counts for as much.
        log = Log(place, "crowded", size, *shape)
        alone, many = trial.compare_logs(one_host, log)
        part = log.size / many.wall_s / (one_host.size / alone.wall_s)
        table.row("  against the speed of one host", ">= 0.5 x", f"{part:.2f} x", part >= 0.5)
        log.remove()


def dense(table, trial, place, size, name, shape):
    log = Log(place, "dense", size, "--one-in", "1", *shape)
    figures = trial.compare(log, {"ausearch": ausearch(log), "libauparse": walk(place, log)})
    ratio = figures["modtrail"].wall_s / figures["ausearch"].wall_s
    cpu = figures["modtrail"].cpu_s / figures["ausearch"].cpu_s
    table.row(f"all module events stored, {name}", "<= 3 x time",
              f"{ratio:.2f} x (CPU {cpu:.2f} x)", ratio <= 3)
    show_all(log, figures)

    events, kept = trial.query("SELECT count(*), sum(length(raw)) FROM record")[0]
    note(f"{events:,} events")
    part = os.path.getsize(trial.trail) / kept
    table.row("trail size against its raw records", "< 1.5 x", f"{part:.2f} x", part < 1.5)
    log.remove()


def follow(table, trial, place, quick):
    log = Log(place, "follow", 15 * MB, "--one-in", "1", "--seed", "3")
    median, late = following.latency(trial, log, 200 if quick else 1000)
    table.row("appended to committed, median", "< 5 ms", f"{median:.2f} ms", median < 5)
    table.row("appended to committed, 99 %", "< 50 ms", f"{late:.2f} ms", late < 50)

    followed, as_file = following.burst(trial, log, 10000)
    table.row("burst of 10,000 events, against a file of them", "<= 2 x time",
              f"{followed / as_file:.2f} x ({followed:.2f} s)", followed <= 2 * as_file)

    seconds = 15 if quick else 60
    wakes, cpu_ms, peak = following.idle(trial, log, seconds)
    table.row(f"wake-ups in {seconds} s of silence", f"<= {seconds // 10 + 1}",
              f"{wakes} ({cpu_ms:.2f} ms CPU)", wakes <= seconds // 10 + 1)
    note(f"peak memory while following: {peak:.1f} MiB")
    log.remove()


def reports(table, trial, place, actions):
    log = Log(place, "actions", actions * ACTION_BYTES, "--one-in", "1", "--calls-only", "--hosts", "1000",
              "--rate", "100")
    note(f"{trial.ingest(log)[0]:.1f} s to ingest the log of these actions")
    stored, = trial.query("SELECT count(*), min(time_ms), max(time_ms) FROM event")
    middle = (stored[1] + stored[2]) // 2
    command = [trial.modtrail, "-d", trial.trail, "report", "--json", "--host", "host00500",
               "--since", f"@{middle // 1000}", "--until", f"@{middle // 1000 + 86400}"]
    runs = Figures([trial.measure(command) for _ in range(5)])
    table.row(f"report by host and day, {stored[0]:,} actions", "< 50 ms",
              f"{runs.wall_s * 1000:.1f} ms", runs.wall_s < 0.05)
    trial.check(log)
    log.remove()


def verdicts(table, trial, place, hosts):
    """The fleet whose every host tested itself: judged once, and then asked again."""
    log = f"{place}/fleet.log"
    fleet.write(log, hosts)
    seconds = trial.ingest_file(log)[0]
    command = [trial.modtrail, "-d", trial.trail, "verify", "--max-age", "9999w"]
    first = trial.measure(command)
    runs = Figures([trial.measure(command) for _ in range(5)])
    proven, = trial.query("SELECT count(*) FROM coverage WHERE verdict = 'proven'")[0]
    if proven != hosts * len(fleet.ACTORS):
        raise WrongTrail(f"{proven} cells proven of {hosts * len(fleet.ACTORS)}")
    table.row(f"verify, {hosts:,} hosts", "< 1 s", f"{runs.wall_s:.2f} s", runs.wall_s < 1)
    note(f"{seconds:.1f} s to ingest their self-tests, {first[0]:.1f} s for the first verify, which judges them")
    os.unlink(log)


def many_runs(table, trial, place, runs):
    """One host with very many self-tests: four times as many take four times as long, not sixteen."""
    log, seconds = f"{place}/runs.log", []
    for count in (runs, 4 * runs):
        fleet.write_runs(log, count)
        trial.ingest_file(log)
        seconds.append(trial.measure([trial.modtrail, "-d", trial.trail, "verify", "--max-age", "9999w"])[0])
        judged, = trial.query("SELECT count(*) FROM selftest")[0]
        if judged != count:
            raise WrongTrail(f"{judged} self-tests of {count}")
    table.row(f"verify of {4 * runs:,} self-tests, against {runs:,}", "<= 8 x time",
              f"{seconds[1] / seconds[0]:.1f} x", seconds[1] <= 8 * seconds[0])
    note(f"{seconds[0]:.2f} and {seconds[1]:.2f} s")
    os.unlink(log)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("modtrail")
    parser.add_argument("place")
    parser.add_argument("--mb", type=int, default=1000)
    args = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)
    place, size, quick = args.place, args.mb * MB, args.mb < 500
    trial, table, begun = Trial(place, args.modtrail), Table(), time.monotonic()

    print(f"{'what':<50} {'target':>17} {'measured':>27}")
    try:
        every_shape(table, trial, place, 10 * MB)
        table.section(f"ingest, {args.mb} MB for a log of one host: as fast as ausearch -k modules --raw, times")
        log = sparse(table, trial, place, size)
        growth(table, trial, place, log)
        one_in_hundred(table, trial, place, size)
        crowded(table, trial, place, size, log)
        log.remove()
        table.section("dense")
        for name, shape in FORMATS:
            dense(table, trial, place, max(size / 10, 50 * MB), name, shape)
        table.section("following")
        follow(table, trial, place, quick)
        table.section("answers")
        reports(table, trial, place, 1000 * args.mb)
        verdicts(table, trial, place, 100 * args.mb)
        many_runs(table, trial, place, 8000)
    except WrongTrail as wrong:
        print(f"WRONG TRAIL: {wrong}")
        return 2
    table.row("peak memory of modtrail, all of the above", f"<= {PEAK_MIB} MiB",
              f"{trial.peak_mib:.1f} MiB", trial.peak_mib <= PEAK_MIB)
    trial.forget()
    print(f"\n{table.missed} targets missed; {time.monotonic() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
