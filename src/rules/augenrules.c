/*
 * A folder of rule files, merged as augenrules does: files named *.rules in
 * the order of "ls -v"; of -D, -b, -f and -e lines only the last each, the
 * first three in front and -e behind everything else.
 *
 * augenrules tells those lines by a regular expression with \s, which mawk
 * (Debian's awk) does not know: a line with a blank in front of its option
 * stays where it is there, and is moved by gawk.
 */
#include "rules/private.h"

#include "base/error_access.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Signs sort as in Debian's version numbers: '~', the end, digits, letters, all else. */
static int rank(const char *s, const char *end)
{
	if (s == end)
		return -1;
	if (isdigit((unsigned char)*s))
		return 0;
	if (isalpha((unsigned char)*s))
		return (unsigned char)*s;
	return *s == '~' ? -2 : (unsigned char)*s + 256;
}

/* The end of the name without its extensions: they decide only where the rest is equal. */
static const char *stem_end(const char *name)
{
	const char *end = name;

	for (const char *p = name; *p != '\0';) {
		end = ++p;
		while (p[0] == '.' && (isalpha((unsigned char)p[1]) || p[1] == '~'))
			for (p += 2; isalnum((unsigned char)*p) || *p == '~'; p++)
				;
	}
	return end;
}

static int compare_numbers(const char **a, const char *a_end, const char **b, const char *b_end)
{
	int first = 0;

	while (*a < a_end && **a == '0')
		(*a)++;
	while (*b < b_end && **b == '0')
		(*b)++;
	while (*a < a_end && *b < b_end && isdigit((unsigned char)**a) &&
	       isdigit((unsigned char)**b)) {
		if (first == 0)
			first = **a - **b;
		(*a)++;
		(*b)++;
	}
	if (*a < a_end && isdigit((unsigned char)**a))
		return 1;
	if (*b < b_end && isdigit((unsigned char)**b))
		return -1;
	return first;
}

static int compare_versions(const char *a, const char *a_end, const char *b, const char *b_end)
{
	while (a < a_end || b < b_end) {
		int order;

		while ((a < a_end && !isdigit((unsigned char)*a)) ||
		       (b < b_end && !isdigit((unsigned char)*b))) {
			if ((order = rank(a, a_end) - rank(b, b_end)) != 0)
				return order;
			a += a < a_end;
			b += b < b_end;
		}
		if ((order = compare_numbers(&a, a_end, &b, b_end)) != 0)
			return order;
	}
	return 0;
}

int natural_order(const char *a, const char *b)
{
	int order = compare_versions(a, stem_end(a), b, stem_end(b));

	if (order == 0)
		order = compare_versions(a, a + strlen(a), b, b + strlen(b));
	return order != 0 ? order : strcmp(a, b);
}

static int by_natural_order(const void *a, const void *b)
{
	return natural_order(*(char *const *)a, *(char *const *)b);
}

static bool is_rule_file(const struct dirent *d)
{
	return d->d_name[0] != '.' && fnmatch("*.rules", d->d_name, 0) == 0;
}

struct names {
	char *name[RULES_FILES_MAX];
	size_t count;
};

static void names_release(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->name[i]);
}

static void closedirp(DIR **dir)
{
	if (*dir != NULL)
		closedir(*dir);
}

static int read_names(struct names *n, const char *folder, struct error *err)
{
	AUTO(closedirp) DIR *dir = opendir(folder);
	const struct dirent *d;

	if (dir == NULL)
		return error_access(err, ERR_INPUT, "read", folder, errno);
	while ((d = readdir(dir)) != NULL) {
		if (!is_rule_file(d))
			continue;
		if (n->count == RULES_FILES_MAX)
			return error_set(err, ERR_INPUT, "folder '%s' has more than %d files of rules: name the "
					 "folder that augenrules reads, or files of it", folder,
					 RULES_FILES_MAX);
		if ((n->name[n->count] = strdup(d->d_name)) == NULL)
			return error_set(err, ERR_NOMEM, "out of memory");
		n->count++;
	}
	qsort(n->name, n->count, sizeof(n->name[0]), by_natural_order);
	return 0;
}

/* All lines of the files, in order, as "cat" strings them together. */
static int read_all(struct rule_lines *all, struct ruleset *s, const char *folder,
		    const struct names *names, struct error *err)
{
	bool open_end = false;	/* the last file's last line has no newline */
	size_t bytes = 0;

	for (size_t i = 0; i < names->count; i++) {
		AUTO(freep) char *path = NULL, *text = NULL;
		size_t len = 0, first = all->count;
		const char *file;
		int rc;

		if (asprintf(&path, "%s/%s", folder, names->name[i]) < 0) {
			path = NULL;
			return error_set(err, ERR_NOMEM, "out of memory");
		}
		if ((file = ruleset_file(s, path)) == NULL)
			return error_set(err, ERR_NOMEM, "out of memory");
		/* augenrules loops over words */
		if (strpbrk(names->name[i], " \t\n") != NULL) {
			struct rule_line at = { .file = file };

			if (!ruleset_problem(s, PROBLEM_WARNING, &at, "augenrules cannot read a "
					     "file with a blank in its name"))
				return error_set(err, ERR_NOMEM, "out of memory");
			continue;
		}
		if ((rc = rules_read_file(&text, &len, path, err)) < 0)
			return rc;
		if (!rule_lines_split(all, file, (struct bytes){ text, len }))
			return error_set(err, ERR_NOMEM, "out of memory");
		if ((bytes += len) > RULES_BYTES_MAX || all->count > RULES_LINES_MAX)
			return rules_too_long(folder, err);
		if (open_end && first > 0 && all->count > first) {
			struct rule_line *left = &all->line[first - 1], *right = &all->line[first];
			char *joined = NULL;

			if (asprintf(&joined, "%s%s", left->text, right->text) < 0)
				return error_set(err, ERR_NOMEM, "out of memory");
			rule_lines_drop(left);
			left->text = joined;
			rule_lines_drop(right);
			right->text = strdup("");
			if (right->text == NULL || !ruleset_problem(s, PROBLEM_WARNING, left,
					"the file does not end with a newline: augenrules joins "
					"this line with the next file's first"))
				return error_set(err, ERR_NOMEM, "out of memory");
		}
		if (len > 0)
			open_end = text[len - 1] != '\n';
	}
	return 0;
}

