#!/usr/bin/env python3
"""Races of a reader with rotation: what can be recovered is, what cannot is a row of the view loss. And with pruning.

usage: races.py MODTRAIL [NAME-PART...]      prints TAP
"""
import os
import shutil
import signal
import subprocess
import time

from properties import lines_of, log_of, run, wait_for, write

# Three hundred events of one boot, so that each part of the log has some for the trail.
LINES = lines_of(log_of("r17-rotate"))[:1000]


def serial_of(line):
    return int(line.split(b":")[1].split(b")")[0])


def events(first, count):
    """The lines of count events of the kernel, from the first-th on."""
    serials = sorted({serial_of(line) for line in LINES if b"type=DAEMON_" not in line})
    wanted = serials[first:first + count]
    return [line for line in LINES if b"type=DAEMON_" not in line and serial_of(line) in wanted]


class Live:
    """A log that is written, rotated, and followed by a reader that may be stopped."""

    def __init__(self, b):
        self.b, self.trail, self.child = b, b.path(".db"), None
        self.folder = b.path("-live")
        self.log = self.folder + "/audit.log"
        self.written = []
        os.mkdir(self.folder)

    def write(self, lines, path=None):
        with open(path or self.log, "ab", buffering=0) as out:
            for line in lines:
                out.write(line)
        self.written += lines

    def start(self):
        self.child = subprocess.Popen(self.b.command(self.trail, "-f", self.log), stderr=subprocess.DEVNULL)

    def stop(self, number=signal.SIGTERM):
        self.child.send_signal(number)
        self.child.wait(timeout=10)
        self.child = None

    def rotate(self, keep=9):
        for age in range(keep, 0, -1):
            if os.path.exists(f"{self.log}.{age}"):
                os.rename(f"{self.log}.{age}", f"{self.log}.{age + 1}")
        os.rename(self.log, self.log + ".1")
        if os.path.exists(f"{self.log}.{keep + 1}"):
            os.unlink(f"{self.log}.{keep + 1}")
        open(self.log, "ab").close()

    def catch_up(self, lines, what):
        """Waits until the trail has what these lines have, and no loss but those that the caller asks for."""
        want = self.b.facts(self.b.ingest("-", stdin=b"".join(lines)))
        del want["loss"], want["gap"]
        wait_for(self.b, self.trail, want, self.child, what)

    def losses(self):
        """Rows of the view loss: kind, place, count, time_ms, until_ms."""
        return [row.decode().split(",") for row in subprocess.run(
            [self.b.modtrail, "-d", self.trail, "sql", "--csv", "-e",
             "SELECT kind, place, count, time_ms, until_ms FROM loss ORDER BY kind, time_ms"],
            check=True, capture_output=True).stdout.splitlines()[1:]]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child:
            self.child.kill()
            self.child.wait()


def time_of(line):
    return int(line.split(b"audit(")[1].split(b":")[0].replace(b".", b""))


def two_rotations_while_stopped(b):
    """two rotations in a row while nobody reads: everything is read, and nothing is lost"""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with Live(b) as live:
            live.write(events(0, 50))
            live.start()
            live.catch_up(live.written, "before")
            live.stop(number)
            live.write(events(50, 50))
            live.rotate()
            live.write(events(100, 50))
            live.rotate()
            live.write(events(150, 50))
            live.start()
            live.catch_up(live.written, "after two rotations")
            assert live.losses() == [], live.losses()


def an_unread_file_that_was_deleted_while_stopped(b):
    """a rotated file that was deleted unread is a gap of just its serials and its time, and the rest is read"""
    with Live(b) as live:
        live.write(events(0, 50))
        live.start()
        live.catch_up(live.written, "before")
        live.stop()
        read, gone = list(live.written), events(50, 40)
        live.rotate(keep=1)
        live.write(gone)
        live.rotate(keep=1)
        later = events(90, 50)
        live.write(later)
        live.rotate(keep=1)
        last = events(140, 20)
        live.write(last)
        live.start()
        live.catch_up(read + later + last, "what is left")
        assert live.losses() == [["serial gap", f"serial {serial_of(gone[0])} to {serial_of(gone[-1])}", "40",
                                  str(time_of(read[-1])), str(time_of(later[0]))]], live.losses()


def an_unread_file_that_is_deleted_while_followed(b):
    """what is gone before a follower could read it is a rotation gap, from what it had read until now"""
    with Live(b) as live:
        live.write(events(0, 50))
        live.start()
        live.catch_up(live.written, "before")
        read = list(live.written)
        began = time.time()
        live.child.send_signal(signal.SIGSTOP)
        os.unlink(live.log)
        gone, later = events(50, 40), events(90, 50)
        live.write(later, live.log + ".1")
        last = events(140, 20)
        live.write(last)
        live.child.send_signal(signal.SIGCONT)
        live.catch_up(read + later + last, "what is left")
        kinds = {row[0]: row for row in live.losses()}
        assert sorted(kinds) == ["rotation gap", "serial gap"], live.losses()
        assert kinds["serial gap"][1:3] == [f"serial {serial_of(gone[0])} to {serial_of(gone[-1])}", "40"]
        _, _, _, since, until = kinds["rotation gap"]
        assert int(since) == time_of(read[-1]), "it begins with what was read last"
        assert began * 1000 - 5000 <= int(until) <= time.time() * 1000, "it ends when it was noticed"


