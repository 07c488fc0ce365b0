/*
 * A self-test run as plain data, and its markers: what a run writes into the
 * audit stream and what is read out of it again are side by side here, so that
 * they cannot drift apart. Pure. The text of a marker is model/marker.h's.
 *
 *   begin  lost= enabled= daemon= probes= claims= loader= keys= module=   before the first probe
 *   claim  cell= expect= claimed= reason= of= asks= program= kernel= line= file= rule=
 *          field= value= path= other= at-kernel= at-line= at-file= text=   one for each cell
 *   caveat text=                                             what else a reader must know
 *   probe  n= cell= pid= nonce= act=     by the parent, when the child exists and waits
 *   acted  n= pid= result=               by the parent, when the child is gone
 *   end    lost= enabled= daemon= acted=                     after the last probe
 */
#ifndef MODTRAIL_MODEL_SELFTEST_RUN_H
#define MODTRAIL_MODEL_SELFTEST_RUN_H

#include "model/cell.h"
#include "model/facts.h"
#include "model/marker.h"

#define RUN_ID 17		/* 16 hex digits, random */
#define RUN_ACT 128
#define RUN_TIME_MAX (INT64_C(3600) * 1000)	/* all markers of a run lie within this time, in ms */

/* The kernel's state at one end of a run. -1: unknown. */
struct run_state {
	int64_t lost;		/* records lost since boot (auditctl -s); may be reset */
	int64_t enabled;	/* 0, 1, 2 */
	int64_t daemon_pid;	/* 0: no auditd */
};

/* What brings the rules of a host into its kernel, and so how they are to be changed. */
enum loader {
	LOADER_UNKNOWN,
	LOADER_AUGENRULES,	/* of /etc/audit/rules.d */
	LOADER_AUDITCTL,	/* of /etc/audit/audit.rules alone: augenrules would make that anew */
	LOADER_COUNT
};

struct selftest_run {
	char id[RUN_ID];
	int64_t begun_ms, ended_ms;	/* time of the begin and end markers; ended_ms 0: no end marker */
	struct run_state before, after;
	char keys[256];		/* wanted keys, joined by ',' */
	enum loader loader;
	char module[64];	/* that was loaded for real; "" if none could be */
	int64_t probes;		/* planned */
	int64_t claims;		/* of which it writes a marker; 0: it does not say */
	int64_t acted;		/* done, says the end marker: others than planned if loads failed */
};

/*
 * Whose acts are expected to come out like that. A cell is recorded if every
 * program's acts are: the expectation is that of the worst.
 */
enum claim_scope {
	SCOPE_KMOD,		/* kmod's; where there is no difference, too */
	SCOPE_OTHERS,		/* those of programs that make the call themselves */
	SCOPE_NOT_OURS,		/* the same, but a rule names the self-test's own program */
	SCOPE_COUNT
};

struct claim {
	struct cell cell;
	bool claimed;		/* a rule on disk or in the kernel means to cover it */
	enum expect expect;
	enum claim_scope scope;
	enum reason reason;	/* why it would not be recorded under a wanted key */
	char rule[RUN_RULE];	/* the rule that claims it, else the one that decides; "" if none */
	struct place place;	/* of that rule */
	enum asks asks;		/* what that rule asks of the outcome */
	bool by_program;	/* it is held to a program (exe=) */
	struct facts facts;	/* what the reason is about */
};

/* How the delivery itself stands, as only the host can know it; for a run whose markers are missing. */
struct delivery_state {
	bool known;
	enum reason reason;	/* AUDIT_OFF, NOT_LOGGED, LOST, or UNEXPLAINED */
	struct facts facts;
};

/* How a probe's act ended. Positive: the errno it failed with, as meant for nonce probes. */
enum { PROBE_PENDING = -2, PROBE_SKIPPED = -1, PROBE_DONE = 0 };

/*
 * One act. cells: a kmod run exercises its exec cell and the call's cell at
 * once, so the marker names both, joined by ','; the second may be missing.
 */
struct probe {
	int64_t number;		/* from 1 */
	struct cell cell[2];
	unsigned cells;		/* 1 or 2 */
	int64_t pid;		/* of the child that acts */
	char nonce[RUN_ID];	/* part of the module name asked for; "" for kmod runs */
	char act[RUN_ACT];	/* "modprobe dummy", "delete_module(modtrail_...)" */
	int64_t begun_ms, ended_ms;	/* times of its probe and acted markers; 0: not there */
	int64_t result;
};

/* Writing: each fills *m. */
void run_mark_begin(struct marker_text *m, const struct selftest_run *run);
void run_mark_claim(struct marker_text *m, const char *run, const struct claim *claim);
void run_mark_caveat(struct marker_text *m, const char *run, const char *text);
void run_mark_probe(struct marker_text *m, const char *run, const struct probe *probe);
void run_mark_acted(struct marker_text *m, const char *run, const struct probe *probe);
void run_mark_end(struct marker_text *m, const struct selftest_run *run, int64_t acted);

/* Reading. What a marker says; the member of the same name is filled. */
enum run_word { WORD_NONE, WORD_BEGIN, WORD_CLAIM, WORD_CAVEAT, WORD_PROBE, WORD_ACTED, WORD_END };
struct run_marker {
	enum run_word word;
	char run[RUN_ID];
	union {
		struct selftest_run begin, end;		/* end: only after and acted, ended_ms not set */
		struct claim claim;
		char caveat[RUN_RULE];
		struct probe probe, acted;	/* acted: only number, pid, result */
	};
};

/* Reads the text of a marker (struct event.detail). WORD_NONE for one that is malformed. */
void run_read(struct run_marker *out, struct bytes text);

#endif
