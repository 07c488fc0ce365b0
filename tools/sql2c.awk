# sql2c.awk - turn each NAME.sql into a C string sql_NAME
#
# A file in sql/migration/ also joins sql_migrations[], in the order of its
# number, and one in sql/view/ sql_views[]. A file in sql/query/ also joins
# sql_queries[], with the comment at its top as what it answers. `make lint`
# looks for statements nobody uses.

function flush_file() {
	if (name != "")
		print "\t;"
}

FNR == 1 {
	flush_file()
	name = FILENAME
	gsub(/^.*\/|\.sql$/, "", name)
	kind = FILENAME
	sub(/\/[^\/]*$/, "", kind)
	sub(/^.*\//, "", kind)
	c = name
	gsub(/[^A-Za-z0-9_]/, "_", c)
	symbol[name] = "sql_" (kind == "statement" ? "" : kind "_") c
	if (kind == "migration")
		migration[++migrations] = name
	if (kind == "view")
		view[++views] = name
	if (kind == "query") {
		query[++queries] = name
		answer[queries] = ""
		top = 1
	}
	printf "\nstatic const char %s[] __attribute__((unused)) =\n", symbol[name]
}

kind == "query" && top {
	if ($0 ~ /^-- /)
		answer[queries] = answer[queries] (answer[queries] == "" ? "" : " ") substr($0, 4)
	else
		top = 0
}

{
	gsub(/[\\"]/, "\\\\&")
	printf "\t\"%s\\n\"\n", $0
}

END {
	flush_file()
	print "\n/* Oldest first: the N-th leads from version N-1 to N. */"
	print "static const char *const sql_migrations[] __attribute__((unused)) = {"
	for (i = 1; i <= migrations; i++)
		printf "\t%s,\n", symbol[migration[i]]
	print "};"
	print "\n/* In no order: SQLite looks at what a view names when it is asked. */"
	print "static const char *const sql_views[] __attribute__((unused)) = {"
	for (i = 1; i <= views; i++)
		printf "\t%s,\n", symbol[view[i]]
	print "};"
	print "\nstatic const struct { const char *name, *answers, *sql; } sql_queries[] __attribute__((unused)) = {"
	for (i = 1; i <= queries; i++) {
		gsub(/[\\"]/, "\\\\&", answer[i])
		printf "\t{ \"%s\", \"%s\", %s },\n", query[i], answer[i], symbol[query[i]]
	}
	print "};"
}
