#!/bin/bash
# cli.sh MODTRAIL [CASE...] - runs whole commands and compares what they print
# and how they end with testdata/golden/CASE. GOLDEN=write rewrites the golden
# files: then `git diff testdata/golden` is the judgement. Prints TAP.
#
# A case is tests/cli/CASE.sh: it calls `run ARGUMENT...` for each command, in
# an empty folder with $top as the project's; "..." in a golden line stands for
# anything. What a kernel lacks to confine ingest is the kernel's, and left out.
set -u
export LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1 COLUMNS=120
unset MODTRAIL_DB
modtrail=$(realpath "$1")
shift
top=$(pwd)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/modtrail-cli-XXXXXX")
trap 'rm -rf "$tmp"' EXIT

# Prints the command, its output (stdout, then stderr behind "! ") and its exit status.
# shellcheck disable=SC2317 # the cases call it
run() {
	local status
	printf '$ modtrail'
	printf ' %s' "$@" | sed "s|$top|.|g"
	printf '\n'
	"$modtrail" "$@" >"$tmp/out" 2>"$tmp/err"
	status=$?
	cat "$tmp/out"
	sed -e '/: not confined: /d' -e 's/^/! /' "$tmp/err"
	printf '=> %d\n\n' "$status"
} 

# Does a text match a golden one line by line, where "..." stands for anything?
matches() {
	python3 - "$1" "$2" <<-'PYTHON'
	import re, sys
	golden, got = (open(p, encoding="utf-8", errors="surrogateescape").read().splitlines() for p in sys.argv[1:3])
	for i in range(max(len(golden), len(got))):
	    want, have = (x[i] if i < len(x) else None for x in (golden, got))
	    if want is None or have is None or not re.fullmatch(re.escape(want).replace(r"\.\.\.", ".*"), have):
	        print(f"# line {i + 1}\n# expected: {want!a}\n# found:    {have!a}")
	        sys.exit(1)
	PYTHON
}

cases=("$@")
[ ${#cases[@]} -gt 0 ] || mapfile -t cases < <(cd tests/cli && printf '%s\n' *.sh | sed 's/\.sh$//')
echo "1..${#cases[@]}"
number=0
failed=0
for case in "${cases[@]}"; do
	number=$((number + 1))
	mkdir -p "$tmp/work"
	(
		cd "$tmp/work" || exit 1
		# shellcheck source=/dev/null
		. "$top/tests/cli/$case.sh"
	) >"$tmp/got" 2>&1
	sed -i -e "s|$tmp/work/||g" -e "s|$top|.|g" "$tmp/got"
	if [ "${GOLDEN:-}" = write ]; then
		cp "$tmp/got" "testdata/golden/$case"
	fi
	if difference=$(matches "testdata/golden/$case" "$tmp/got" 2>&1); then
		echo "ok $number - $case"
	else
		echo "not ok $number - $case"
		echo "$difference"
		failed=1
	fi
	rm -rf "$tmp/work"
done
exit $failed
