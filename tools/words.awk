# words.awk - the rows of src/model/words.def for the trail and for the manual
#
#   awk -v want=words         -f tools/words.awk src/model/words.def   fills the table `word`
#   awk -v want=words-missing -f tools/words.awk src/model/words.def   does it lack any?
#   awk -f tools/words.awk src/model/words.def TEMPLATE       the manual: fills @VERDICTS@, @REASONS@

# The arguments of a row into arg[1] ..., quotes taken off.
function take_arguments(rest, n) {
	split("", arg)
	for (n = 1; match(rest, /^"[^"]*"|^[A-Z0-9_]+/); n++) {
		arg[n] = substr(rest, 1, RLENGTH)
		gsub(/"/, "", arg[n])
		rest = substr(rest, RLENGTH + 1)
		sub(/^, */, "", rest)
	}
}

function quoted(text) {
	gsub(/'/, "''", text)
	return "'" text "'"
}

# A minus sign that mandoc does not turn into a hyphen.
function roff(text) {
	gsub(/-/, "\\-", text)
	return text
}

function print_items(kind, i) {
	for (i = 0; i < rows[kind]; i++)
		if (word[kind, i] != "")
			printf ".It Li %s\n%s\n", word[kind, i], text[kind, i]
}

FNR == NR && /^[A-Z]+\(/ {
	kind = tolower(substr($0, 1, index($0, "(") - 1))
	take_arguments(substr($0, index($0, "(") + 1))
	number = rows[kind]++
	id[kind, arg[1]] = number
	word[kind, number] = arg[2]
	if (kind != "problem")		# is in no trail
		order[++all] = kind SUBSEP number
	if (kind == "verdict") {
		severity[kind, number] = id["status", arg[3]]
		text[kind, number] = roff(arg[4])
	}
	if (kind == "reason")
		text[kind, number] = roff(arg[4]) ".\n" roff(arg[5])
}

FNR != NR && /@VERDICTS@/ { print_items("verdict"); next }
FNR != NR && /@REASONS@/ { print_items("reason"); next }
FNR != NR { print }

END {
	for (i = 1; i <= all; i++) {
		split(order[i], at, SUBSEP)
		if (word[at[1], at[2]] == "")
			continue
		values = values (count++ ? ",\n" : "") "\t(" quoted(at[1]) ", " at[2] ", " \
			quoted(word[at[1], at[2]]) ", " \
			((at[1], at[2]) in severity ? severity[at[1], at[2]] : "NULL") ")"
	}
	if (want == "words")
		print "INSERT OR REPLACE INTO word (kind, number, word, severity) VALUES\n" values ";"
	if (want == "words-missing")
		print "SELECT count(*) < " count " AS missing FROM word;"
}
