#!/usr/bin/env python3
"""What a command is started in: locales, and outputs that are closed, full or left by their reader.

usage: surroundings.py MODTRAIL [NAME-PART...]      prints TAP
"""
import fcntl
import locale
import os
import resource
import signal
import socket
import stat
import struct
import subprocess
import termios

from properties import run, sqlite, write

# Beyond ASCII, wide, combining, with a byte that is a control in Latin-1, turned, and no UTF-8 at all.
MODULES = (b"m\xc3\xb3dulo", b"\xe6\x97\xa5\xe6\x9c\xac", b"e\xcc\x81\xcc\x81", b"\xc3\x9b31m", b"\xe2\x80\xae\xe2\x80\x8bx",
           b"\xff\xfe")
# An unset or wrong one is C; the last is no locale at all.
UTF8 = ("C.UTF-8", "en_US.UTF-8", "tr_TR.UTF-8", "ja_JP.UTF-8")
OTHER = ("", "C", "POSIX", "en_US", "tr_TR", "ja_JP.EUC-JP", "zh_CN.GBK", "xx_YY.UTF-8")
DATA = (("report", "--json"), ("report", "--csv"), ("show", "1", "--json"), ("status", "--json"),
        ("sql", "module-history", "--csv"), ("rules", "--json", "-k", "m\u00f3dulos", "RULES"),
        ("verify", "--json", "--max-age", "9999w"), ("verify", "--metrics", "--max-age", "9999w"))
TEXT = (("report",), ("report", "-o", "id,module"), ("show", "1"), ("status",), ("sql",), ("sql", "module-history"),
        ("sql", "-e", "SELECT module AS id, 'm\u00f3dulo' AS \"m\u00f3dulo\" FROM activity"),
        ("rules", "-k", "m\u00f3dulos", "RULES"), ("verify", "--max-age", "9999w"), ("--help",), ("report", "--help"))


def act(number, name):
    stamp = f"msg=audit(17954562{number:02}.000:{number}): "
    return (f"type=SYSCALL {stamp}arch=c000003e syscall=176 success=yes exit=0 a0=0 a1=0 a2=0 a3=0 items=0 ppid=1 pid=9"
            " auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm=\"rmmod\""
            f" exe=\"/usr/bin/kmod\" key=\"modules\"\ntype=KERN_MODULE {stamp}name={name.hex().upper()}\n").encode()


def tool_run(number, argument):
    stamp = f"msg=audit(17954562{number:02}.000:{number}): "
    return (f"type=SYSCALL {stamp}arch=c000003e syscall=59 success=yes exit=0 a0=0 a1=0 a2=0 a3=0 items=0 ppid=1 pid=9"
            " auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm=\"modprobe\""
            " exe=\"/usr/bin/kmod\" key=\"modules\"\n"
            f"type=EXECVE {stamp}argc=2 a0=\"modprobe\" a1={argument.hex().upper()}\n").encode()


class Scene:
    """A trail with names that few terminals can show, and the program in a locale of its own."""

    def __init__(self, b):
        self.b = b
        self.rules = write(b.path(".rules"), "-a always,exit -F arch=b64 -S delete_module -k m\u00f3dulos\n".encode())
        self.trail = b.ingest(write(b.path(".log"), b"".join(act(n, m) for n, m in enumerate(MODULES, 10))))
        self.run(("claim", "--host", "h\u00f3st", "--rules", self.rules))

    def command(self, args):
        return [self.b.modtrail, "-d", self.trail] + [self.rules if a == "RULES" else a for a in args]

    def run(self, args, name="", by="LC_ALL"):
        done = subprocess.run(self.command(args), env={by: name} if name else {}, capture_output=True, timeout=20,
                              check=False)
        assert done.returncode in (0, 1), f"{args} in {name!r}: status {done.returncode}, {done.stderr}"
        return done.stdout


def is_there(name):
    try:
        locale.setlocale(locale.LC_CTYPE, name)
    except locale.Error:
        return False
    finally:
        locale.setlocale(locale.LC_CTYPE, "C")
    return True


def installed(b, names):
    """Those that this host has. It has C and C.UTF-8: nothing is asserted of an empty list."""
    absent = [n for n in names if not is_there(n)]
    b.remark = f"without {', '.join(absent)}: no such locale here" if absent else None
    assert len(absent) < len(names)
    return [n for n in names if n not in absent]


def shown_in_utf8(b):
    """in a locale of UTF-8 every command ends, and what the locale knows stands as it is"""
    s = Scene(b)
    names = installed(b, UTF8)
    for args in TEXT:
        want = s.run(args, "C.UTF-8")
        for name in names:
            assert s.run(args, name) == want, f"{args} in {name}"
            assert s.run(args, name, by="LANG") == want, f"{args} in {name}, by LANG"
    report = s.run(TEXT[1], "C.UTF-8")
    assert report.splitlines()[0] == b"ID MODULE", report
    for shown in (MODULES[:4]) + (rb"\u{202e}\u{200b}x", rb"\xff\xfe"):
        assert b" " + shown + b"\n" in report, f"{shown} in {report}"


