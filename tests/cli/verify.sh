# What self-tests of a fleet prove, told from their logs alone: web1 works, web2 is
# silent, web3 only loaded a rule, web4 never said anything.
# Their logs are not signed: signatures.sh is about those that are.
# shellcheck shell=bash
: "${top:=}"

time=1795456282
serial=0
log()
{
	serial=$((serial + 1))
	printf 'node=%s type=%s msg=audit(%d.%03d:%d): %s\n' "$node" "$1" "$time" $serial $serial "$2"
}
mark()
{
	log TRUSTED_APP "pid=500 uid=0 auid=4294967295 ses=4294967295 subj=unconfined msg='op=modtrail-$1 v=1 run=$run $2 exe=\"/usr/sbin/modtrail\" hostname=? addr=? terminal=? res=success'"
}
call()
{
	serial=$((serial + 1))
	printf 'node=%s type=SYSCALL msg=audit(%d.%03d:%d): arch=c000003e syscall=%d success=%s exit=%d a0=0 a1=0 a2=0 a3=0 items=0 ppid=500 pid=%d auid=%s uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm="modtrail" exe="/usr/sbin/modtrail" subj=unconfined key=%s\n' \
		"$node" "$time" $serial $serial "$1" "$2" "$3" "$4" "$5" "$6"
	printf 'node=%s type=PROCTITLE msg=audit(%d.%03d:%d): proctitle="modtrail"\n' "$node" "$time" $serial $serial
}
rule='rule=-a%20always,exit%20-F%20arch%3Db64%20-S%20delete_module%20-F%20key%3Dmodules where=/etc/audit/rules.d/50-modules.rules:3'

# What an act leaves: a call under a key, nothing ("no"), or a hole in the serials ("lost").
leave()
{
	case $1 in
	no) ;;
	lost) serial=$((serial + 1)) ;;
	*) call 176 no -2 "$2" "$3" "$1" ;;
	esac
}

# host, run, what is expected, what the acts leave
selftest()
{
	node=$1 run=$2
	mark begin 'lost=0 enabled=1 daemon=400 probes=2 keys=modules'
	mark claim "cell=delete_module.b64/daemon claimed=yes $3 $rule"
	mark claim "cell=delete_module.b64/root claimed=yes $3 $rule"
	mark claim "cell=finit_module.b64/daemon claimed=no expect=silent reason=syscall-not-listed"
	mark claim "cell=delete_module.b32/daemon claimed=no expect=inapplicable"
	mark probe 'n=1 cell=delete_module.b64/daemon pid=501 nonce=00c0ffee act=delete_module'
	leave "$4" 501 4294967295
	mark acted 'n=1 pid=501 result=2'
	mark probe 'n=2 cell=delete_module.b64/root pid=502 nonce=00c0ffef act=delete_module'
	leave "$4" 502 0
	mark acted 'n=2 pid=502 result=2'
	mark end 'lost=0 enabled=1 daemon=400 acted=2'
}

MODTRAIL_DB=missing.db run verify
selftest web1 0000000000000001 expect=recorded '"modules"' >web1.log
run -d t.db ingest --quiet web1.log
run -d t.db verify --accept-unsigned --max-age 9999w
run -d t.db verify --accept-unsigned --max-age 1h --host web1

# As rsyslog writes it on a collector.
sed '/PROCTITLE/!s/$/\x1dAUID="unset" UID="root"/' web1.log >enriched.log
sed 's/\x1d/#035/' enriched.log >rsyslog.log
run -d rsyslog.db ingest --quiet rsyslog.log
run -d rsyslog.db verify --accept-unsigned --max-age 9999w
run -d rsyslog.db report --selftest --key modules -o host,action,login,keys,outcome

time=$((time + 86400)) serial=0
selftest web2 0000000000000002 expect=recorded '"modules"' >web2.log
time=$((time + 86000)) serial=0 node=web2
log CONFIG_CHANGE 'auid=0 ses=1 subj=unconfined op=add_rule key="quiet" list=4 res=1' >>web2.log
selftest web2 0000000000000003 'expect=silent reason=shadowed detail=-a%20never,exit%20-F%20pid!%3D1%20@%20/etc/audit/rules.d/10-quiet.rules:1' no >>web2.log
run -d t.db ingest --quiet web2.log
run -d t.db verify --accept-unsigned --max-age 9999w
run -d t.db sql silent-since

