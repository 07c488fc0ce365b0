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

#define OWN_FILE RULES_FOLDER "/50-modtrail.rules"
#define KMOD "/usr/bin/kmod"
#define LOAD_FILE "/etc/audit/modtrail.load"
/*
 * Gives the kernel what it lacks, and takes nothing away: rules may have been added at runtime, and
 * with -D they would go, as would those behind a line that is refused. auditctl stops at a rule that
 * the kernel has already, but for -i, and reads files that are root's only.
 */
#define LOAD "{ echo -i; grep -v '^[[:blank:]]*-[DdW]' " RULES_FILE "; } >" LOAD_FILE "\n" \
	"auditctl -R " LOAD_FILE "; rm -f " LOAD_FILE
/* In place, but where the name is a link: sed alone would put a file of its own there. */
#define SED "sed -i --follow-symlinks "
/* A line that sets audit to this level with nothing else, or beside other options. */
#define LEVEL(level) "^[[:blank:]]*-e[[:blank:]]*" level "[[:space:]]*(#.*)?$"
#define LEVEL_BESIDE "^([[:blank:]]*([^#[:blank:]].*[[:blank:]])?-e[[:blank:]]*)"
/* Takes the level out of lines. Its arguments to sed -E, which end before the file. */
#define LEVEL_OUT(level) "-e 's/" LEVEL(level) "/#&/' -e 's/" LEVEL_BESIDE level "([[:space:]]|$)/\\11\\3/' "
#define LOCK LEVEL_BESIDE "2"

/* A remedy while it is written. */
struct mending {
	struct text text;
	enum loader loader;
	bool alone;	/* RULES_FILE is loaded as it is: augenrules would lose rules of it */
	bool locked;	/* the kernel takes no change before a boot */
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
	return p->kind == PLACE_FILE && strcmp(p->file, RULES_FILE) == 0;
}

/* Markers may be forged: what does not begin as a rule does is not given to auditctl. */
static bool is_rule(const char *text)
{
	return strncmp(text, "-a ", 3) == 0 || strncmp(text, "-A ", 3) == 0 ||
	       strncmp(text, "-w ", 3) == 0;
}

/* Takes effect at once, where the kernel still takes changes. */
static void put_now(struct mending *t, const char *command)
{
	if (!t->locked)
		put(t, "%s\n", command);
}

/*
 * changed: where; NULL: where the rules are. The boot loads RULES_FILE, which augenrules makes here
 * already: not every boot runs it.
 */
static void put_merge(struct mending *t, const struct place *changed)
{
	if (!t->alone && (changed == NULL || !is_in_merged_file(changed)))
		put(t, "augenrules\n");
}

static void put_load(struct mending *t, const struct place *changed)
{
	put_merge(t, changed);
	put_now(t, LOAD);
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
	if (t->locked)
		return;
	put(t, "auditctl %s", strncmp(rule, "-w ", 3) == 0 ? "-W" : "-d");
	put_words(t, rule + 3);
	put(t, "\n");
}

static void put_comment_out(struct mending *t, const struct place *p)
{
	put(t, SED "'%" PRId64 "{/^#/!s/^/#/}' ", p->line);
	put_quoted(t, p->file);
	put(t, "\n");
}

/* As the text of sed's i command, which takes a backslash for its own, within quotes of a shell. */
static void put_sed_text(struct mending *t, const char *line)
{
	char twice[2 * RUN_RULE], *to = twice;

	for (; *line != '\0' && to < twice + sizeof(twice) - 2; *to++ = *line++)
		if (*line == '\\')
			*to++ = '\\';
	*to = '\0';
	put_quoted(t, twice);
}

/* What stands behind -e 2 is never loaded. A last line without a newline is mended by sed's $a. */
static void put_line_alone(struct mending *t, const char *line)
{
	put(t, "touch " RULES_FILE "; grep -qxF -e ");
	put_quoted(t, line);
	put(t, " " RULES_FILE " ||\n\tif grep -qE '" LOCK "' " RULES_FILE "; then\n"
	       "\t\t" SED "-E -e '0,/" LOCK "/{//i\\' -e ");
	put_sed_text(t, line);
	put(t, " -e '}' " RULES_FILE "\n\telse " SED "'$a\\' " RULES_FILE " && printf '%%s\\n' ");
	put_quoted(t, line);
	put(t, " >>" RULES_FILE "; fi\n");
}

/*
 * Adds a line behind the others, once. An empty line comes first, as augenrules
 * joins the first with the last of the file before, if that has no newline.
 */
