#!/usr/bin/env python3
"""Compares what the cases of tests/cli printed with golden files, a file for each command.

usage: compare.py GOLDEN GOT CASE...     prints TAP, one test a command

"..." in a golden line stands for anything. A file on one side only has failed, too.
"""
import os
import re
import sys


def lines_of(path):
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as f:
            return f.read().split("\n")
    except FileNotFoundError:
        return []


def matches(want, have):
    return want is not None and have is not None and \
        re.fullmatch(re.escape(want).replace(r"\.\.\.", ".*"), have) is not None


def difference(golden, got):
    """The first line that differs, for people; "" if none does."""
    golden, got = lines_of(golden), lines_of(got)
    for i in range(max(len(golden), len(got))):
        want, have = (x[i] if i < len(x) else None for x in (golden, got))
        if not matches(want, have):
            return f"# line {i + 1}\n# expected: {want!a}\n# found:    {have!a}"
    return ""


def main():
    golden, got, *cases = sys.argv[1:]
    names = [f"{case}/{name}" for case in cases
             for name in sorted({n for side in (golden, got) if os.path.isdir(f"{side}/{case}")
                                 for n in os.listdir(f"{side}/{case}")})]
    failed = 0
    print(f"1..{len(names)}")
    for number, name in enumerate(names, 1):
        problem = difference(f"{golden}/{name}", f"{got}/{name}")
        failed += problem != ""
        print("not ok" if problem else "ok", number, "-", name)
        if problem:
            print(problem)
    sys.exit(failed != 0 or not names)


if __name__ == "__main__":
    main()
