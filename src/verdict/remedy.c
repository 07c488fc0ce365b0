/*
 * What mends a cell: commands for a root shell. Whatever is taken from a rule
 * or a path is quoted for the shell, and a command that is pasted twice, or
 * for several cells, changes things once.
 */
#include "verdict/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define OWN_FILE "/etc/audit/rules.d/50-modtrail.rules"
#define MERGED_FILE "/etc/audit/audit.rules"
#define KMOD "/usr/bin/kmod"
/*
 * auditctl stops at a rule that the kernel has already: files that do not begin
 * with -D can be loaded once only. So what is left is taken away, and all comes anew.
 */
#define LOAD(command) command " || { auditctl -D; " command "; }\n"

struct text {
	char *out;
	size_t size, len;
	bool alone;	/* MERGED_FILE is loaded as it is: augenrules would lose rules of it */
};

/* A rule and where it stands. */
struct placed {
	char rule[RUN_RULE];
	char file[RUN_WHERE];	/* "": not known, or only in the kernel */
	unsigned line;
};

__attribute__((format(printf, 2, 3)))
static void put(struct text *t, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(t->out + t->len, t->size - t->len, format, args);
	va_end(args);
	if (len > 0)
		t->len = MIN(t->len + (size_t)len, t->size - 1);
}

/* Control characters would run what follows them, others hide it: '?' harms nobody. */
static char printable(char c)
{
	return c < ' ' || c == 0x7f || (unsigned char)c >= 0x80 ? '?' : c;
}

/* Text within single quotes. */
static void put_quoted(struct text *t, const char *text)
{
	put(t, "'");
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			put(t, "'\\''");
		else
			put(t, "%c", printable(*text));
	}
	put(t, "'");
}

/* A comment stays one line, whatever is in it. */
static void put_comment(struct text *t, const char *before, const char *text)
{
	put(t, "# %s", before);
	for (; *text != '\0'; text++)
		put(t, "%c", printable(*text));
	put(t, "\n");
}

/* "/etc/audit/rules.d/50-modules.rules:3"; false for "kernel:2" and anything else. */
static bool read_place(const char *place, char file[static RUN_WHERE], unsigned *line)
{
	const char *colon = strrchr(place, ':');
	int end = 0;

	if (place[0] != '/' || colon == NULL || sscanf(colon, ":%u%n", line, &end) != 1 ||
	    colon[end] != '\0' || *line == 0)
		return false;
	snprintf(file, RUN_WHERE, "%.*s", (int)(colon - place), place);
	return true;
}

/* "RULE @ PLACE", as in a claim's detail. False if it does not begin as a rule does. */
static bool read_placed(const char *detail, struct placed *out)
{
	const char *at = NULL, *next = detail;

	if (strncmp(detail, "-a ", 3) != 0 && strncmp(detail, "-A ", 3) != 0 &&
	    strncmp(detail, "-w ", 3) != 0)
		return false;
	while ((next = strstr(next, " @ ")) != NULL) {
		at = next;
		next += 3;
	}
	out->file[0] = '\0';
	if (at != NULL && !read_place(at + 3, out->file, &out->line))
		out->file[0] = '\0';
	snprintf(out->rule, sizeof(out->rule), "%.*s", at ? (int)(at - detail) : (int)strlen(detail),
		 detail);
	return true;
}

/* file: what was changed; "": where the rules are. */
static void put_load(struct text *t, const char *file)
{
	if (t->alone || strcmp(file, MERGED_FILE) == 0)
		put(t, LOAD("auditctl -R " MERGED_FILE));
	else
		put(t, LOAD("augenrules --load"));
}

/* Lines that a shell splits into words again: only those that need it are quoted. */
static void put_words(struct text *t, const char *rule)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_./:,+@=-";

	while (*(rule += strspn(rule, " ")) != '\0') {
		size_t len = strcspn(rule, " ");
		char word[RUN_RULE];

		snprintf(word, sizeof(word), "%.*s", (int)len, rule);
		put(t, " ");
		if (strspn(word, plain) == len)
			put(t, "%s", word);
		else
			put_quoted(t, word);
		rule += len;
	}
}

/* Takes the rule out of the kernel's list. */
static void put_delete(struct text *t, const char *rule)
{
	put(t, "auditctl %s", strncmp(rule, "-w ", 3) == 0 ? "-W" : "-d");
	put_words(t, rule + 3);
	put(t, "\n");
}

static void put_comment_out(struct text *t, const char *file, unsigned line)
{
	put(t, "sed -i '%u{/^#/!s/^/#/}' ", line);
	put_quoted(t, file);
	put(t, "\n");
}