def shown_elsewhere(b):
    """in any other locale, or none, every command ends, and nothing beyond ASCII is printed"""
    s = Scene(b)
    for args in TEXT:
        want = s.run(args)
        assert want.isascii(), f"{args}: {want}"
        for name in OTHER:
            assert s.run(args, name) == want, f"{args} in {name!r}"
    report = s.run(TEXT[1])
    for shown in (rb"m\xc3\xb3dulo", rb"\xe6\x97\xa5\xe6\x9c\xac", rb"\xc3\x9b31m", rb"\xe2\x80\xae\xe2\x80\x8bx"):
        assert b" " + shown + b"\n" in report, f"{shown} in {report}"


def data_is_the_same(b):
    """what is printed for programs is the same in every locale"""
    s = Scene(b)
    for args in DATA:
        want = s.run(args, "C.UTF-8")
        assert args[0] == "status" or b"m\xc3\xb3dulo" in want or b"h\xc3\xb3st" in want, f"{args}: {want}"
        for name in OTHER + UTF8:
            assert s.run(args, name) == want, f"{args} in {name!r}"


def on_terminal(command, name, columns):
    """What a command shows on a terminal of so many columns. It may use a processor for 10 seconds."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 24, columns, 0, 0))
    shown = b""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=theirs, env={"LC_ALL": name},
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (10, 10))) as running:
        os.close(theirs)
        try:
            while data := os.read(ours, 65536):
                shown += data
        except OSError:     # EIO: nobody has the terminal open any more
            os.close(ours)
    assert running.returncode == 0, f"{command} in {name}: status {running.returncode}"
    return shown.decode()


def long_texts(b):
    """texts of any length are shown at once: on a terminal their beginnings, in a pipe whole, of every command"""
    s = Scene(b)
    long = "\u00e4" * 60000
    s.rules = write(b.path(".rules"), b"-a always,exit -F arch=b64" + b" -S delete_module" * 300 + b" -k modules\n")
    b.ingest(write(b.path(".log"), tool_run(70, long.encode())), trail=s.trail)
    b.ingest(write(b.path(".log"), act(71, long.encode()) + act(72, b"x" * 120000)), trail=s.trail)
    tables = (("report",), ("report", "-a", "attempt"), ("report", "-o", "module,id"), ("sql", "module-history"), ("rules", "RULES"),
              ("sql", "-e", f"SELECT module AS '{'x' * 60000}', module FROM activity"))
    for args in tables:
        for name, end in (("C", "..."), ("C.UTF-8", "\u2026")):
            whole = s.run(args, name)
            assert len(whole) > 10000, f"{args} in {name}: {len(whole)} bytes in a pipe"
            for columns in (80, 300, 1):
                shown = on_terminal(s.command(args), name, columns)
                assert end in shown and len(shown) < 50000, f"{args} in {name}, {columns}: {len(shown)} bytes"
    assert long.encode() in s.run(("show", "8"), "C.UTF-8") and long.encode() in s.run(("report", "--json"))


def errors(b):
    """an error shows what the locale can print"""
    s = Scene(b)
    for name, want in (("", rb"'m\xc3\xb3dulo'"), ("C.UTF-8", b"'m\xc3\xb3dulo'")):
        done = subprocess.run(s.command(("sql", "m\u00f3dulo")), env={"LC_ALL": name}, capture_output=True, check=False)
        assert done.returncode == 2 and want in done.stderr, done.stderr


ALL = TEXT + DATA + (("--version",),)


def unread_pipe():
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def unread_socket(unread=b""):
    reader, writer = socket.socketpair()
    writer.send(unread)     # what was not read makes its end a reset
    reader.close()
    return writer.detach()


def unread_terminal():
    reader, writer = os.openpty()
    os.close(reader)
    return writer


def nobody_reads(b):
    """an output that its reader has left ends every command without a word, as SIGPIPE would, also where that is ignored"""
    s = Scene(b)
    log = write(b.path(".log"), act(80, b"x"))
    for make in (unread_pipe, unread_socket, lambda: unread_socket(b"x"), unread_terminal):
        for restore in (True, False):       # Python ignores SIGPIPE, and may hand that on
            for args in ALL + (("ingest", log), ("prune", "--before", "1d", "-n")):
                writer = make()
                done = subprocess.run(s.command(args), stdout=writer, stderr=subprocess.PIPE, restore_signals=restore,
                                      check=False)
                os.close(writer)
                assert done.returncode == -signal.SIGPIPE and b"modtrail" not in done.stderr, f"{args}: {done}"


def closed(b):
    """a closed output is told as what it is, and nothing is printed into what is opened in its place"""
    s = Scene(b)
    log = write(b.path(".log"), act(80, b"x"))
    for args in ALL + (("ingest", log),):
        usual = subprocess.run(s.command(args), capture_output=True, check=False).returncode
        for how, streams in (("out", ">&-"), ("out", "1</dev/null"), ("err", "2>&-"), ("all", "<&- >&- 2>&-")):
            done = subprocess.run(["sh", "-c", f'"$@" {streams}', "sh"] + s.command(args), capture_output=True, check=False)
            assert (b"cannot write the output: standard output is closed" in done.stderr) == (how == "out"), f"{args} {streams}: {done}"
            failed = 3 if args[0] == "verify" else 1
            assert done.returncode == (usual if how == "err" else failed), f"{args} {streams}: {done}"
            assert sqlite(s.trail, "PRAGMA integrity_check").strip() == b"ok"
    with open(log, "rb") as f:
        assert f.read() == act(80, b"x")


def kept(path, make):
    """A special file, and whether it still is the one that make() has made."""
    make(path)
    before = os.lstat(path)
    return lambda: (os.lstat(path).st_ino, os.lstat(path).st_mode) == (before.st_ino, before.st_mode)


def metrics(b):
    """a plain file of metrics is replaced as a whole; a pipe, a link or a device is written into"""
    s = Scene(b)
    want = s.run(("verify", "--metrics"))
    to = ("verify", "--metrics=")
    plain = write(b.path(".prom"), b"old")
    before = os.stat(plain).st_ino
    os.chmod(plain, 0o600)
    s.run((to[0], to[1] + plain))
    with open(plain, "rb") as f:
        assert f.read() == want and os.fstat(f.fileno()).st_ino != before and os.fstat(f.fileno()).st_mode & 0o777 == 0o644

    link = b.path(".link")
    is_kept = kept(link, lambda path: os.symlink(plain, path))
    s.run((to[0], to[1] + link))
    with open(plain, "rb") as f:
        assert f.read() == want and is_kept()

    if os.geteuid() == 0:
        victim = write(b.path(".victim"), b"not to be touched")
        foreign = b.path(".foreign")
        os.symlink(victim, foreign)
        os.chown(foreign, 65534, 65534, follow_symlinks=False)
        s.run((to[0], to[1] + foreign))
        with open(victim, "rb") as f, open(foreign, "rb") as g:
            assert f.read() == b"not to be touched" and g.read() == want and not os.path.islink(foreign)
        # Behind a link of one's own, too, relative to where it is.
        os.unlink(foreign)
        os.symlink(victim, foreign)
        os.chown(foreign, 65534, 65534, follow_symlinks=False)
        chain = b.path(".chain")
        is_kept = kept(chain, lambda path: os.symlink(os.path.basename(foreign), path))
        s.run((to[0], to[1] + chain))
        with open(victim, "rb") as f, open(foreign, "rb") as g:
            assert f.read() == b"not to be touched" and g.read() == want and is_kept(), "a chain of links"

    loop = b.path(".loop")
    os.symlink(loop, loop)
    done = subprocess.run(s.command((to[0], to[1] + loop)), capture_output=True, timeout=20, check=False)
    assert done.returncode == 3 and f"cannot open '{loop}': Too many" in done.stderr.decode(), done
    assert want in s.run((to[0], to[1] + "/dev/stdout"))

    fifo = b.path(".fifo")
    is_kept = kept(fifo, os.mkfifo)
    done = subprocess.run(s.command((to[0], to[1] + fifo)), capture_output=True, timeout=20, check=False)
    assert done.returncode == 3 and f"cannot write '{fifo}': it is a pipe that nobody reads" in done.stderr.decode(), done
    with open(os.open(fifo, os.O_RDONLY | os.O_NONBLOCK), "rb") as reader:
        s.run((to[0], to[1] + fifo))
        assert reader.read() == want and is_kept()

    null, full = b.path(".null"), b.path(".full")
    try:
        are_kept = [kept(path, lambda path, minor=minor: os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, minor)))
                    for path, minor in ((null, 3), (full, 7))]
        open(null, "wb").close()
    except OSError:
        b.remark = "without devices: only root may make one, where nodev does not forbid it"
        return
    s.run((to[0], to[1] + null))
    done = subprocess.run(s.command((to[0], to[1] + full)), capture_output=True, check=False)
    assert done.returncode == 3 and f"cannot write '{full}': No space left" in done.stderr.decode(), done
    assert all(is_kept() for is_kept in are_kept)


if __name__ == "__main__":
    run((shown_in_utf8, shown_elsewhere, data_is_the_same, long_texts, errors, nobody_reads, closed, metrics))
