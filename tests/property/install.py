#!/usr/bin/env python3
"""What make install and its units promise, and the demo.

usage: install.py MODTRAIL [NAME-PART...]      prints TAP
"""
import configparser
import glob
import os
import shutil
import subprocess

from database import in_a_mount
from properties import run

UNITS = "tools/systemd"
SECONDS = {"s": 1, "min": 60, "h": 3600}


def units():
    """Each unit's name and sections; of a setting that is given more than once, the last."""
    for path in sorted(glob.glob(UNITS + "/*.service")):
        unit = configparser.ConfigParser(strict=False, interpolation=None, delimiters="=")
        unit.optionxform = str
        unit.read(path)
        yield os.path.basename(path), unit


def seconds(text):
    unit = text.lstrip("0123456789")
    return int(text.removesuffix(unit)) * SECONDS[unit or "s"]


def users_are_made(b):
    """every User= of a unit is made by the sysusers file, and owns the folder that the tmpfiles file makes"""
    with open(UNITS + "/modtrail.sysusers", encoding="utf-8") as file:
        made = {line.split()[1] for line in file if line.startswith("u ")}
    wanted = {unit["Service"]["User"] for _, unit in units() if "User" in unit["Service"]}
    assert wanted and wanted <= made, f"{wanted - made} is made by nobody"
    with open(UNITS + "/modtrail.tmpfiles", encoding="utf-8") as file:
        owners = {line.split()[3] for line in file if line.startswith("d ")}
    assert owners == wanted, owners
    b.remark = " ".join(wanted)


def one_owner(_):
    """systemd takes a folder for what is to be chowned, with all in it, unless a unit and the tmpfiles file agree"""
    with open(UNITS + "/modtrail.tmpfiles", encoding="utf-8") as file:
        made = [line.split()[1:] for line in file if line.startswith("d ")]
    with open(UNITS + "/modtrail.sysusers", encoding="utf-8") as file:
        groups = {line.split()[1] for line in file if line.startswith("g ")}
    wanted = [["/var/lib/" + s["StateDirectory"], s["StateDirectoryMode"], s["User"], s.get("Group", s["User"])]
              for s in (unit["Service"] for _, unit in units()) if "StateDirectory" in s]
    assert made == wanted, f"{made} is made, and at a start {wanted}"
    assert all(group in groups or group == user for _, _, user, group in wanted), f"no group of {wanted} is made"


def restarts_end(b):
    """a unit that is restarted becomes failed in the end: its start limit can be reached"""
    restarted = 0
    for name, unit in units():
        if unit["Service"].get("Restart", "no") == "no":
            continue
        restarted += 1
        assert "StartLimitBurst" in unit["Unit"], f"{name}: no start limit of its own"
        burst, interval = int(unit["Unit"]["StartLimitBurst"]), seconds(unit["Unit"]["StartLimitIntervalSec"])
        pause = seconds(unit["Service"]["RestartSec"])
        assert burst * pause < interval, f"{name}: {burst} starts take more than {interval} s"
        assert unit["Service"]["RestartForceExitStatus"] == "SIGPIPE", f"{name}: stays away if nobody reads its output"
        assert burst * pause >= 120, f"{name}: what is over after a minute is not outlived"
    assert restarted > 0


def make(b, target, path=None, refused=False, **variables):
    """Runs make; the commands found first in path, and what it said of its own, or why it refused."""
    settings = [f"{name}={value}" for name, value in variables.items()]
    env = dict(os.environ, PATH=f"{path}:{os.environ['PATH']}" if path else os.environ["PATH"])
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
        env.pop(name, None)
    # The program is there already, whoever built it, with whatever flags.
    done = subprocess.run(["make", "-s", target, f"BUILD={os.path.dirname(b.modtrail)}", "-o", b.modtrail, *settings],
                          capture_output=True, env=env, check=False)
    assert (done.returncode != 0) == refused, done.stderr.decode()
    return (done.stderr if refused else done.stdout).decode()


def files_below(folder):
    return sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names)