node=web3
log CONFIG_CHANGE 'auid=0 ses=1 subj=unconfined op=add_rule key="modules" list=4 res=1' >web3.log
node=web4
log CONFIG_CHANGE 'auid=0 ses=1 subj=unconfined op=add_rule key="time" list=4 res=1' >web4.log
run -d t.db ingest --quiet web3.log web4.log
run -d t.db verify --accept-unsigned --max-age 9999w --host web3
run -d t.db verify --accept-unsigned --max-age 9999w --host web4
run -d t.db verify --accept-unsigned --max-age 9999w --metrics
run -d t.db verify --accept-unsigned --max-age 9999w --host web2 --json
run -d t.db verify --accept-unsigned --max-age 9999w --host web1 --key other
run -d t.db verify --accept-unsigned --max-age 9999w --host web1
run -d t.db verify --accept-unsigned --max-age 9999w --metrics=metrics.prom
run -d t.db verify --accept-unsigned --max-age soon

printf '%s\n' '-w /sbin/insmod -p x -k modules' >seed.rules
run -d t.db claim --host web4 --rules seed.rules
run -d t.db verify --accept-unsigned --max-age 9999w --host web4
run -d t.db claim --rules seed.rules
run -d t.db report -H web1 -o id,module,outcome,selftest --selftest
# What self-tests do is nobody's act unless it is asked for.
run -d t.db report -H web1 -o id,module,outcome,selftest
run -d t.db report -n 1 --csv -o id,host
run -d t.db sql loads-by-login
run -d t.db sql loads-by-login --selftest
run -d t.db sql keys --json
run -d t.db sql keys selftest=1
run -d t.db sql coverage-gaps host=web2
run -d t.db sql selftests

# What was lost since is told beside the verdicts.
node=web2 time=$((time + 100)) serial=70
log CONFIG_CHANGE 'auid=0 ses=1 subj=unconfined op=add_rule key="late" list=4 res=1' >late.log
run -d t.db ingest --quiet late.log
run -d t.db verify --accept-unsigned --max-age 9999w --host web2 | sed -n '/^note/p; /^=>/p'
run -d t.db report -H web2
run -d t.db sql losses

# Nothing proven is not OK: web6 can do none of it, and web7 was never tested.
serial=0 node=web6 run=0000000000000006
{
	mark begin 'lost=0 enabled=1 daemon=400 probes=0 keys=modules'
	mark claim 'cell=delete_module.b32/daemon claimed=no expect=inapplicable'
	mark end 'lost=0 enabled=1 daemon=400 acted=0'
} >web6.log
serial=0 node=web7
log CONFIG_CHANGE 'auid=0 ses=1 subj=unconfined op=add_rule key="time" list=4 res=1' >web7.log
run -d none.db ingest --quiet web6.log
run -d none.db verify --accept-unsigned --max-age 9999w
run -d none.db sql selftests
run -d none.db ingest --quiet web7.log
run -d none.db verify --accept-unsigned --max-age 9999w
run -d none.db ingest --quiet web1.log
run -d none.db verify --accept-unsigned --max-age 9999w
run -d none.db verify --accept-unsigned --max-age 9999w --host web1
run -d none.db verify --accept-unsigned --max-age 9999w --metrics | sed -n '/status/p; /^=>/p'
run -d none.db verify --accept-unsigned --max-age 9999w --json | grep -E '"(host|status)"|^=>'
run -d none.db verify --accept-unsigned --max-age 9999w --host nobody
run -d none.db sql -e "SELECT name, status FROM host WHERE name LIKE 'web%'"
: >empty.log
run -d empty.db ingest --quiet empty.log
run -d empty.db verify

# An act that may be among what was lost proves nothing.
serial=0
selftest web5 0000000000000005 expect=recorded lost >web5.log
run -d t.db ingest --quiet web5.log
run -d t.db verify --accept-unsigned --max-age 9999w --host web5

# A self-test of a part leaves the rest as it was, and that is told.
serial=0
selftest web8 0000000000000008 expect=recorded '"modules"' >web8.log
time=$((time + 3600)) run=0000000000000009
{
	mark begin 'lost=0 enabled=1 daemon=400 probes=1 keys=modules'
	mark claim "cell=delete_module.b64/daemon claimed=yes expect=recorded $rule"
	mark claim "cell=delete_module.b64/root claimed=yes expect=recorded $rule"
	mark probe 'n=1 cell=delete_module.b64/daemon pid=501 nonce=00c0ffee act=delete_module'
	mark acted 'n=1 pid=501 result=2'
	mark end 'lost=0 enabled=1 daemon=400 acted=1'
} >>web8.log
run -d part.db ingest --quiet web8.log
run -d part.db verify --accept-unsigned --max-age 9999w
run -d part.db sql -e 'SELECT actor, verdict, checked, selftest FROM coverage WHERE claimed ORDER BY actor'

