# What the trail holds, for people and for programs; queries with and without parameters.
export MODTRAIL_DB=trail.db
cp -r "$top/testdata/capture/r17-rotate/log" audit
run ingest --host web1 audit
times='s/20[0-9]{2}(-[0-9]{2}){2}[ T][0-9:.]{8,12}Z?/TIME/g; s/(size"?:? +)[0-9]+/\1SIZE/; s/(schema"?:? +)[0-9]+/\1N/'
run status | sed -E "$times"
run status --json | sed -E "$times"
run sql hosts --json
run sql --names
run sql module-history module=psnap --csv | head -n 4
run sql -e "SELECT 1.5 AS a, 9e999 AS b, x'ff00' AS c, NULL AS d, -3 AS e" --json
run sql -e 'SELECT module, count(*) AS n FROM activity GROUP BY module'
run report -n 2 -r -o +error,keys,flags
run report -n 2 --json
run report -o id,module -m 'psn*' -n 2 --csv