def a_destdir(b):
    """with DESTDIR files alone are installed, it is said what a package does, that works, and uninstall leaves none"""
    root = b.path("-root of a package")
    said = make(b, "install", DESTDIR=root)
    assert "no user is made" in said and "systemd-sysusers /usr/lib/sysusers.d/modtrail.conf" in said, said
    assert root + "/usr/lib/systemd/system/modtrail.service" in files_below(root)
    assert not os.path.exists(root + "/var") and not os.path.exists(root + "/etc")
    if shutil.which("systemd-sysusers") and shutil.which("systemd-tmpfiles") and os.geteuid() == 0:
        os.mkdir(root + "/etc")
        for command in (["systemd-sysusers"], ["systemd-tmpfiles", "--create"]):    # no group adm is there
            subprocess.run(command + ["--root", root, "modtrail.conf"], check=True, capture_output=True)
        with open(root + "/etc/passwd", encoding="utf-8") as users, open(root + "/etc/group", encoding="utf-8") as groups:
            ids = [next(int(line.split(":")[2]) for line in file if line.startswith(name + ":"))
                   for file, name in ((users, "modtrail"), (groups, "adm"))]
        made = os.stat(root + "/var/lib/modtrail")
        assert [made.st_uid, made.st_gid, made.st_mode & 0o777] == ids + [0o750], f"{made}, not of {ids}"
        shutil.rmtree(root + "/etc")
        shutil.rmtree(root + "/var")
    else:
        b.remark = "no user was made: systemd-sysusers and root are needed"
    make(b, "uninstall", DESTDIR=root)
    assert files_below(root) == []


def commands(b, *names, uid=0):
    """A folder of commands that only write down how they were called, and a file of their calls."""
    folder = b.path("-bin")
    os.mkdir(folder)
    calls = folder + "/calls"
    for name in names:
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\necho {name} "$@" >>{calls}\n')
    with open(folder + "/id", "w", encoding="utf-8") as file:
        file.write(f"#!/bin/sh\necho {uid}\n")
    for name in os.listdir(folder):
        os.chmod(f"{folder}/{name}", 0o755)
    open(calls, "w", encoding="utf-8").close()
    return folder, calls


def a_machine_with_systemd(b):
    """as root the user and its folder are made; who is not root is told what to run"""
    for uid in (0, 1000):
        prefix = b.path("-prefix")
        path, calls = commands(b, "systemd-sysusers", "systemd-tmpfiles", "systemctl", "chown", uid=uid)
        said = make(b, "install", path, PREFIX=prefix)
        wanted = [f"systemd-sysusers {prefix}/lib/sysusers.d/modtrail.conf",
                  f"systemd-tmpfiles --create {prefix}/lib/tmpfiles.d/modtrail.conf", "systemctl daemon-reload"]
        with open(calls, encoding="utf-8") as file:
            called = [line for line in file.read().splitlines() if not line.startswith("chown ")]
        if uid == 0:
            assert called == wanted[:3 if os.path.isdir("/run/systemd/system") else 2], called
            assert "are there" in said, said
        else:
            assert called == [] and "run as root" in said, said
            assert said.splitlines()[-3:] == ["  " + line for line in wanted], said


def a_folder_elsewhere(b):
    """a folder that is a link is made where it leads to, what root put there is given away, and no file is replaced"""
    script = r"""
        mount -t tmpfs none /var/lib; ln -s /var/lib/large/disk /var/lib/modtrail
        mkdir /var/lib/large; mkdir -m 700 /var/lib/large/disk
        touch /var/lib/large/disk/trail.db /var/lib/large/disk/trail.db-wal /var/lib/large/disk/other
        make() { MAKEFLAGS= PATH=$1:$PATH command make -s install BUILD="${2%/*}" -o "$2" PREFIX="$3" >/dev/null; }
        make "$1" "$2" "$3"
        stat -c %a /var/lib/large/disk; grep chown "$1/calls"
        rm -r /var/lib/large; make "$1" "$2" "$3"; stat -c %a /var/lib/large/disk
        rm /var/lib/modtrail; touch /var/lib/modtrail
        ! make "$1" "$2" "$4" 2>&1; ! test -e "$4" """
    path, _ = commands(b, "systemd-sysusers", "systemd-tmpfiles", "systemctl", "chown")
    said = in_a_mount(script, path, b.modtrail, b.path("-prefix"), b.path("-prefix"))
    if said is None:
        b.remark = "skipped: no mounts here"
        return
    lines = said.splitlines()
    assert lines[:2] == ["750", "chown modtrail:adm /var/lib/modtrail/"] and lines[3] == "750", said
    assert sorted(lines[2].split()) == ["-h", "/var/lib/modtrail/trail.db", "/var/lib/modtrail/trail.db-wal", "chown",
                                        "modtrail:adm"], said
    assert lines[4].startswith("nothing was installed: "), said