static void put_line(struct mending *t, const char *line)
{
	if (t->alone) {
		put_line_alone(t, line);
		return;
	}
	put(t, "[ -s " OWN_FILE " ] || echo >" OWN_FILE "; grep -qxF -e ");
	put_quoted(t, line);
	put(t, " " OWN_FILE " ||\n\tprintf '%%s\\n' ");
	put_quoted(t, line);
	put(t, " >>" OWN_FILE "\n");
}

/* The kernel says so if it has the rule already, and keeps it. */
static void put_add(struct mending *t, const char *rule)
{
	if (t->locked)
		return;
	put(t, "auditctl");
	put_words(t, rule);
	put(t, "\n");
}

/* Adds a rule to file and kernel. It fires because no other rule decides before it. */
static void put_rule(struct mending *t, const char *rule)
{
	put_line(t, rule);
	put_merge(t, NULL);
	put_add(t, rule);
}

/* The files that rules are read from, as a shell's pattern. */
static const char *rule_files(const struct mending *t)
{
	if (t->loader == LOADER_UNKNOWN)
		return RULES_FOLDER "/*.rules " RULES_FILE;
	return t->alone ? RULES_FILE : RULES_FOLDER "/*.rules";
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

/* Was it refused because of a -e 2 above it? */
static bool is_behind_lock(const struct facts *f)
{
	return strcmp(f->field, "-e") == 0;
}

/* augenrules puts it last by itself, but for one with a blank in front. */
static void mend_lock(struct mending *t, const struct judged *j)
{
	put_facts(t, "-e 2 locks the rules, and belongs at the end: ", &j->facts);
	if (t->alone)
		put(t, "[ \"$(sed -n '$p' " RULES_FILE ")\" = '-e 2' ] || {\n\t"
		       SED "-E " LEVEL_OUT("2") "-e '$a\\' " RULES_FILE " &&\n\t"
		       "printf '%%s\\n' '-e 2' >>" RULES_FILE "; }\n");
	else
		put(t, SED "-E 's/^[[:blank:]]+(-e[[:blank:]]*2)/\\1/' %s\n", rule_files(t));
	put_load(t, NULL);
}

static void mend_rejected(struct mending *t, const struct judged *j, const char *key)
{
	const struct place *at = &j->facts.at;

	if (is_behind_lock(&j->facts)) {
		mend_lock(t, j);
		return;
	}
	if (!is_in_file(at)) {
		put(t, "# find the refused line with 'modtrail rules', mend or delete it%s\n",
		    t->locked && t->alone ? "" : ", then");
		put_load(t, NULL);
		return;
	}
	put_facts(t, "mend this line, or leave it out as here: ", &j->facts);
	put_comment_out(t, at);
	if (j->claim != NULL && place_same(&j->claim->place, at) &&
	    (t->alone || !is_in_merged_file(at)))
		put_new_rule(t, j, key, KMOD);
	else
		put_merge(t, at);
	put_now(t, LOAD);	/* what stands behind the line, too */
}

/* A rule behind the one that decides would never be asked: that one must go. */
static void mend_earlier(struct mending *t, const struct judged *j)
{
	if (!is_rule(j->facts.other)) {
		put(t, "# take the rule that decides earlier ('modtrail rules' names it) out of the kernel\n"
		       "# by 'auditctl -d', and out of its file%s\n", t->alone ? "" : ", then");
		put_merge(t, NULL);
		return;
	}
	put(t, "# this rule decides first; if it must stay, move it behind the rules for modules\n");
	if (is_in_file(&j->facts.at)) {
		put_comment_out(t, &j->facts.at);
		put_merge(t, &j->facts.at);
		put_delete(t, j->facts.other);
	} else {
		put_delete(t, j->facts.other);
		put(t, "# take it out of %s, too, or it comes back\n", rule_files(t));
	}
}

static void mend_task_never(struct mending *t, const struct judged *j)
{
	put(t, SED "-E 's/^[[:space:]]*-[aA][[:space:]]*(task,never|never,task)/#&/' "
	       "%s\n", rule_files(t));
	put_merge(t, NULL);
	put_delete(t, is_rule(j->facts.other) ? j->facts.other : "-a task,never");
	put(t, "# processes that were started under this rule are not recorded until they are\n"
	       "# started anew: restart services and log in again, or reboot\n");
}

/* The kernel's rule comes anew with one more key: beside the old one it would never be asked. */
static void put_key(struct mending *t, const char *rule, const char *key)
{
	char keyed[2 * RUN_RULE];

	snprintf(keyed, sizeof(keyed), "%s -k %s", rule, key);
	put_delete(t, rule);
	put_add(t, keyed);
}

static void mend_key(struct mending *t, const struct judged *j, const char *key)
{
	bool known = is_rule(j->facts.other) || j->claim == NULL;
	const char *rule = known ? j->facts.other : j->claim->rule;
	const struct place *at = known ? &j->facts.at : &j->claim->place;

	put_comment(t, "if it is meant, name it with 'modtrail verify --key': seen under ",
		    j->seen_keys[0] ? j->seen_keys : "no key");
	if (is_in_file(at)) {
		put(t, SED "'%" PRId64 "{/ -k %s$/!s/$/ -k %s/}' ", at->line, key, key);
		put_quoted(t, at->file);
		put(t, "\n");
		put_merge(t, at);
		if (is_rule(rule))
			put_key(t, rule, key);
		else
			put_now(t, "# give it to the rule in the kernel, too");
	} else if (is_rule(rule)) {
		put_key(t, rule, key);
		put(t, "# add -k %s in the file that it comes from, or it is back as it was\n", key);
	} else {
		put(t, "# give the rule that records these acts the key %s\n", key);
	}
}

static void mend_loss(struct mending *t, const struct judged *j)
{
	put_facts(t, "records were lost: ", &j->facts);
	if (t->loader == LOADER_UNKNOWN) {
		put(t, "# put -b 16384 and -r 0 into the file that the rules are loaded from%s\n",
		    t->locked ? "" : ", and");
	} else if (t->alone) {
		put_line(t, "-b 16384");
		put_line(t, "-r 0");
	} else {
		put(t, "printf '%%s\\n' '' '-b 16384' '-r 0' >" RULES_FOLDER "/60-modtrail-limits.rules\n");
		put_merge(t, NULL);
	}
	put_now(t, "auditctl -b 16384\nauditctl -r 0");
}

static void mend_daemon(struct mending *t, const struct judged *j)
{
	put_facts(t, "the kernel records, but nothing reaches the log: ", &j->facts);
	switch (j->facts.fault) {
	case FAULT_WRITE_LOGS:
		put(t, SED "-E 's/^[[:space:]]*write_logs[[:space:]]*=.*/write_logs = yes/' "
		       "/etc/audit/auditd.conf\n"
		       "kill -HUP $(pidof auditd)\n");
		break;
	case FAULT_MAX_LOG_FILE:
		put(t, SED "-E 's/^[[:space:]]*max_log_file_action[[:space:]]*=.*/"
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
	put(t, SED "-E " LEVEL_OUT("0") "%s\n", rule_files(t));
	put_now(t, "auditctl -e 1");
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
		mend_task_never(t, j);
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

/* Does what mends it change rules, or limits, which the kernel may have locked? */
static bool changes_rules(const struct judged *j)
{
	switch (j->reason) {
	case REASON_IMMUTABLE:		/* says so itself */
	case REASON_NOT_LOGGED:
	case REASON_NO_AUDIT_CONTEXT:
	case REASON_NONE:
	case REASON_UNEXPLAINED:
		return false;
	case REASON_AUDIT_OFF:
		return j->facts.fault != FAULT_NO_AUDIT;
	default:
		return true;
	}
}

/* Must it be known which file the rules are loaded from? */
static bool needs_loader(const struct judged *j)
{
	return changes_rules(j) && j->reason != REASON_AUDIT_OFF && j->reason != REASON_LOST;
}

static void mend(struct mending *t, const struct judged *j, const char *key)
{
	if (t->locked && changes_rules(j))
		put(t, "# the kernel's rules are locked (-e 2): reboot afterwards, as only a boot loads\n"
		       "# what this changes in files\n");
	if (t->loader == LOADER_UNKNOWN && needs_loader(j))
		put(t, "# the log does not tell whether augenrules may be run here, or would empty\n"
		       "# " RULES_FILE "; this finds out, and says then what mends it\n"
		       "modtrail selftest\n");
	else
		mend_reason(t, j, key);
}

size_t remedy_text(const struct judged *j, const char *key, char *out, size_t size)
{
	struct mending t = { { out, size, 0 }, j->loader, j->loader == LOADER_AUDITCTL, j->locked };

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
		mend(&t, j, plain_key(key));
	return t.text.len;
}
