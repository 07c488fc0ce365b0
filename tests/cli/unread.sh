# Files that cannot be read are told: at the end of a batch, at once while a log is followed, and as
# losses until they can.
# shellcheck shell=bash
: "${top:=}" "${modtrail:=}"
export MODTRAIL_DB=trail.db
log=$top/testdata/capture/r20-reboot/log/audit.log
losses() {
	run sql -e "SELECT kind, what, place, count FROM loss WHERE kind = 'rotation gap' ORDER BY place"
}
# What the follower says, once it says this.
await() {
	for _ in $(seq 300); do
		grep -q "$1" said 2> /dev/null && return
		sleep 0.1
	done
	echo "it did not say $1"
}
event() {
	printf 'type=KERN_MODULE msg=audit(1795456700.%03d:%d): name="m%d"\n' "$1" "$1" "$1"
}

mkdir set
gzip < "$log" > whole
head -c 900 whole > set/audit.log.2.gz
event 1 > set/audit.log.1.lz4
event 2 > set/audit.log.0.Z
event 3 > set/audit.log
run ingest -q --host lab set
losses
run ingest -q --host lab set
losses
mv whole set/audit.log.2.gz
rm set/audit.log.0.Z
mv set/audit.log.1.lz4 set/audit.log.1
run ingest -q --host lab set
losses
run ingest -q --host lab set/audit.log.1.zip

mkdir live
event 1 > live/audit.log
event 0 | bzip2 | head -c 30 > live/audit.log.3.bz2
"$modtrail" -d live.db ingest --follow --host lab live/audit.log > said 2>&1 &
reader=$!
await 'audit.log.3.bz2'
mv live/audit.log live/audit.log.1
mkdir live/audit.log
await 'it is a folder'
sqlite3 live.db "SELECT what, place FROM loss WHERE kind = 'rotation gap' ORDER BY place"
rmdir live/audit.log
event 2 > live/audit.log
for _ in $(seq 300); do
	[ "$(sqlite3 live.db 'SELECT count(*) FROM event')" = 2 ] && break
	sleep 0.1
done
kill -TERM $reader
wait $reader
echo "the reader ended with $?"
grep -v ': not confined: ' said
run -d live.db report -o host,module
run -d live.db sql -e "SELECT what, place FROM loss WHERE kind = 'rotation gap'"