def a_prefix_that_means_something(b):
    """a PREFIX that units cannot name is refused before anything is installed"""
    prefix = b.path("-a prefix")
    assert "has a blank" in make(b, "install", refused=True, PREFIX=prefix) and not os.path.exists(prefix)
    for character in "&|%\\\"`;*?[<>()\x01$":
        root = b.path("-root")
        said = make(b, "install", refused=True, DESTDIR=root, PREFIX=f"/a{character}b".replace("$", "$$"))
        assert "has a character" in said and not os.path.exists(root), said
    relative = os.path.relpath(b.path("-relative"))
    for setting in ({"PREFIX": relative}, {"UNITDIR": relative}):
        root = b.path("-root")
        said = make(b, "install", refused=True, DESTDIR=root + "/", **setting)
        assert "is no absolute path" in said and not os.path.exists(root), said
    for prefix in ("", "/opt/m\u00f3d+1.0~2@x_y-z:,="):
        root = b.path("-root" + str(len(prefix)))
        make(b, "install", DESTDIR=root, PREFIX=prefix)
        with open(f"{root}{prefix}/lib/systemd/system/modtrail.service", encoding="utf-8") as unit:
            assert f"\nExecStart={prefix}/sbin/modtrail ingest" in unit.read()


def uninstalling_what_is_enabled(b):
    """units that are enabled and run are disabled and stopped, those of another PREFIX are not"""
    script = r"""
        mount -t tmpfs none /run; mkdir -p /run/systemd/system
        mount -t tmpfs none /etc/systemd/system; mkdir /etc/systemd/system/multi-user.target.wants
        ln -s "$3/lib/systemd/system/modtrail.service" /etc/systemd/system/multi-user.target.wants/
        ln -s "$3" "$3-alias"       # as /lib is for /usr/lib
        printf 'case $1 in show) echo %s-alias/lib/systemd/system/$4; esac\n' "$3" >>"$1/systemctl"
        for prefix in "$4" "$3"; do
            for target in install uninstall; do
                PATH=$1:$PATH make -s $target BUILD="${2%/*}" -o "$2" PREFIX="$prefix" >/dev/null
            done
        done
        grep -v 'systemctl show\|sysusers\|tmpfiles' "$1/calls" | cut -d' ' -f2-"""
    if not os.path.isdir("/etc/systemd/system"):
        b.remark = "skipped: no systemd here"
        return
    path, _ = commands(b, "systemd-sysusers", "systemd-tmpfiles", "systemctl")
    ours, other = b.path("-ours"), b.path("-other")
    said = in_a_mount(script, path, b.modtrail, ours, other)
    if said is None:
        b.remark = "skipped: no mounts here"
        return
    reload = ["daemon-reload"]
    assert said.splitlines() == reload * 2 + reload + [
        "disable --quiet modtrail.service", "stop modtrail.service", "stop modtrail-selftest.service",
        "stop modtrail-selftest.timer"] + reload, said


def a_demo_that_fails(b):
    """the demo ends with an error if any of its commands does, and with 0 if none"""
    folder = b.path("-demo")
    os.mkdir(folder)
    program = folder + "/modtrail"
    for command in ("none", "ingest", "verify", "report", "sql", "show"):
        with open(program, "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\n[ "$1" != {command} ] || exit 1\nexec "{os.path.abspath(b.modtrail)}" "$@"\n')
        os.chmod(program, 0o755)
        done = subprocess.run(["tools/demo", program, folder], capture_output=True, check=False)
        assert (done.returncode == 0) == (command == "none"), f"without {command}: {done}"
        assert command == "none" or f"modtrail {command}" in done.stderr.decode(), done.stderr


if __name__ == "__main__":
    run((users_are_made, one_owner, restarts_end, a_destdir, a_machine_with_systemd, a_folder_elsewhere,
         a_prefix_that_means_something, uninstalling_what_is_enabled, a_demo_that_fails))
