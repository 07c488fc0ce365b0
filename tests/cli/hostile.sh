# Names with escapes, quotes, newlines, formulas and broken UTF-8 reach no output as they are.
export MODTRAIL_DB=trail.db
run ingest --host "$(printf '=cmd\033[31m')" "$top/testdata/capture/r03-modern/log"
hostile="SELECT host, module, command FROM activity WHERE command GLOB '*odd dir*' OR module GLOB '*[^a-z_]*'"
run sql -e "$hostile"
run sql --csv -e "$hostile"
run sql --json -e "$hostile"
run report --host '=cmd*' --tool insmod -n 3
if "$modtrail" report --json | python3 -m json.tool >/dev/null; then echo "JSON is valid"; fi
if LC_ALL=C grep -aqP '[\x00-\x08\x0b-\x1f\x7f]' <("$modtrail" report); then
	echo "control bytes in a report"
else
	echo "no control bytes"
fi
