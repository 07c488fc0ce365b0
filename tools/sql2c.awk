# sql2c.awk - turn the .sql files into C: with -v part=h declarations, with -v part=c texts
#
# sql/statement/NAME.sql becomes sql_NAME of enum statement, with its text in
# sql_text[] and the number that SQLite gives each of its parameters as
# sql_NAME_PARAMETER. Where a comment of the file says "parameters: as OTHER.sql",
# both must have the same ones in the same order.
#
# sql_migrations[] has sql/migration/ in the order of the numbers there,
# sql_views[] sql/view/, and sql_queries[] sql/query/, each with the comment at
# its top as what it answers. `make lint` looks for statements nobody uses.

function symbol(name) {
	gsub(/[^A-Za-z0-9_]/, "_", name)
	return "sql_" name
}

# SQLite counts parameters from 1, in the order in which they come first.
function find_parameters(line,   word) {
	gsub(/'[^']*'/, "", line)
	sub(/--.*/, "", line)
	while (match(line, /:[a-z_][a-z_0-9]*/)) {
		word = substr(line, RSTART + 1, RLENGTH - 1)
		line = substr(line, RSTART + RLENGTH)
		if (index(parameters[name] " ", " " word " ") == 0)
			parameters[name] = parameters[name] " " word
	}
}

FNR == 1 {
	name = kind = FILENAME
	gsub(/^.*\/|\.sql$/, "", name)
	sub(/\/[^\/]*$/, "", kind)
	sub(/^.*\//, "", kind)
	names[kind, ++count[kind]] = name
	top = kind == "query"
}

kind == "statement" {
	find_parameters($0)
	if (match($0, /^-- parameters: as [a-z-]+/))
		as[name] = substr($0, 19, RLENGTH - 18)
}

top && /^-- / {
	answer[name] = answer[name] (answer[name] == "" ? "" : " ") substr($0, 4)
}

!/^-- / {
	top = 0
}

{
	gsub(/[\\"]/, "\\\\&")
	text[kind, name] = text[kind, name] "\n\t\t\"" $0 "\\n\""
}

function declare(   i, k, n, words) {
	print "#ifndef MODTRAIL_SQL_H\n#define MODTRAIL_SQL_H\n\nenum statement {"
	for (i = 1; i <= count["statement"]; i++)
		print "\t" symbol(names["statement", i]) ","
	print "\tSTATEMENT_COUNT\n};"
	print "extern const char *const sql_text[STATEMENT_COUNT];"
	for (i = 1; i <= count["statement"]; i++) {
		n = split(parameters[names["statement", i]], words, " ")
		for (k = 1; k <= n; k++)
			print (k == 1 ? "\nenum {\n" : "") "\t" symbol(names["statement", i]) "_" words[k] " = " k ","
		if (n > 0)
			print "};"
	}
	print "\n/* Oldest first: the N-th leads from version N-1 to N. */"
	print "extern const char *const sql_migrations[" count["migration"] "];"
	print "\n/* In no order: SQLite looks at what a view names when it is asked. */"
	print "extern const char *const sql_views[" count["view"] "];"
	print "\nextern const struct sql_query { const char *name, *answers, *sql; } sql_queries[" count["query"] "];"
	print "\n#endif"
}

function list(kind,   i) {
	print "\nconst char *const sql_" kind "s[] = {"
	for (i = 1; i <= count[kind]; i++)
		print text[kind, names[kind, i]] ","
	print "};"
}

function define(   i, n) {
	print "#include \"sql.h\"\n\nconst char *const sql_text[STATEMENT_COUNT] = {"
	for (i = 1; i <= count["statement"]; i++) {
		n = names["statement", i]
		print "\t[" symbol(n) "] =" text["statement", n] ","
	}
	print "};"
	list("migration")
	list("view")
	print "\nconst struct sql_query sql_queries[] = {"
	for (i = 1; i <= count["query"]; i++) {
		n = names["query", i]
		gsub(/[\\"]/, "\\\\&", answer[n])
		print "\t{ \"" n "\", \"" answer[n] "\"," text["query", n] " },"
	}
	print "};"
}

END {
	for (n in as)
		if (parameters[n] != parameters[as[n]]) {
			print n ".sql: other parameters than " as[n] ".sql" > "/dev/stderr"
			exit 1
		}
	if (part == "h")
		declare()
	else
		define()
}
