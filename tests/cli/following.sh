# A reader that follows is ended by SIGTERM: what it read is in the trail, its
# exit status is 0, and the next reader goes on behind it.
# shellcheck shell=bash
: "${top:=}" "${modtrail:=}"
export MODTRAIL_DB=trail.db

cat "$top"/testdata/capture/r20-reboot/log/* > audit.log
"$modtrail" ingest --follow --host lab audit.log > said 2>&1 &
reader=$!
for _ in $(seq 300); do
	[ "$(sqlite3 trail.db 'SELECT count(*) FROM event' 2> /dev/null || echo 0)" -gt 0 ] && break
	sleep 0.1
done
kill -TERM $reader
wait $reader
echo "the reader ended with $?"
grep -v ': not confined: ' said
run report --limit 3
run ingest --host lab audit.log

# What is no log ends it, also without a word; a log that is not there yet is awaited, in words.
# In a log that is known a damaged line is one.
follow() {
	timeout "$@" 2> said
	echo "=> $?"
	grep -v ': not confined: ' said
}
printf 'no\nrecord\n' > noise.log
follow 60 "$modtrail" ingest -f -q noise.log
follow 2 "$modtrail" ingest -f -q later.log
echo no record >> audit.log
follow 2 "$modtrail" ingest -f -q --host lab audit.log

# Keys, hosts and sources in any order of options.
run ingest -q --no-sieve -k modules -k other --host lab audit.log
run ingest -k "$(printf '%0256d' 0)" audit.log
eval run ingest "$(printf -- '-k k%d ' $(seq 33))" audit.log
run ingest --host '' audit.log
run ingest --host lab -- audit.log
