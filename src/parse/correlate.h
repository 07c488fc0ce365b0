/*
 * Joins the system calls of a process with the tool run that led to them, and finds
 * the origin of each. Pure: no I/O, no clock, no globals; the result depends on the
 * set of events, not on the order in which they were read.
 *
 * A call belongs to the last successful exec before it of the same pid, if
 *   - the serial went up (serials restart at boot) and time did not go back,
 *   - comm, exe, auid and ses are the same,
 *   - ppid is the same, or at most CORRELATE_ORPHAN_MS have passed (the parent
 *     may have exited; a reused pid rarely comes that soon),
 *   - at most CORRELATE_SPAN_MS have passed,
 *   - auditd did not start in between, or CORRELATE_BOOT_MS have not passed:
 *     no machine reboots faster.
 * Otherwise it is a call without a tool run.
 */
#ifndef MODTRAIL_PARSE_CORRELATE_H
#define MODTRAIL_PARSE_CORRELATE_H

#include "model/event.h"

#define CORRELATE_SPAN_MS (10 * 60 * 1000)
#define CORRELATE_ORPHAN_MS (60 * 1000)
#define CORRELATE_BOOT_MS 2000

/* The members of an EVENT_CALL or EVENT_EXEC that correlation needs. Borrowed. */
struct step {
	int64_t time_ms;
	uint64_t serial;
	enum event_kind kind;
	int64_t ppid, auid, ses;
	struct bytes comm, exe, tty;
	struct bytes argv;	/* exec: EXECVE; call: PROCTITLE, which may be stale */
	enum module_call call;
	struct bytes module;	/* call: KERN_MODULE's name; NULL if there was none */
	bool success;

	/* results */
	int run;		/* call: index of its exec in the array; -1: none, or an exec */
	unsigned calls;		/* exec: calls that belong to it */
	char tool[32];		/* the tool's name, "" if none is known */
	char inferred[64];	/* call without KERN_MODULE: name from the command line, or "" */
	enum name_source module_source;
	enum origin origin;
};

/*
 * Fills the results of all count steps, which are those of one pid on one
 * host, sorted by (time_ms, serial). starts: times of auditd's starts on that
 * host, ascending.
 *
 * tool of a run, and of the calls that belong to it: tool_of_process(). Of a
 * call without a run: comm, if exe is kmod and comm is one of its names (rules
 * without exec records); modprobe for an autoload; else none.
 * origin: autoload for kmod started by the kernel (no exec event, auid and ses
 * unset, no tty, "MODPROBE -q -- ALIAS"); interactive if a login session or a
 * terminal is behind it; service otherwise; unknown without a SYSCALL record.
 *
 * A name is inferred only where it can hardly be that of another module. In a run
 * whose command names one module: for every load by insmod, else for the last load or
 * the first unload, because dependencies are loaded before and unloaded after it. For
 * a load without a run: from PROCTITLE, if one of its arguments is a module file.
 */
void correlate(struct step *steps, size_t count, const int64_t *starts, size_t start_count);

#endif
