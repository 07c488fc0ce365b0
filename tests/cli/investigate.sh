# From real logs to an investigator's answers.
export MODTRAIL_DB=trail.db
logs=$top/testdata/capture
run ingest --host web1 "$logs/r03-modern/log" --host db1 "$logs/r15-enriched/log" "$logs/r15b-node/log"
run report --host db1 --limit 8
run report --host web1 --outcome failure -o time,action,module,error,syscall,abi,comm
run report --origin autoload -o host,module,tool,command,login
run report --tool insmod --host web1 -o time,module,command
run report --module 'xfrm*' --json -o host,action,module,origin
run report --action attempt --host web1 -o time,tool,module,command
run report --login alice --csv -o time,host,action,module -n 3
run report --since '2026-11-23 17:52' --until '2026-11-23 17:53' -o host,module -n 3
run report --host nosuch
run report --list-columns
run sql
run sql autoloads --csv
run sql -e 'SELECT count(*) AS n FROM activity WHERE host = '"'web1'"
run sql -e 'DELETE FROM event'
run sql -e 'SELECT 1; SELECT 2'
# A modprobe with a dependency, an autoload, an attempt.
run show 20
run show 50
run show 22 --json
run show 1
run show 999999