/* Appends a line, once. That of others may not end with a newline, which sed's $a mends. */
static void put_line(struct text *t, const char *line)
{
	const char *file = t->alone ? MERGED_FILE : OWN_FILE;

	put(t, "touch %s && ", file);
	if (t->alone)
		put(t, "sed -i '$a\\' %s && ", file);
	put(t, "grep -qxF -e ");
	put_quoted(t, line);
	put(t, " %s ||\n\tprintf '%%s\\n' ", file);
	put_quoted(t, line);
	put(t, " >>%s\n", file);
}

/* Appends a rule and loads. It fires because no other rule decides before it. */
static void put_rule(struct text *t, const char *rule)
{
	put_line(t, rule);
	put_load(t, "");
}

/* The files that rules are read from, as a shell's pattern. */
static const char *rule_files(const struct text *t)
{
	return t->alone ? MERGED_FILE : "/etc/audit/rules.d/*.rules";
}

/* One rule for all calls of an entry, so that the cells beside this one need no other. */
static void put_new_rule(struct text *t, const struct judged *j, const char *key,
			 const char *kmod)
{
	enum abi abi = mechanism_abi(j->cell.mechanism);
	char rule[RUN_RULE];

	if (abi == ABI_NONE)
		snprintf(rule, sizeof(rule), "-a always,exit -F path=%s -F perm=x -F key=%s", kmod,
			 key);
	else
		snprintf(rule, sizeof(rule), "-a always,exit -F arch=%s -S init_module,"
			 "finit_module,delete_module -F key=%s", abi == ABI_B32 ? "b32" : "b64", key);
	put_rule(t, rule);
}

static void mend_rejected(struct text *t, const struct judged *j, const char *key)
{
	char place[RUN_WHERE], file[RUN_WHERE];
	const char *why = strstr(j->detail, ": ");
	unsigned line;

	snprintf(place, sizeof(place), "%.*s", why ? (int)(why - j->detail) : (int)strlen(j->detail),
		 j->detail);
	if (!read_place(place, file, &line)) {
		put(t, "# find the refused line with 'modtrail rules', mend or delete it, then\n");
		put_load(t, "");
		return;
	}
	put_comment(t, "mend this line, or leave it out as here: ", j->detail);
	put_comment_out(t, file, line);
	if (j->claim != NULL && strcmp(j->claim->where, place) == 0 &&
	    (t->alone || strcmp(file, MERGED_FILE) != 0))
		put_new_rule(t, j, key, KMOD);
	else
		put_load(t, file);
}

/* A rule behind the one that decides would never be asked: that one must go. */
static void mend_earlier(struct text *t, const struct judged *j)
{
	struct placed earlier;

	if (!read_placed(j->detail, &earlier)) {
		put(t, "# remove the rule that decides earlier ('modtrail rules' names it), then\n");
		put_load(t, "");
		return;
	}
	put(t, "# this rule decides first; if it must stay, move it behind the rules for modules\n");
	if (earlier.file[0] != '\0') {
		put_comment_out(t, earlier.file, earlier.line);
		put_load(t, earlier.file);
	} else {
		put_delete(t, earlier.rule);
		put(t, "# and take it out of %s, or it comes back\n", rule_files(t));
	}
}

static void mend_task_never(struct text *t)
{
	put(t, "sed -i -E 's/^[[:space:]]*-[aA][[:space:]]+(task,never|never,task)/#&/' "
	       "%s\n", rule_files(t));
	put_load(t, "");
	put(t, "auditctl -d task,never 2>/dev/null\n"
	       "# processes that were started under this rule are not recorded until they are\n"
	       "# started anew: restart services and log in again, or reboot\n");
}

static void mend_key(struct text *t, const struct judged *j, const char *key)
{
	struct placed decider = { .file = "" };

	put_comment(t, "if it is meant, name it with 'modtrail verify --key': seen under ",
		    j->seen_keys[0] ? j->seen_keys : "no key");
	if (!read_placed(j->detail, &decider) && j->claim != NULL) {
		snprintf(decider.rule, sizeof(decider.rule), "%s", j->claim->rule);
		if (!read_place(j->claim->where, decider.file, &decider.line))
			decider.file[0] = '\0';
	}
	if (decider.file[0] != '\0') {
		put(t, "sed -i '%u{/ -k %s$/!s/$/ -k %s/}' ", decider.line, key, key);
		put_quoted(t, decider.file);
		put(t, "\n");
		put_load(t, decider.file);
	} else if (decider.rule[0] != '\0') {
		put_delete(t, decider.rule);
		put(t, "auditctl");
		put_words(t, decider.rule);
		put(t, " -k %s\n# and in the file that it comes from, or it is back as it was\n", key);
	} else {
		put(t, "# give the rule that records these acts the key %s\n", key);
	}
}

static void mend_loss(struct text *t, const struct judged *j)
{
	put_comment(t, "records were lost: ", j->detail);
	if (t->alone) {
		put_line(t, "-b 16384");
		put_line(t, "-r 0");
	} else {
		put(t, "printf '%%s\\n' '-b 16384' '-r 0' >/etc/audit/rules.d/60-modtrail-limits.rules\n");
	}
	put(t, "auditctl -b 16384\n"
	       "auditctl -r 0\n");
}

