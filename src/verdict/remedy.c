/*
 * What mends a cell: commands for a root shell. Whatever is taken from a rule
 * or a path is quoted for the shell, and a command that is pasted twice, or
 * for several cells, changes things once.
 */
#include "verdict/verify.h"

#include "base/text.h"
#include "model/keys.h"
#include "verdict/detail.h"

#include <inttypes.h>
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

/* A remedy while it is written. */
struct mending {
	struct text text;
	bool alone;	/* MERGED_FILE is loaded as it is: augenrules would lose rules of it */
};

#define put(t, ...) text_put(&(t)->text, __VA_ARGS__)

static void put_quoted(struct mending *t, const char *word)
{
	text_put_quoted(&t->text, word);
}

/* A comment stays one line, whatever is in it. */
static void put_comment(struct mending *t, const char *before, const char *text)
{
	put(t, "# %s", before);
	for (; *text != '\0'; text++)
		text_put_char(&t->text, text_plain(*text));
	put(t, "\n");
}

static void put_facts(struct mending *t, const char *before, const struct facts *f)
{
	char detail[DETAIL_MAX];

	put_comment(t, before, detail_text(f, detail));
}

/* Can the line be changed where it is? */
static bool is_in_file(const struct place *p)
{
	return p->kind == PLACE_FILE && p->file[0] == '/';
}

static bool is_in_merged_file(const struct place *p)
{
	return p->kind == PLACE_FILE && strcmp(p->file, MERGED_FILE) == 0;
}

/* Markers may be forged: what does not begin as a rule does is not given to auditctl. */
static bool is_rule(const char *text)
{
	return strncmp(text, "-a ", 3) == 0 || strncmp(text, "-A ", 3) == 0 ||
	       strncmp(text, "-w ", 3) == 0;
}

/* changed: where; NULL: where the rules are. */
static void put_load(struct mending *t, const struct place *changed)
{
	if (t->alone || (changed != NULL && is_in_merged_file(changed)))
		put(t, LOAD("auditctl -R " MERGED_FILE));
	else
		put(t, LOAD("augenrules --load"));
}

/* Lines that a shell splits into words again: only those that need it are quoted. */
static void put_words(struct mending *t, const char *rule)
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
static void put_delete(struct mending *t, const char *rule)
{
	put(t, "auditctl %s", strncmp(rule, "-w ", 3) == 0 ? "-W" : "-d");
	put_words(t, rule + 3);
	put(t, "\n");
}

static void put_comment_out(struct mending *t, const struct place *p)
{
	put(t, "sed -i '%" PRId64 "{/^#/!s/^/#/}' ", p->line);
	put_quoted(t, p->file);
	put(t, "\n");
}

/* Appends a line, once. That of others may not end with a newline, which sed's $a mends. */
static void put_line(struct mending *t, const char *line)
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
static void put_rule(struct mending *t, const char *rule)
{
	put_line(t, rule);
	put_load(t, NULL);
}

/* The files that rules are read from, as a shell's pattern. */
static const char *rule_files(const struct mending *t)
{
	return t->alone ? MERGED_FILE : "/etc/audit/rules.d/*.rules";
}