def truncation_in_the_middle_of_a_record(b):
    """copytruncate in the middle of a record: all other records are there, the torn one is counted"""
    for stopped in (False, True):
        with Live(b) as live:
            live.write(events(0, 50))
            live.start()
            live.catch_up(live.written, "before")
            if stopped:
                live.stop()
            whole, torn, later = events(50, 20), events(70, 1), events(71, 50)
            cut = len(torn[0]) // 2
            live.write(whole + [torn[0][:cut]])
            shutil.copy(live.log, live.log + ".1")
            if not stopped:
                time.sleep(0.3)     # until it has met the half
            os.truncate(live.log, 0)
            live.write([torn[0][cut:]] + torn[1:] + later)
            if stopped:
                live.start()
            live.catch_up(events(0, 50) + whole + torn[1:] + later, f"after truncation, stopped={stopped}")
            assert [row[0] for row in live.losses()] == ["parser drop"], live.losses()
            assert live.losses()[0][2] == "1", live.losses()


def an_inode_that_is_used_again(b):
    """a new log in the inode of an old one is read from its start, at whatever size"""
    for longer in (False, True):
        with Live(b) as live:
            live.write(events(0, 100))
            live.start()
            live.catch_up(live.written, "before")
            live.stop()
            inode = os.stat(live.log).st_ino
            shutil.copy(live.log, live.log + ".1")
            os.truncate(live.log, 0)
            live.write(events(100, 150 if longer else 10))
            assert os.stat(live.log).st_ino == inode
            live.start()
            live.catch_up(live.written, f"another log in the inode, longer={longer}")
            assert live.losses() == [], live.losses()


def calls(number, time_ms, count, step_ms):
    """Tool runs with the call of each, as lines; serials from number on."""
    fields = ("success=yes exit=0 a0=3 a1=55 a2=0 a3=3 items=0 ppid=1 pid=%d auid=1000 uid=0 gid=0 euid=0 tty=pts0"
              ' ses=3 comm="insmod" exe="/usr/bin/kmod" key="modules"\n')
    for n in range(number, number + 2 * count, 2):
        run_id, call_id = (f"msg=audit({ms // 1000}.{ms % 1000:03d}:{serial})" for ms, serial in
                           ((time_ms, n), (time_ms + 1, n + 1)))
        who = fields % (1000 + n)
        yield (f"type=SYSCALL {run_id}: arch=c000003e syscall=59 {who}"
               f'type=EXECVE {run_id}: argc=2 a0="insmod" a1="m.ko"\n'
               f"type=SYSCALL {call_id}: arch=c000003e syscall=313 {who}").encode()
        time_ms += step_ms


def pruning_beside_a_follower(b):
    """what is old goes while another process commits all the time, and the WAL stays small meanwhile"""
    now_ms = int(time.time() * 1000)
    before_ms = now_ms // 1000 * 1000 - 3600000
    with Live(b) as live:
        old = write(b.path(".log"), b"".join(calls(1, before_ms - 30000, 10000, 3)))
        live.write(list(calls(99998, now_ms, 1, 3)))
        b.ingest(old, trail=live.trail)
        b.ingest(live.log, trail=live.trail)
        live.start()
        wal = live.trail + "-wal"
        while not os.path.exists(wal):
            time.sleep(0.01)
        pruning = subprocess.Popen([b.modtrail, "-d", live.trail, "prune", "--before", f"@{before_ms // 1000}"],
                                   stdout=subprocess.PIPE)
        until, number = time.monotonic() + 30, 100000
        while pruning.poll() is None and time.monotonic() < until:
            live.write(list(calls(number, now_ms, 1, 3)))
            number, now_ms = number + 2, now_ms + 3
            time.sleep(0.005)
        size = os.path.getsize(wal)
        pruning.kill()
        said = pruning.communicate()[0].decode()
        assert pruning.returncode == 0, f"it still runs after half a minute, and the WAL has {size} bytes"
        assert said.startswith("20000 events (10000 actions)"), said
        assert size < 40000000, f"the WAL has {size} bytes"
        live.catch_up(live.written, "what is new")
        b.remark = f"{(number - 100000) // 2} calls came meanwhile"


if __name__ == "__main__":
    run((two_rotations_while_stopped, an_unread_file_that_was_deleted_while_stopped,
         an_unread_file_that_is_deleted_while_followed, truncation_in_the_middle_of_a_record,
         an_inode_that_is_used_again, pruning_beside_a_follower))
