# Whose word a self-test is: a real host's, signed, and what others make of it.
# shellcheck shell=bash
: "${top:=}"
export MODTRAIL_DB=t.db MODTRAIL_KEY=etc/key
log=$top/testdata/capture/selftest-signed/log/audit.log
key=$(grep -o -m 1 ' by=[^ ]*' "$log" | cut -c 5-)
id=$(grep -o -m 1 ' run=[^ ]*' "$log" | cut -c 6-)
other=$(printf 'A%.0s' {1..43})

# The host's markers as a run of another name, an hour later, changed by sed.
forged() {
	grep 'op=modtrail-' "$log" | awk '{ match($0, /[(][0-9]+/); at = substr($0, RSTART + 1, RLENGTH - 1)
		print substr($0, 1, RSTART) at + 3600 substr($0, RSTART + RLENGTH) }' |
		sed -E "s/ run=[0-9a-f]*/ run=$1/; $2"
}

run ingest -q --host web1 "$log"
run verify --max-age 9999w
run sql selftests
run sql selftest-keys

# The same run once more, by whoever may write records: under another name, as it was by another
# process, and without signatures.
forged 00000000000000aa '' >changed.log
forged "$id" 's/: pid=/: pid=1/' >replayed.log
forged 00000000000000bb 's/ t=[0-9]* by=.* exe=/ exe=/' >unsigned.log
for forgery in changed replayed unsigned; do
	cp t.db "$forgery.db"
	run -d "$forgery.db" ingest -q --host web1 "$forgery.log"
	run -d "$forgery.db" verify --max-age 9999w --accept-unsigned | sed -n '1,2p; /^note: self/p; /^=>/p'
	run -d "$forgery.db" sql -e 'SELECT id, probes, status, signature FROM selftest ORDER BY started_ms'
done
run -d unsigned.db verify --max-age 9999w --json | sed -n '2,6p; /"signature"/,/}/p; /^=>/p'

# Nobody knows web2, so an unsigned run is all there is of it.
sed 's/ t=[0-9]* by=.* exe=/ exe=/' "$log" >web2.log
run -d none.db ingest -q --host web2 web2.log
run -d none.db verify --max-age 9999w
run -d none.db verify --max-age 9999w --accept-unsigned
run -d none.db verify --max-age 9999w --host web2 | grep '^note: this'
run -d none.db sql -e 'SELECT name, status, doubted FROM host'

# What web1 signed says nothing of web2, until somebody says that it does.
run ingest -q --host web2 "$log"
run verify --max-age 9999w --host web2 | sed -n '1,3p; /^note: self/p; /^=>/p'
run report --host web2 -n 1 -o host,module,action,selftest
run key --accept web2 "${key:0:12}"
run verify --max-age 9999w
run report --host web2 -n 1 -o host,module,action,selftest
run key --accept web2

# A key that was given, and another than the log's.
run -d given.db key --trust web1 "$other"
run -d given.db ingest -q --host web1 "$log"
run -d given.db verify --max-age 9999w | sed -n '1,3p; /^note: self/p; /^=>/p'
printf '%s\n' '# the fleet' '' "web1 $key" >keys
run -d given.db key --import keys
run -d given.db verify --max-age 9999w
printf '%s\n' "web1 $key" 'web3' >keys
run -d given.db key --import keys
printf '%s\n' "web1 $key more" >keys
run -d given.db key --import keys
run -d given.db key --import nosuch
run -d given.db sql selftest-keys --csv

# This host's own.
own='s/[A-Za-z0-9+\/]{43}/KEY/; s/(id   |key_id": ")[A-Za-z0-9+\/]{12}/\1ID/'
run key | sed -E "$own"
run key --json | sed -E "$own"
run key --replace | sed -E "$own"
chmod 644 etc/key
run key
run key --trust web1
run key --trust web1 short
run key --trust web1 "$key" "$key"
run key "$key"
run key --replace --accept web1
run key --json --accept web1
run -d nosuch.db key --accept web1