/* One rule for all calls of an entry, so that the cells beside this one need no other. */
static void put_new_rule(struct mending *t, const struct judged *j, const char *key,
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

static void mend_rejected(struct mending *t, const struct judged *j, const char *key)
{
	const struct place *at = &j->facts.at;

	if (!is_in_file(at)) {
		put(t, "# find the refused line with 'modtrail rules', mend or delete it, then\n");
		put_load(t, NULL);
		return;
	}
	put_facts(t, "mend this line, or leave it out as here: ", &j->facts);
	put_comment_out(t, at);
	if (j->claim != NULL && place_same(&j->claim->place, at) &&
	    (t->alone || !is_in_merged_file(at)))
		put_new_rule(t, j, key, KMOD);
	else
		put_load(t, at);
}

/* A rule behind the one that decides would never be asked: that one must go. */
static void mend_earlier(struct mending *t, const struct judged *j)
{
	if (!is_rule(j->facts.other)) {
		put(t, "# remove the rule that decides earlier ('modtrail rules' names it), then\n");
		put_load(t, NULL);
		return;
	}
	put(t, "# this rule decides first; if it must stay, move it behind the rules for modules\n");
	if (is_in_file(&j->facts.at)) {
		put_comment_out(t, &j->facts.at);
		put_load(t, &j->facts.at);
	} else {
		put_delete(t, j->facts.other);
		put(t, "# and take it out of %s, or it comes back\n", rule_files(t));
	}
}

static void mend_task_never(struct mending *t)
{
	put(t, "sed -i -E 's/^[[:space:]]*-[aA][[:space:]]+(task,never|never,task)/#&/' "
	       "%s\n", rule_files(t));
	put_load(t, NULL);
	put(t, "auditctl -d task,never 2>/dev/null\n"
	       "# processes that were started under this rule are not recorded until they are\n"
	       "# started anew: restart services and log in again, or reboot\n");
}

static void mend_key(struct mending *t, const struct judged *j, const char *key)
{
	bool known = is_rule(j->facts.other) || j->claim == NULL;
	const char *rule = known ? j->facts.other : j->claim->rule;
	const struct place *at = known ? &j->facts.at : &j->claim->place;

	put_comment(t, "if it is meant, name it with 'modtrail verify --key': seen under ",
		    j->seen_keys[0] ? j->seen_keys : "no key");
	if (is_in_file(at)) {
		put(t, "sed -i '%" PRId64 "{/ -k %s$/!s/$/ -k %s/}' ", at->line, key, key);
		put_quoted(t, at->file);
		put(t, "\n");
		put_load(t, at);
	} else if (is_rule(rule)) {
		put_delete(t, rule);
		put(t, "auditctl");
		put_words(t, rule);
		put(t, " -k %s\n# and in the file that it comes from, or it is back as it was\n", key);
	} else {
		put(t, "# give the rule that records these acts the key %s\n", key);
	}
}

static void mend_loss(struct mending *t, const struct judged *j)
{
	put_facts(t, "records were lost: ", &j->facts);
	if (t->alone) {
		put_line(t, "-b 16384");
		put_line(t, "-r 0");
	} else {
		put(t, "printf '%%s\\n' '-b 16384' '-r 0' >/etc/audit/rules.d/60-modtrail-limits.rules\n");
	}
	put(t, "auditctl -b 16384\n"
	       "auditctl -r 0\n");
}

static void mend_daemon(struct mending *t, const struct judged *j)
{
	put_facts(t, "the kernel records, but nothing reaches the log: ", &j->facts);
	switch (j->facts.fault) {
	case FAULT_WRITE_LOGS:
		put(t, "sed -i -E 's/^[[:space:]]*write_logs[[:space:]]*=.*/write_logs = yes/' "
		       "/etc/audit/auditd.conf\n"
		       "kill -HUP $(pidof auditd)\n");
		break;
	case FAULT_MAX_LOG_FILE:
		put(t, "sed -i -E 's/^[[:space:]]*max_log_file_action[[:space:]]*=.*/"
		       "max_log_file_action = ROTATE/I' /etc/audit/auditd.conf\n"
		       "kill -HUP $(pidof auditd)\n"
		       "kill -USR2 $(pidof auditd)\n");
		break;
	case FAULT_DISK_FULL:
	case FAULT_ADMIN_SPACE_LEFT:
	case FAULT_SPACE_LEFT:
	case FAULT_LOG_STANDS_STILL:
		put(t, "# make room on the disk of the log (or lower space_left and admin_space_left\n"
		       "# in /etc/audit/auditd.conf), then\n"
		       "kill -USR2 $(pidof auditd)\n");
		break;
	default:
		put(t, "systemctl start auditd || service auditd start\n");
	}
}

static void mend_off(struct mending *t, const struct judged *j)
{
	if (j->facts.fault == FAULT_NO_AUDIT) {
		put(t, "# take audit=0 off the kernel's command line and reboot: until then there is no\n"
		       "# audit in this kernel\n");
		return;
	}
	put(t, "sed -i -E 's/^[[:space:]]*-e[[:space:]]*0[[:space:]]*$/#&/' "
	       "%s\n"
	       "auditctl -e 1\n", rule_files(t));
}

static void mend_reason(struct mending *t, const struct judged *j, const char *key)
{
	const char *led = j->facts.path;
	const char *kmod = j->reason == REASON_WATCH_ON_SYMLINK && led[0] == '/' ? led : KMOD;

	switch (j->reason) {
	case REASON_NOT_LOADED:
		put_load(t, j->claim ? &j->claim->place : NULL);
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

	return len > 0 && key[len] == '\0' && key[0] != '-' ? key : KEY_DEFAULT;
}

size_t remedy_text(const struct judged *j, const char *key, char *out, size_t size)
{
	struct mending t = { { out, size, 0 }, j->loader == LOADER_AUDITCTL };

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
	return t.text.len;
}
