# Named queries and statements of one's own: what they list, and what they refuse.
# shellcheck shell=bash
: "${top:=}"
export MODTRAIL_DB=trail.db
run ingest -q --host lab "$top/testdata/capture/r20-reboot/log"
run sql hosts
run sql module-history
run sql module-history module=dummy nonsense=1
run sql module-history module
run sql hosts since=1
run sql -e 'SELECT host, count(*) AS events FROM activity GROUP BY host'
run sql --json -e "SELECT 'a' AS text, 1 AS number, NULL AS none"
run sql -e 'SELEC'
run sql -e ''
run sql -e 'SELECT 1' hosts

run claim
run claim --host lab
run claim --host lab --rules nosuch.rules
printf -- '-a always,exit -F arch=b64 -S finit_module,nosuch -k modules\n' > refused.rules
run claim --host lab --rules refused.rules --machine x86_64
run claim --host lab --rules refused.rules --machine pdp11
run claim --host lab --rules refused.rules more

# What verify has not judged yet is in no verdict, and that is told.
run -d judged.db ingest -q "$top/testdata/capture/selftest-modern/log"
run -d judged.db sql coverage-gaps
run -d judged.db sql silent-since
run -d judged.db sql --csv selftests
run -d judged.db sql --csv -e 'SELECT count(*) AS cells FROM coverage'
run -d judged.db sql hosts
run -d judged.db verify --accept-unsigned --max-age 9999w
run -d judged.db sql coverage-gaps
