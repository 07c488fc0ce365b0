# Lines that are no records are counted, with the place of the first; the rest is kept.
export MODTRAIL_DB=trail.db
{
	head -n 18 "$top/testdata/capture/r20-reboot/log/audit.log"
	echo 'this is no record'
	printf 'type=SYSCALL msg=audit(xxx): arch=c000003e\n'
	printf 'type=SYSCALL msg=audit(1795456611.000:99): a\0b\n'
	head -c 300000 /dev/zero | tr '\0' x
	echo
	tail -n +19 "$top/testdata/capture/r20-reboot/log/audit.log" | head -n 20
	printf 'type=SYSCALL msg=audit(1795456699.000:9): arch=c0000'
} > audit.log
run ingest --host lab audit.log
run ingest --host lab audit.log
run report -o time,host,action,module,outcome
# The times of reading are today's.
run status | sed -E 's/20[0-9]{2}(-[0-9]{2}){2} [0-9:]{8}/TIME/g; s/^(size +)[0-9]+/\1SIZE/; s/(schema )[0-9]+/\1N/'
printf '03e syscall=176 success=yes exit=0 pid=7 comm="x" exe="/x" key=(null)\n' >> audit.log
run ingest --host lab audit.log
run report -o time,host,action,module,outcome,comm
# What is wrong before the first record shows up is told like the rest.
mkdir set
printf 'this is no record\nnor this\n' > set/audit.log.1
cp "$top/testdata/capture/r20-reboot/log/audit.log" set/audit.log
run -d set.db ingest --host lab set
run -d set.db sql -e 'SELECT host, kind, what, place, count FROM loss'
{
	head -n 18 "$top/testdata/capture/r20-reboot/log/audit.log"
	head -c 300000 /dev/zero | tr '\0' x
	echo
} > long.log
run -d long.db ingest --host lab long.log
