/*
 * Performs one act of a self-test: in a process of its own, forked for this
 * act alone, with the login id of the actor that it stands for. The child
 * becomes the actor, then waits until its parent has told the audit stream its
 * pid; then it acts and ends. Children die with their parent.
 */
#ifndef MODTRAIL_SELFTEST_PROBE_H
#define MODTRAIL_SELFTEST_PROBE_H

#include "base/error.h"
#include "model/cell.h"
#include "rules/predict.h"

#include <signal.h>
#include <sys/types.h>

#define PROBE_ARGUMENTS 5
#define PROBE_LIMIT_MS 10000	/* an act that takes longer is ended */

/*
 * What to do. Either a tool is run, so that the child's pid is the tool's, or
 * one call is made that cannot load or unload anything:
 *
 *   delete_module("modtrail_NONCE", O_NONBLOCK)   ENOENT; KERN_MODULE has the name
 *   finit_module(-1, NONCE, 0)                    EBADF; a1 is the nonce
 *   init_module(NULL, 0, NONCE)                   ENOEXEC; a2 is the nonce
 *
 * The latter two never read the argument that holds the nonce. In 32-bit form
 * that is its lower half.
 */
struct probe_action {
	const char *argument[PROBE_ARGUMENTS + 1];	/* [0] is the tool's path; NULL: a call */
	enum module_call call;
	enum abi abi;
	int number;		/* of the call, in that abi */
	uint64_t nonce;
	char name[32];		/* "modtrail_NONCE": what delete_module asks for */
	char path[64];		/* of a file that is not there */
};

/* A child that has become the actor and waits. */
struct probe_child {
	pid_t pid;
	int go, ended;		/* pipes: written by us; closed by the end of the act */
	char said[160];		/* the first line that the tool wrote to stderr; "" */
};

/*
 * Starts a child with login id auid (ID_UNSET for none). ERR_SYSTEM if it
 * cannot become that actor, or cannot be started; nothing is left then.
 */
must_check int probe_start(struct probe_child *child, const struct probe_action *action,
			   int64_t auid, struct error *err);

/*
 * Lets it act, and waits for its end. Returns 0 if all went well, the errno of
 * a call or the exit status of a tool that failed (child->said is its
 * complaint), or PROBE_SKIPPED (model/selftest_run.h) with *err filled if the tool could not
 * be run, or was killed because it took too long or *stop was set. The caller
 * ignores SIGPIPE.
 */
int probe_act(struct probe_child *child, const volatile sig_atomic_t *stop, struct error *err);

/* Ends a child that has not acted. */
void probe_abandon(struct probe_child *child);

/* Handlers, what is ignored and what is blocked: as a new program expects them. For a child. */
void signals_reset(void);

/* Can 32-bit calls be made by int 0x80? Kills the caller where the kernel refuses. */
bool probe_entry32_works(void);

/* Makes the call of a action in this process. Returns 0 or its errno. */
int probe_call(const struct probe_action *action);

#endif
