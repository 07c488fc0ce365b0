# Nothing is kept and not shown: events that are no call of a tool on a machine that is known.
export MODTRAIL_DB=trail.db
ids='ppid=432 pid=3337 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=2'
kmod='comm="insmod" exe="/usr/bin/kmod" subj=unconfined key="modules"'
at='msg=audit(1764000003.10'
# A name whose call is missing, a call of an unknown machine, one of MIPS.
cat >lone.log <<L
type=KERN_MODULE ${at}1:10): name="hid_x"
type=PROCTITLE ${at}1:10): proctitle=2F7362696E2F726D6D6F64006869642D78
type=SYSCALL ${at}2:11): arch=c0005678 syscall=313 success=no exit=-17 a0=3 items=0 $ids $kmod
type=KERN_MODULE ${at}2:11): name="hid_y"
type=SYSCALL ${at}3:12): arch=80000008 syscall=5307 success=yes exit=0 a0=3 items=0 $ids $kmod
type=UNKNOWN[1330] ${at}3:12): name="hid_z"
L
# A refused tool; a rejected module without a name.
cat >refused.log <<L
type=SYSCALL ${at}4:13): arch=c000003e syscall=322 success=no exit=-1 a0=ffffff9c items=1 $ids comm="dash" exe="/usr/bin/dash" key="modules"
type=CWD ${at}4:13): cwd="/srv"
type=PATH ${at}4:13): item=0 name="/sbin/modprobe" inode=7 dev=08:02 mode=0100750 nametype=NORMAL
type=PROCTITLE ${at}4:13): proctitle=2F62696E2F7368
type=SYSCALL ${at}5:14): arch=c000003e syscall=59 success=yes exit=0 a0=1 items=2 $ids $kmod
type=EXECVE ${at}5:14): argc=3 a0="insmod" a1="/tmp/bad-one.ko.xz" a2="x=1"
type=SYSCALL ${at}6:15): arch=c000003e syscall=313 success=no exit=-129 a0=3 items=0 $ids $kmod
type=KERN_MODULE ${at}6:15): name="?"
L
# A rename in a watched folder, a socket that made the kernel ask, a rule of an old kernel.
cat >keyed.log <<L
type=SYSCALL ${at}7:16): arch=c000003e syscall=82 success=yes exit=0 a0=1 items=4 $ids comm="mv" exe="/usr/bin/mv" key="modules"
type=CWD ${at}7:16): cwd="/etc/modprobe.d"
type=PATH ${at}7:16): item=0 name="/tmp/" nametype=PARENT
type=PATH ${at}7:16): item=1 name="./" nametype=PARENT
type=PATH ${at}7:16): item=2 name="/tmp/x.conf" nametype=DELETE
type=PATH ${at}7:16): item=3 name="x.conf" nametype=CREATE
type=PROCTITLE ${at}7:16): proctitle=6D76002F746D702F782E636F6E66002E
type=SYSCALL ${at}8:17): arch=c000003e syscall=41 success=no exit=-97 a0=2c items=0 $ids comm="probe" exe="/tmp/probe" key="modules"
type=CONFIG_CHANGE ${at}9:18): auid=1000 ses=2 op="add rule" key="modules" list=4 res=1
L
run ingest --host web1 lone.log refused.log keyed.log
run report -o +error,syscall,keys
run report --action unknown -o host,module,outcome,error,tool,pid
run report -m bad_one -o module,module_source,error
run sql keyed-events
run sql rule-changes --csv
run sql attempts --csv
run show 4
run show 1
run verify
# A last line that nothing can follow; a log that may still be written.
mkdir set
printf '%s' "$(head -2 lone.log)" | tee set/audit.log.1 | gzip > set/audit.log.2.gz
printf '%s' "$(tail -2 lone.log)" > set/audit.log
printf '%s' "$(cat refused.log)" > one.log
eval 'run -d stdin.db ingest --host web1 - < one.log'
run -d set.db ingest --host web1 set
run -d set.db ingest --host web1 set
run -d set.db report -o host,module,pid
run -d set.db status --json | grep -o '"behind":[^,}]*'
# A collector that joins the records of an event.
paste -sd ' ' lone.log > joined.log
cat keyed.log >> joined.log
run -d joined.db ingest --host web1 joined.log
run -d joined.db sql -e "SELECT kind, count, what, place FROM loss WHERE kind = 'parser drop'"
