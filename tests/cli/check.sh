# A trail is held against its own records, and against digests that its log vouches for.
# shellcheck shell=bash
export MODTRAIL_DB=trail.db
cp -r "$top/testdata/capture/selftest-modern/log" audit
run ingest --quiet --host web1 audit
run check
run verify --max-age 9999w >/dev/null
run check

cp trail.db whole.db
edited() # SQL, of rows that somebody edits
{
	cp whole.db trail.db
	sqlite3 trail.db "PRAGMA foreign_keys = ON; $1"
	run check
}
edited "UPDATE event SET module = char(27) || '[31mevil', success = 0 WHERE id = (SELECT min(id) FROM event WHERE kind = 1)"
edited "UPDATE event SET login = 'mallory' WHERE kind = 1 AND auid = 4294967295 AND id < 60"
edited "DELETE FROM record WHERE event_id = (SELECT max(id) FROM event WHERE kind = 1)"
edited "UPDATE record SET raw = CAST(replace(CAST(raw AS TEXT), 'exit=0', 'exit=-2') AS BLOB)
	WHERE event_id = (SELECT min(id) FROM event WHERE kind = 1)"
edited "DELETE FROM event WHERE id IN (SELECT id FROM event WHERE kind = 3 LIMIT 2)"
edited "UPDATE link SET calls = calls + 1 WHERE event_id = (SELECT run_id FROM link WHERE run_id IS NOT NULL LIMIT 1)"
edited "UPDATE cell SET verdict = 1, reason = 9 WHERE mechanism = 6 AND actor = 1"
edited "UPDATE serial_run SET skipped = 3, skipped_ms = from_ms; DELETE FROM cell_change WHERE mechanism = 6"
edited "DROP VIEW rule_change; CREATE VIEW rule_change AS SELECT 'nothing' AS op"
run check --json

# The log vouches for the day, and what is read later is told apart from what is gone.
cp whole.db trail.db
run check --digest
run check --digest --json --host web1
run check --vouch --day 2026-11-24 --dry-run
mark=$("$modtrail" check --vouch --day 2026-11-24 --dry-run)
printf "type=TRUSTED_APP msg=audit(1795575900.000:900): pid=900 uid=%d auid=4294967295 ses=4294967295 msg='%s exe=\"/usr/sbin/modtrail\" hostname=? addr=? terminal=? res=success'\n" \
	1000 "${mark/events=139/events=999}" 0 "${mark% host=*}" |
	sed '2s/:900)/:901)/' >vouched.log
run ingest --quiet --host web1 vouched.log
run verify --max-age 9999w --host web1 >/dev/null
run check
cp trail.db vouched.db
sed 's/:\([0-9]*\))/:9\1)/' audit/audit.log | grep -a type=CONFIG_CHANGE | head -n 1 >late.log
run ingest --quiet --host web1 late.log
run verify --max-age 9999w --host web1 >/dev/null
run check
cp vouched.db trail.db
sqlite3 trail.db "PRAGMA foreign_keys = ON; DELETE FROM event WHERE id = (SELECT max(id) FROM event WHERE kind = 1)"
run check
cp vouched.db trail.db
run prune --before 2026-11-25 >/dev/null
run check

run check --day 2026-11-24
run check --vouch --day 2999-01-01
run check --digest --day yesterday
run check --vouch --digest
run check --dry-run
run check somewhere
MODTRAIL_DB=missing.db run check