static void mend_daemon(struct text *t, const struct judged *j)
{
	put_comment(t, "the kernel records, but nothing reaches the log: ", j->detail);
	if (strstr(j->detail, "write_logs") != NULL) {
		put(t, "sed -i -E 's/^[[:space:]]*write_logs[[:space:]]*=.*/write_logs = yes/' "
		       "/etc/audit/auditd.conf\n"
		       "kill -HUP $(pidof auditd)\n");
	} else if (strstr(j->detail, "max_log_file_action") != NULL) {
		put(t, "sed -i -E 's/^[[:space:]]*max_log_file_action[[:space:]]*=.*/"
		       "max_log_file_action = ROTATE/I' /etc/audit/auditd.conf\n"
		       "kill -HUP $(pidof auditd)\n"
		       "kill -USR2 $(pidof auditd)\n");
	} else if (strstr(j->detail, "space") != NULL || strstr(j->detail, "suspend") != NULL ||
		   strstr(j->detail, "full") != NULL) {
		put(t, "# make room on the disk of the log (or lower space_left and admin_space_left\n"
		       "# in /etc/audit/auditd.conf), then\n"
		       "kill -USR2 $(pidof auditd)\n");
	} else {
		put(t, "systemctl start auditd || service auditd start\n");
	}
}

static void mend_off(struct text *t, const struct judged *j)
{
	if (strstr(j->detail, "audit=0") != NULL) {
		put(t, "# take audit=0 off the kernel's command line and reboot: until then there is no\n"
		       "# audit in this kernel\n");
		return;
	}
	put(t, "sed -i -E 's/^[[:space:]]*-e[[:space:]]*0[[:space:]]*$/#&/' "
	       "%s\n"
	       "auditctl -e 1\n", rule_files(t));
}

static void mend_reason(struct text *t, const struct judged *j, const char *key)
{
	const char *kmod = j->reason == REASON_WATCH_ON_SYMLINK && j->detail[0] == '/' ? j->detail
											: KMOD;
	switch (j->reason) {
	case REASON_NOT_LOADED:
		put_load(t, j->claim && strncmp(j->claim->where, MERGED_FILE ":",
						strlen(MERGED_FILE) + 1) == 0 ? MERGED_FILE : "");
		break;
	case REASON_IMMUTABLE:
		put(t, "# the rules are locked (-e 2) and can only be changed by a boot: reboot, and\n"
		       "# the rules on disk are loaded\n");
		break;
	case REASON_REJECTED_LINE:
		mend_rejected(t, j, key);
		break;
	case REASON_SYSCALL_NOT_LISTED:
	case REASON_ABI_NOT_LISTED:
	case REASON_WATCH_ON_SYMLINK:
	case REASON_PATH_MISSING:
	case REASON_FILTERED:
		put_new_rule(t, j, key, kmod);
		break;
	case REASON_SHADOWED:
	case REASON_EXCLUDED:
		mend_earlier(t, j);
		break;
	case REASON_TASK_NEVER:
		mend_task_never(t);
		break;
	case REASON_AUDIT_OFF:
		mend_off(t, j);
		break;
	case REASON_OTHER_KEY:
		mend_key(t, j, key);
		break;
	case REASON_LOST:
		mend_loss(t, j);
		break;
	case REASON_NOT_LOGGED:
		mend_daemon(t, j);
		break;
	case REASON_NO_AUDIT_CONTEXT:
		put(t, "# put audit=1 on the kernel's command line and reboot: processes older than\n"
		       "# auditing are never recorded\n");
		break;
	default:
		put(t, "# not established: compare 'auditctl -l', 'auditctl -s' and the end of the\n"
		       "# log with 'modtrail rules', then run 'modtrail selftest' again\n");
		break;
	}
}

/* Keys come from hosts, too: one that a shell or sed would read differently is not used. */
static const char *plain_key(const char *key)
{
	size_t len = strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

	return len > 0 && key[len] == '\0' && key[0] != '-' ? key : "modules";
}

size_t remedy_text(const struct judged *j, const char *key, char *out, size_t size)
{
	struct text t = { out, size, 0, j->loader == LOADER_AUDITCTL };

	if (size == 0)
		return 0;
	out[0] = '\0';
	if (j->verdict == VERDICT_PROVEN || j->verdict == VERDICT_INAPPLICABLE ||
	    (j->verdict == VERDICT_UNTESTED && !j->claimed))
		return 0;
	if (j->verdict == VERDICT_STALE ||
	    (j->verdict == VERDICT_UNTESTED && j->reason == REASON_NONE))
		put(&t, "modtrail selftest\n");
	else
		mend_reason(&t, j, plain_key(key));
	return t.len;
}