# What somebody does under the name of a self-test is told as anybody's act.
mark probe 'n=7 cell=delete_module.b64/daemon pid=700 nonce=00c0ffee act=delete_module' >forged.log
call 176 yes 0 700 1000 '"modules"' >>forged.log
run -d part.db ingest --quiet forged.log
run -d part.db report -o action,outcome,pid,selftest

# What a host without verdicts lacks: an end of its self-test, anything in it, a judgement, or all.
# A run of long ago, by any clock, is not under way.
time=1000000000
for number in 1 2 3 4; do
	serial=$((number * 10)) node=bare$number run=000000000000000$number
	[ $number -lt 3 ] || time=$(date +%s)
	if [ $number -lt 4 ]; then
		mark begin 'lost=0 enabled=1 daemon=400 probes=0 keys=modules'
	else
		log CONFIG_CHANGE 'auid=0 ses=1 subj=unconfined op=add_rule key="time" list=4 res=1'
	fi
	[ $number -ne 2 ] || mark end 'lost=0 enabled=1 daemon=400 acted=0'
done >bare.log
run -d bare.db ingest --quiet bare.log
run -d bare.db verify --accept-unsigned --max-age 9999w | sed -E 's/began .*,/began TIME,/'
serial=0 time=1000000000
selftest bare5 0000000000000005 expect=recorded '"modules"' >bare5.log
run -d bare.db ingest --quiet bare5.log
run -d bare.db verify --accept-unsigned --max-age 9999w --host bare3 | sed -E 's/began .*,/began TIME,/'
run -d bare.db verify --accept-unsigned --max-age 9999w | sed -n '/^UNKNOWN/p; /^=>/p'
run -d bare.db verify --accept-unsigned --max-age 9999w --json | grep '"finished"'

# A run that was broken off leaves what the one before had proven.
time=1000003600 run=0000000000000006
mark begin 'lost=0 enabled=1 daemon=400 probes=2 keys=modules' >broken.log
run -d bare.db ingest --quiet broken.log
run -d bare.db verify --accept-unsigned --max-age 9999w --host bare5

# Of a self-test that did not arrive as a whole others may be missing than those that are proven.
serial=0 time=1000000000
selftest cut1 000000000000000a expect=recorded '"modules"' | sed 's/ probes=2/& claims=4/' >cut1.log
for lost in 'n=2 ' 'n=2 cell' 'n=2 pid' 'modtrail-claim.*/root' 'modtrail-end'; do
	grep -v -e "$lost" cut1.log >cut.log
	rm -f cut.db*
	run -d cut.db ingest --quiet cut.log
	run -d cut.db verify --accept-unsigned --max-age 9999w
	run -d cut.db sql -e 'SELECT h.status, s.status AS run, acts_missing, claims_missing FROM host AS h JOIN selftest AS s ON s.host = h.name'
done
grep -v -e 'n=2 ' -e modtrail-claim cut1.log >cut.log
rm -f cut.db*
run -d cut.db ingest --quiet cut.log
run -d cut.db verify --accept-unsigned --max-age 9999w
run -d cut.db verify --accept-unsigned --max-age 9999w --metrics | sed -n '/status/p; /^=>/p'
run -d cut.db verify --accept-unsigned --max-age 9999w --json | grep -E '"(status|acts_missing|claims_missing)"|^=>'
# Another one, of which all arrives, mends it.
serial=100 time=1000003600
selftest cut1 000000000000000b expect=recorded '"modules"' >whole.log
run -d cut.db ingest --quiet whole.log
run -d cut.db verify --accept-unsigned --max-age 9999w
# One that is broken off leaves it, and one that was not heard to its end does not.
serial=200 time=1000007200
selftest cut1 000000000000000c expect=recorded '"modules"' | grep -v -e 'n=2 ' -e modtrail-end >broken.log
run -d cut.db ingest --quiet broken.log
run -d cut.db verify --accept-unsigned --max-age 9999w
serial=300 time=1000010800
selftest cut1 000000000000000d expect=recorded '"modules"' | grep -v -e 'n=2 ' >half.log
run -d cut.db ingest --quiet half.log
run -d cut.db verify --accept-unsigned --max-age 9999w