enum slot { SLOT_DELETE, SLOT_BACKLOG, SLOT_FAILURE, SLOT_ENABLE, SLOT_COUNT, SLOT_REST };

static enum slot slot_of(const char *text)
{
	if (strcmp(text, "-D") == 0)
		return SLOT_DELETE;
	if (strncmp(text, "-b", 2) == 0)
		return SLOT_BACKLOG;
	if (strncmp(text, "-f", 2) == 0)
		return SLOT_FAILURE;
	return strncmp(text, "-e", 2) == 0 ? SLOT_ENABLE : SLOT_REST;
}

/* A line that one awk moves and another leaves. */
static bool is_ambiguous(const char *text)
{
	const char *option = text + strspn(text, " \t\r");
	size_t len = strcspn(option, " \t\r");

	if (option == text)
		return strncmp(text, "-D", 2) == 0 && text[2] != '\0' &&
		       text[2 + strspn(text + 2, " \t\r")] == '\0';
	return slot_of(option) != SLOT_REST || (len == 2 && strncmp(option, "-D", 2) == 0);
}

static bool move_line(struct rule_lines *to, struct rule_line *from)
{
	char *text = from->text;

	from->text = NULL;
	return rule_lines_add(to, from->file, from->line, text);
}

int rule_lines_merge(struct rule_lines *out, struct ruleset *s, const char *folder,
		     struct error *err)
{
	AUTO(rule_lines_release) struct rule_lines all = { 0 };
	AUTO(names_release) struct names names = { .count = 0 };
	struct rule_line *last[SLOT_COUNT] = { NULL };
	bool good = true;
	int rc;

	if ((rc = read_names(&names, folder, err)) < 0 ||
	    (rc = read_all(&all, s, folder, &names, err)) < 0)
		return rc;

	for (size_t i = 0; i < all.count; i++) {
		enum slot slot = slot_of(all.line[i].text);

		if (slot != SLOT_REST)
			last[slot] = &all.line[i];
		else if (is_ambiguous(all.line[i].text))
			good = good && ruleset_problem(s, PROBLEM_WARNING, &all.line[i], "a blank "
				"before or behind this option: whether augenrules moves the line "
				"depends on the awk it runs");
	}
	for (int p = SLOT_DELETE; p <= SLOT_FAILURE; p++)
		good = good && (last[p] == NULL || move_line(out, last[p]));
	for (size_t i = 0; i < all.count; i++)
		if (all.line[i].text != NULL && slot_of(all.line[i].text) == SLOT_REST)
			good = good && move_line(out, &all.line[i]);
	good = good && (last[SLOT_ENABLE] == NULL || move_line(out, last[SLOT_ENABLE]));
	return good ? 0 : error_set(err, ERR_NOMEM, "out of memory");
}

/* The first line that augenrules writes. */
static bool is_made_by_augenrules(const char *file)
{
	static const char head[] = "## This file is automatically generated from ";
	AUTO(freep) char *text = NULL;
	size_t len;

	return rules_read_file(&text, &len, file, NULL) == 0 && len >= sizeof(head) - 1 &&
	       memcmp(text, head, sizeof(head) - 1) == 0;
}

static bool has_rule(const struct ruleset *s, const struct rule *r)
{
	return rules_find(&s->loaded, r) != NULL || rules_find(&s->missing, r) != NULL;
}

static bool has_all(const struct ruleset *s, const struct rules *of)
{
	for (size_t i = 0; i < of->count; i++)
		if (!has_rule(s, of->rule[i]))
			return false;
	return true;
}

/* A file or folder that cannot be read is left empty. */
static int read_if_there(struct ruleset *s, const char *path, struct paths *facts,
			 struct error *err)
{
	int rc = rules_read(s, path, facts, err);

	return rc == ERR_NOMEM ? rc : 0;
}

int rules_find_home(struct rules_home *out, const char *folder, const char *file,
		    struct paths *facts, struct error *err)
{
	AUTO(ruleset_release) struct ruleset in_folder, in_file;
	size_t rules;
	int rc;

	ruleset_init(&in_folder);
	ruleset_init(&in_file);
	if ((rc = read_if_there(&in_folder, folder, facts, err)) < 0 ||
	    (rc = read_if_there(&in_file, file, facts, err)) < 0)
		return rc;
	rules = in_folder.loaded.count + in_folder.missing.count;
	out->merged = (rules > 0 && is_made_by_augenrules(file)) ||
		      (has_all(&in_folder, &in_file.loaded) && has_all(&in_folder, &in_file.missing));
	out->path = out->merged && in_folder.file_count > 0 ? folder : file;
	return 0;
}
