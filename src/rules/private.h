/*
 * Shared by the files of rules, and by nobody else.
 */
#ifndef MODTRAIL_RULES_PRIVATE_H
#define MODTRAIL_RULES_PRIVATE_H

#include "model/keys.h"
#include "rules/rules.h"

#define RULE_LIST_UNSET UINT32_MAX
#define PERM_ALL (AUDIT_PERM_READ | AUDIT_PERM_WRITE | AUDIT_PERM_EXEC | AUDIT_PERM_ATTR)
/* The mask's last bits stand for classes of calls. */
#define RULE_MASK_CALLS (AUDIT_BITMASK_SIZE * 32 - AUDIT_SYSCALL_CLASSES)

/* Why a line is refused. Longer texts are cut. */
struct refusal {
	char text[sizeof(((struct rule_problem *)NULL)->reason)];
	bool no_memory;		/* it is no fault of the line */
	bool locked;		/* nor is this: a -e 2 stands above it */
};

/* Fills *r and returns false, so that one return statement does both. */
bool refuse(struct refusal *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same, where it was memory that was lacking. */
bool refuse_memory(struct refusal *r);

/* One line of a rule file. The text is owned, the file borrowed from the ruleset. */
struct rule_line {
	const char *file;
	unsigned line;
	char *text;
	bool cut;	/* longer than auditctl reads: the rest is the next line to it */
};

struct rule_lines {
	struct rule_line *line;
	size_t count, capacity;
};

void rule_lines_release(struct rule_lines *l);
void rule_lines_drop(struct rule_line *l);

/* Takes text. */
must_check bool rule_lines_add(struct rule_lines *l, const char *file, unsigned line, char *text);

/* Splits text into lines, as auditctl reads them. */
must_check bool rule_lines_split(struct rule_lines *l, const char *file, struct bytes text);

/* The lines of folder's files, merged as augenrules does. */
must_check int rule_lines_merge(struct rule_lines *out, struct ruleset *s, const char *folder,
				struct error *err);

/* The order of "ls -v", by which augenrules reads its files. */
int natural_order(const char *a, const char *b);

/* What a file, or all files of a folder, may have: more is none that auditctl could load in good time. */
#define RULES_BYTES_MAX (4 << 20)
#define RULES_LINES_MAX 10000
#define RULES_FILES_MAX 1000

/*
 * Reads a whole file, or a pipe until it ends. *out is the caller's to free. ERR_INPUT also for
 * what is longer than rules may be, and for a pipe that nobody writes to, or that does not end
 * within a minute.
 */
must_check int rules_read_file(char **out, size_t *len, const char *path, struct error *err);
int rules_too_long(const char *path, struct error *err);

/* Remembers a file's name for as long as s lives. NULL: out of memory. */
const char *ruleset_file(struct ruleset *s, const char *name);

must_check bool ruleset_problem(struct ruleset *s, enum problem_kind kind,
				const struct rule_line *at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

struct rule *rule_new(void);
void rule_free(struct rule *r);
static inline void rule_freep(struct rule **r) { rule_free(*r); }

/* Adds a field; text (may be NULL) of len bytes is copied. */
must_check bool rule_add_field(struct rule *r, uint32_t field, uint32_t op, uint32_t value,
			       const char *text, size_t len);
void rule_all_calls(struct rule *r);
void rule_clear_unused(struct rule *r);
bool rule_takes_calls(const struct rule *r);

/* Puts r at the end of the list, or in front of it. Takes r on success. */
must_check bool rules_insert(struct rules *list, struct rule *r, bool front);

/* Would the kernel answer "exists already"? It compares fields in their order. */
bool rule_identical(const struct rule *a, const struct rule *b);

/* What a line says. */
enum order { ORDER_NOTHING, ORDER_ADD, ORDER_DELETE };

struct line_order {
	enum order order;
	struct rule *rule;		/* also of a refused line: what it was meant to cover */
	bool deletes_all;		/* -D */
	char delete_key[AUDIT_MAX_KEY_LEN + 1];	/* -D -k: "" for all */
	struct rule_settings settings;	/* of this line alone */
	struct refusal warning;		/* "" or what is odd about it */
};

void line_order_release(struct line_order *o);

/* A line while it is being read. */
struct reading {
	struct line_order *out;
	struct refusal *why;
	struct refusal later;	/* what else is wrong, which nobody is told */
	struct paths *facts;
	unsigned elf;		/* the entry that call names are looked up in; 0: this machine's */
	bool calls, perms, program, file_system;	/* seen: -S, perm or path, exe, fstype */
	enum {
		GOES_ON,
		LAST_OPTION,	/* a word behind it is an error */
		LINE_DONE,	/* auditctl does not look at the rest */
	} end;
	char key[AUDIT_MAX_KEY_LEN + 1];
};

must_check bool reading_list_and_action(struct reading *rd, const char *arg, enum order order);
must_check bool reading_watch(struct reading *rd, const char *path, enum order order);
must_check bool reading_field(struct reading *rd, const char *pair);
must_check bool reading_calls(struct reading *rd, char *arg);	/* writes into arg */
must_check bool reading_perms(struct reading *rd, const char *arg);
must_check bool reading_key(struct reading *rd, const char *key);

/* The line is refused; what follows is read only for what it was meant to cover. False. */
bool reading_refused(struct reading *rd);

/* What belongs to the rule as a whole, once its line has been read. */
bool reading_complete(struct reading *rd);

/*
 * Reads one line as auditctl does. False: refused, with the reason; o->rule still
 * holds what was understood of the rule, also behind the mistake. o must be released.
 */
must_check bool line_read(struct line_order *o, const char *text, struct paths *facts,
			  struct refusal *why);

/* One -F or -C. arch: the entry that calls are looked up in, set by arch=. */
must_check bool field_read(struct rule *r, const char *pair, struct refusal *why);
must_check bool comparison_read(struct rule *r, const char *pair, struct refusal *why);
bool field_is_text(uint32_t field);
bool field_is_user(uint32_t field);
bool field_is_group(uint32_t field);

/* Would the kernel take the rule, as far as one can tell without asking? */
must_check bool kernel_takes(const struct rule *r, struct paths *facts, struct refusal *why);

/* Executes lines as auditctl -R does. */
must_check int rules_execute(struct ruleset *s, const struct rule_lines *lines,
			     struct paths *facts, struct error *err);

#endif
