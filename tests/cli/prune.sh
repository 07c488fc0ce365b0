# What is old goes, is not taken again, and does not take verdicts or joins with it.
masks='s/20[0-9]{2}(-[0-9]{2}){2} [0-9:]{8}/TIME/g; s/^(size +)[0-9]+/\1SIZE/; s/(schema )[0-9]+/\1N/'
export MODTRAIL_DB=trail.db
cp -r "$top/testdata/capture/r03-modern/log" audit
run prune --before 1d
run ingest --host web1 audit
run report -n 3 -o time,action,module,command
run prune --before '2026-11-23 17:51:24' --dry-run
run status | sed -E "$masks"
run prune --before '2026-11-23 17:51:24' | sed -E 's/^[0-9]+ (bytes)/FREE \1/'
run prune --before '2026-11-23 17:51:24' --json | sed -E 's/("free": )[0-9]+/\1FREE/'
run report -o time,action,module,command -n 3
run status | sed -E "$masks"
run ingest --host web1 - <audit/audit.log
run prune --before '2026-11-23 17:51:40' --vacuum
run prune --before '2026-11-23 17:51:32' --vacuum
run prune --before 1d --dry-run
run report
run prune
run prune --before soon
run prune --before 2999-01-01
run prune --before 1d 2d
run prune --before 1d -n --vacuum
run prune --nosuch
