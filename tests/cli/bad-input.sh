# Sources that are none: one line each, status 1, and no half-written trail.
export MODTRAIL_DB=trail.db
run ingest nosuch.log
mkdir empty-folder
run ingest empty-folder
: > empty.log
run ingest empty.log
printf 'root:x:0:0:root:/root:/bin/bash\n' > passwd
run ingest passwd
head -c 300 /bin/sh > binary.log
run ingest binary.log
mkfifo pipe
run ingest pipe

# One good source among bad ones is read all the same.
run ingest --host lab nosuch.log "$top/testdata/capture/r20-reboot/log"
run report

# A trail that is none.
run -d nosuch.db report
run -d passwd report
run -d passwd ingest "$top/testdata/capture/r20-reboot/log"
mkdir folder.db
run -d folder.db report
ln -s trail.db link.db
run -d link.db report
sqlite3 other.db 'CREATE TABLE t (x); INSERT INTO t VALUES (1);'
run -d other.db report
run -d other.db ingest "$top/testdata/capture/r20-reboot/log"
cp trail.db newer.db
sqlite3 newer.db 'PRAGMA user_version = 9999;'
run -d newer.db report | sed -E 's/(up to )[0-9]+/\1N/'
run -d nowhere/deeper/trail.db ingest "$top/testdata/capture/r20-reboot/log"

# A trail that cannot grow: nothing is in it, and nobody says otherwise. (-q: how far reading got
# meanwhile differs from run to run.)
run -d small.db ingest -q empty.log
ulimit -S -f 150
run -d small.db ingest -q "$top/testdata/capture/r17-rotate/log"
run -d small.db report
ulimit -S -f unlimited
ulimit -S -f 20
run -d trail.db claim --host lab --rules "$top/testdata/rules/r01-seed.rules"
run -d trail.db prune --before 1d --vacuum
ulimit -S -f unlimited
