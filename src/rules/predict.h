/*
 * Would the kernel record this act, given these rules, and if not, why not?
 * Pure: a function of a rule list, an act and plain facts about the host.
 *
 * It follows the kernel (auditsc.c, auditfilter.c of 6.1): the task list
 * decides at fork whether a process is audited at all; at the end of a system
 * call the exit list is searched for the first rule that matches, then the
 * rules that are held to a file (path=, inode=), for each file name that the
 * call looked up, in the order of lookup, and these win only if they stand
 * before the first match; last, the exclude list may refuse the records.
 */
#ifndef MODTRAIL_RULES_PREDICT_H
#define MODTRAIL_RULES_PREDICT_H

#include "model/cell.h"
#include "model/facts.h"
#include "rules/rules.h"

#define ID_UNKNOWN INT64_C(-2)	/* of numbers in an act */

/* A file that the act looks up by name. */
struct lookup {
	const char *place;	/* folders resolved; borrowed */
	struct file_id file;	/* ino 0: unknown */
	uint32_t mode;		/* 0: unknown */
	uint64_t file_system;	/* statfs type; 0: unknown */
};

#define LOOKUP_MAX 4
enum { ID_REAL, ID_EFFECTIVE, ID_SAVED, ID_FILE_SYSTEM, ID_KINDS };

/* One system call, at its end. Numbers may be ID_UNKNOWN. Strings are borrowed. */
struct act {
	uint32_t arch;		/* AUDIT_ARCH_...; 0: this host has no such entry */
	int call;		/* system call number, -1: this machine has none */
	bool exec;		/* execve or execveat */
	const char *called;	/* exec: the name that was called; borrowed */
	int64_t auid, session, pid, ppid, personality;
	int64_t uid[ID_KINDS], gid[ID_KINDS];
	int64_t auid_at_fork;	/* for the task list: a login id may be set later */
	bool groups_known;	/* no other groups than gid: else group fields may match more */
	bool ended;		/* the outcome is known: */
	bool success;
	int64_t exit;		/* result, -errno on failure; ID_UNKNOWN */
	const char *exe;	/* the running file, links resolved; NULL: unknown */
	struct file_id exe_file;
	struct lookup lookups[LOOKUP_MAX];	/* in the kernel's order */
	size_t lookup_count;
	bool lookups_known;	/* false: there may be more */
	bool has_context;	/* false: the process is older than auditing */
};

/* What else decides. */
struct host_facts {
	int audit_enabled;	/* 0, 1 or 2 */
	struct abi_calls abi[2];	/* [0] b64, [1] b32; arch 0: not possible here */
	bool tomoyo;		/* in the LSM list: execve then looks links up, too */
	const struct paths *paths;
	int64_t login_uid;	/* whom ACTOR_LOGIN stands for */
};

/* Fills *out with what is true of this host; *paths must outlive it. */
void host_facts_read(struct host_facts *out, struct paths *paths);

/*
 * Fills *out with what is true of nearly every host of this machine ("x86_64", "aarch64"; NULL:
 * this one's): the tools are links to kmod, and both entries exist. ERR_USAGE: it is unknown.
 */
must_check int host_facts_assume(struct host_facts *out, struct paths *paths, const char *machine,
				 struct error *err);

enum outcome { OUTCOME_RECORDED, OUTCOME_SILENT, OUTCOME_UNKNOWN };

struct prediction {
	enum outcome outcome;
	enum reason reason;	/* REASON_NONE if it is recorded under a wanted key, or unknown */
	const struct rule *rule;	/* records, forbids, or claims and fails; NULL: none */
	const struct rule *shadowed;	/* REASON_SHADOWED: the one that would have recorded */
	const struct rule_field *field;	/* REASON_FILTERED, OUTCOME_UNKNOWN: which field of rule */
	const char *keys;	/* recorded: joined by 0x01; NULL: none. Borrowed from the rules */
	bool wanted;		/* recorded, and under a wanted key */
	bool nameless;		/* recorded, but its KERN_MODULE or EXECVE record is excluded */
};

/* keys: the wanted keys, NULL-ended. */
void predict(struct prediction *out, const struct rules *rules, const struct act *act,
	     const struct host_facts *host, const char *const *keys);

/* What a rule asks of a call's outcome, by its fields success and exit. */
enum asks rule_asks(const struct rule *r);

/* The login uid that an actor stands for on this host: ID_UNSET, 0, or host->login_uid. */
int64_t actor_login(enum actor actor, const struct host_facts *host);

/*
 * The act that a cell stands for: a successful load or unload by kmod, or the
 * execution of the tool, by that actor with uid 0. A 32-bit call is no act of
 * kmod's, but of another program. False if this host cannot do it.
 */
must_check bool act_of_cell(struct act *act, enum mechanism mechanism, enum actor actor,
			    const struct host_facts *host);

/* The same call by a program that no rule names: neither kmod nor any other that is known. */
void act_by_others(struct act *act);

/*
 * The rule whose text means to cover the cell, whether or not it can fire, or
 * NULL: it names the call of that entry, or the tool, and its identity fields
 * allow the actor.
 */
const struct rule *rules_claim(const struct rules *rules, enum mechanism mechanism,
			       enum actor actor, const struct host_facts *host);

/* Why a rule of the files is not in the kernel's list; REASON_NONE if it is. */
enum reason rule_absence(const struct rule *r, const struct ruleset *files,
			 const struct rules *kernel, int audit_enabled);

#endif
