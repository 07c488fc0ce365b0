"""The log of a fleet whose hosts all test themselves, for what `verify` costs a collector."""

START_S = 1795456283
CALL = ("arch=c000003e syscall=176 success=no exit=-2 a0=0 a1=0 a2=0 a3=0 items=0 ppid=500 pid=%d auid=%d "
        "uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm=\"modtrail\" "
        "exe=\"/usr/sbin/modtrail\" subj=unconfined key=\"modules\"")
MARKER = ("pid=500 uid=0 auid=4294967295 ses=4294967295 subj=unconfined msg='op=modtrail-%s v=1 run=%016x %s "
          "exe=\"/usr/sbin/modtrail\" hostname=? addr=? terminal=? res=success'")
RULE = ("rule=-a%20always,exit%20-F%20arch%3Db64%20-S%20delete_module%20-F%20key%3Dmodules "
        "where=/etc/audit/rules.d/50-modules.rules:3")
ACTORS = (("daemon", 4294967295), ("root", 0), ("login", 1000))


def selftest(number):
    """What one host says: (type, fields) for each event, in order."""
    def mark(word, text):
        return "TRUSTED_APP", MARKER % (word, number, text)

    yield mark("begin", f"lost=0 enabled=1 daemon=400 probes={len(ACTORS)} keys=modules")
    for actor, _ in ACTORS:
        yield mark("claim", f"cell=delete_module.b64/{actor} claimed=yes expect=recorded {RULE}")
    for n, (actor, auid) in enumerate(ACTORS, start=1):
        yield mark("probe", f"n={n} cell=delete_module.b64/{actor} pid={500 + n} nonce={number:08x} "
                            "act=delete_module")
        yield "SYSCALL", CALL % (500 + n, auid)
        yield mark("acted", f"n={n} pid={500 + n} result=2")
    yield mark("end", f"lost=0 enabled=1 daemon=400 acted={len(ACTORS)}")


def write_runs(path, runs):
    """Runs of one host that begin and end and do nothing, each beside others' time: what a forger writes."""
    with open(path, "w", encoding="ascii") as log:
        for number in range(runs):
            words = (("begin", "lost=0 enabled=1 daemon=400 probes=9 keys=modules"),
                     ("claim", f"cell=delete_module.b64/{ACTORS[number % 3][0]} claimed=yes expect=recorded {RULE}"),
                     ("end", "lost=0 enabled=1 daemon=400 acted=0"))
            for at, (word, text) in enumerate(words):
                ms = number * 10 + at
                log.write(f"node=host type=TRUSTED_APP msg=audit({START_S + ms // 1000}.{ms % 1000:03d}:"
                          f"{3 * number + at + 1}): {MARKER % (word, number, text)}\n")


def write(path, hosts):
    """One self-test a host, a fortieth of the fleet a second."""
    with open(path, "w", encoding="ascii") as log:
        for number in range(hosts):
            for serial, (kind, fields) in enumerate(selftest(number), start=1):
                log.write(f"node=host{number:06d} type={kind} msg=audit("
                          f"{START_S + number // 40}.{serial:03d}:{serial}): {fields}\n")
