/*
 * Audit rules in the kernel's own terms, whatever they were read from: rule
 * files, a folder of them merged as augenrules does, the text of "auditctl
 * -l", or the kernel itself.
 *
 * A text is executed as "auditctl -R" would execute it on this host, except
 * that nothing is sent to the kernel: what it would refuse is found, and so is
 * what falls away below a refused line. Measured against auditctl 3.0.9.
 *
 * The library prints its own complaints; they are kept silent here.
 */
#ifndef MODTRAIL_RULES_RULES_H
#define MODTRAIL_RULES_RULES_H

#include "base/error.h"
#include "model/facts.h"
#include "model/machine.h"
#include "rules/paths.h"

#include <linux/audit.h>
#include <stdbool.h>
#include <stdint.h>

#define RULES_KERNEL "kernel"	/* the file that a rule from the kernel's list names */

/* One condition. Text fields (path, dir, exe, key, labels) have text, the others value. */
struct rule_field {
	uint32_t field;		/* AUDIT_UID ... of linux/audit.h */
	uint32_t op;		/* AUDIT_EQUAL ... */
	uint32_t value;
	char *text;		/* NULL if the field is a number. Several keys are joined by 0x01 */
};

struct rule {
	uint32_t list;		/* AUDIT_FILTER_TASK, _EXIT, _USER, _EXCLUDE, _FS */
	uint32_t action;	/* AUDIT_ALWAYS or AUDIT_NEVER */
	bool prepend;		/* -A */
	uint32_t mask[AUDIT_BITMASK_SIZE];	/* system calls; kept clear where a list has none */
	struct rule_field *fields;
	size_t field_count;

	const char *file;	/* borrowed from the ruleset */
	unsigned line;		/* in file, or the position in the kernel's list; from 1 */
	bool in_kernel;		/* read from the kernel's list, file is RULES_KERNEL */
	char *text;		/* the line, or what auditctl -l would print */
};

struct rules {
	struct rule **rule;
	size_t count, capacity;
};

enum problem_kind {
#define PROBLEM(id, word, meaning) PROBLEM_##id,
#include "model/words.def"
};
extern const char *const problem_names[];	/* "rejected" ... */

struct rule_problem {
	enum problem_kind kind;
	const char *file;	/* borrowed from the ruleset */
	unsigned line;
	char *text;		/* the line */
	char reason[512];	/* lower case, without a full stop */
	bool locked;		/* refused because a -e 2 stands above it */
};

/* What the other options of a rule file ask for; -1 where they are silent. */
struct rule_settings {
	int64_t enabled;	/* -e */
	int64_t backlog;	/* -b */
	int64_t failure;	/* -f */
	int64_t rate;		/* -r */
	int64_t backlog_wait;	/* --backlog_wait_time */
	bool ignore;		/* -i or -c: go on after errors */
	bool report;		/* -c: but exit with 1 */
	bool deletes_all;	/* -D */
	bool loginuid_immutable;
};

struct ruleset {
	struct rules loaded;	/* what the kernel would hold, per list in its order */
	struct rules missing;	/* what the text says and the kernel would not get: refused, or
				   fallen away below a refused line */
	struct rule_problem *problems;
	size_t problem_count, problem_capacity;
	struct rule_settings settings;
	char **files;		/* the names that rules and problems refer to */
	size_t file_count;
};

void ruleset_init(struct ruleset *s);
void ruleset_release(struct ruleset *s);

/*
 * Reads path into *s, an initialised, empty set: a file as auditctl -R does, a folder
 * as augenrules merges it. Names in the rules are looked up in facts, which
 * grows if it is live.
 *
 * Returns 0 also if lines were refused (see problems), ERR_INPUT if path
 * cannot be read, is longer than rules are, or is a pipe that does not end, ERR_NOMEM. s must be released in any case.
 */
must_check int rules_read(struct ruleset *s, const char *path, struct paths *facts,
			  struct error *err);

/* The same for a text called name: that of a rule file, or what auditctl -l prints. */
must_check int rules_read_text(struct ruleset *s, const char *name, struct bytes text,
			       struct paths *facts, struct error *err);

/* Where a host's rules are, and what brings them into the kernel. */
struct rules_home {
	const char *path;	/* folder or file, as given */
	bool merged;		/* augenrules may be run; else auditctl -R on file */
};

/*
 * augenrules makes file anew of what is in folder. So rules belong there, unless
 * file has some that would be lost by it. Rules that are in a file of augenrules'
 * own and not in folder were taken out there, as long as others are left there.
 * facts are for the rules in both. Returns 0, or ERR_NOMEM; what cannot be read
 * has no rules.
 */
must_check int rules_find_home(struct rules_home *out, const char *folder, const char *file,
			       struct paths *facts, struct error *err);

/* The kernel's state, as auditctl -s shows it. */
struct kernel_status {
	bool absent;		/* no audit in this kernel, or audit=0: all others are 0 */
	int enabled;		/* 0, 1, or 2: locked until the next boot */
	int daemon_pid;		/* 0: nobody listens */
	uint32_t lost, backlog_limit, rate_limit;
	bool login_fixed;	/* auditctl --loginuid-immutable: one that is set cannot be changed */
};

/*
 * Reads what the kernel holds now. Needs CAP_AUDIT_CONTROL.
 * Returns 0, ERR_SYSTEM (no permission; for rules, no audit in this kernel), ERR_NOMEM.
 */
must_check int rules_read_kernel(struct ruleset *s, struct paths *facts, struct error *err);
must_check int kernel_status_read(struct kernel_status *status, struct error *err);

/* One rule as the kernel sends and takes it; len bytes, of which the kernel's own rules are all. */
must_check int rules_add_data(struct ruleset *s, const struct audit_rule_data *data, size_t len,
			      struct paths *facts, struct error *err);

/*
 * Do two rules mean the same? The order of fields, calls and keys, the way a number is
 * written, -w against path= and perm=, and -a against -A make no difference.
 */
bool rule_same(const struct rule *a, const struct rule *b);

/* The rule of list that means the same as r, or NULL. */
const struct rule *rules_find(const struct rules *list, const struct rule *r);

/* Does the rule name system call number nr? */
bool rule_has_call(const struct rule *r, int nr);

/* Does it name all of them, as a rule without -S does? */
bool rule_has_all_calls(const struct rule *r);

/* The first field of this kind, or NULL. */
const struct rule_field *rule_field_of(const struct rule *r, uint32_t field);

/* Is key one of the keys of the rule, or of keys (joined by 0x01; may be NULL)? */
bool rule_has_key(const struct rule *r, const char *key);
bool keys_have(const char *keys, const char *key);

/* The rule as auditctl would take it again, in auditctl -l's spelling. Cut if out is too small. */
void rule_print(const struct rule *r, char *out, size_t size);

/* What a field asks for, with its operator: ">=1000", "!=-1". Cut beyond RULE_VALUE_MAX. */
#define RULE_VALUE_MAX 512
void rule_value_print(const struct rule_field *f, char *out, size_t size);

/* "auid", "exe" ...: the name of a field in messages. Static. */
const char *rule_field_name(uint32_t field);

/* The two entries of a machine ("x86_64", "aarch64"; NULL: this one). False if it is unknown. */
must_check bool rules_machine(struct abi_calls abi[2], const char *machine);

#endif
