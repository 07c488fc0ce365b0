#include "selftest/probe.h"

#include "base/clock.h"
#include "model/selftest_run.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOGINUID "/proc/self/loginuid"
#define CANNOT_RUN 127

/* The pipes between parent and child. Our ends are close-on-exec, so that no tool keeps them. */
struct pipes {
	int ready[2];	/* child to parent: one byte, the errno of becoming the actor */
	int go[2];	/* parent to child: one byte */
	int ended[2];	/* the tool's stderr; closed by the child's end, whatever ends it */
};

static void close_both(int pair[2])
{
	for (int i = 0; i < 2; i++) {
		if (pair[i] >= 0)
			close(pair[i]);
		pair[i] = -1;
	}
}

static void pipes_close(struct pipes *p)
{
	close_both(p->ready);
	close_both(p->go);
	close_both(p->ended);
}

static bool pipes_open(struct pipes *p)
{
	*p = (struct pipes){ { -1, -1 }, { -1, -1 }, { -1, -1 } };
	return pipe2(p->ready, O_CLOEXEC) == 0 && pipe2(p->go, O_CLOEXEC) == 0 &&
	       pipe2(p->ended, O_CLOEXEC) == 0;
}

static int64_t own_login(void)
{
	AUTO(fclosep) FILE *f = fopen(LOGINUID, "re");
	int64_t auid;

	return f != NULL && fscanf(f, "%" SCNd64, &auid) == 1 ? auid : NUM_NONE;
}

/* Returns 0 or an errno. */
static int log_in(int64_t auid)
{
	int fd = open(LOGINUID, O_WRONLY | O_CLOEXEC), len, failed = 0;
	char text[24];

	if (fd < 0)
		return errno;
	len = snprintf(text, sizeof(text), "%" PRId64, auid);
	if (write(fd, text, (size_t)len) != len)
		failed = errno;
	close(fd);
	return failed;
}

/*
 * Returns 0 or an errno. Where nothing changes nothing is written: that would make a record.
 * A kernel may be told to take a login id of unset ones only: then it is unset first.
 */
static int become(int64_t auid)
{
	int failed;

	if (own_login() == auid)
		return 0;
	failed = log_in(auid);
	if (failed == EPERM && auid != ID_UNSET && log_in(ID_UNSET) == 0)
		failed = log_in(auid);
	return failed;
}

void signals_reset(void)
{
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		if (s != SIGKILL && s != SIGSTOP)
			signal(s, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Standard streams of the act: nothing in, nothing out, complaints to our pipe. */
static bool redirect(const struct pipes *p)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	return null >= 0 && dup2(null, 0) == 0 && dup2(null, 1) == 1 && dup2(p->ended[1], 2) == 2;
}

static _Noreturn void run_child(struct pipes *p, const struct probe_action *action, int64_t auid,
				pid_t parent)
{
	char failed, go;

	/* Nobody is left behind, also if the parent is gone before we say so. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(CANNOT_RUN);
	/* A terminal's interrupt is for the parent, which cleans up: it ends the whole group. */
	setpgid(0, 0);
	signals_reset();
	failed = (char)become(auid);
	if (write(p->ready[1], &failed, 1) != 1 || failed != 0)
		_exit(CANNOT_RUN);
	close(p->go[1]);
	if (read(p->go[0], &go, 1) != 1 || !redirect(p))
		_exit(CANNOT_RUN);
	if (action->argument[0] == NULL)
		_exit(probe_call(action));
	execv(action->argument[0], (char *const *)action->argument);
	dprintf(2, "cannot run %s: %s\n", action->argument[0], strerror(errno));
	_exit(CANNOT_RUN);
}

static void reap(pid_t pid, int *status)
{
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
}

/* With all that it started: the child leads a group of its own as soon as it can act. */
static void end_now(pid_t pid)
{
	if (kill(-pid, SIGKILL) < 0)
		kill(pid, SIGKILL);
}

void probe_abandon(struct probe_child *child)
{
	int status;

	if (child->pid <= 0)
		return;
	end_now(child->pid);
	reap(child->pid, &status);
	close(child->go);
	close(child->ended);
	child->pid = 0;
}

/* Reads one byte from the child; false if it ended without a word. */
static bool hear(int fd, char *byte)
{
	ssize_t n;

	while ((n = read(fd, byte, 1)) < 0 && errno == EINTR)
		;
	return n == 1;
}

int probe_start(struct probe_child *child, const struct probe_action *action, int64_t auid,
		struct error *err)
{
	pid_t parent = getpid();
	struct pipes p;
	char failed = 0;

	*child = (struct probe_child){ .pid = -1 };
	if (!pipes_open(&p) || (child->pid = fork()) < 0) {
		pipes_close(&p);
		return error_set(err, ERR_SYSTEM, "cannot start a process: %s", strerror(errno));
	}
	if (child->pid == 0)
		run_child(&p, action, auid, parent);
	child->go = p.go[1];
	child->ended = p.ended[0];
	p.go[1] = p.ended[0] = -1;
	close(p.ready[1]);
	p.ready[1] = -1;
	if (!hear(p.ready[0], &failed))
		failed = ECHILD;
	pipes_close(&p);
	if (failed == 0)
		return 0;
	probe_abandon(child);
	return error_set(err, ERR_SYSTEM, "cannot set login id %" PRId64 ": %s", auid,
			 strerror(failed));
}

/* Keeps the first line, and lets the rest pass: a full pipe would hold the tool up. */
static void listen_to(struct probe_child *child, const char *text, size_t len)
{
	size_t have = strlen(child->said);

	if (have > 0 && child->said[have - 1] == '\n')
		return;
	for (size_t i = 0; i < len && have + 1 < sizeof(child->said); i++) {
		child->said[have++] = text[i];
		if (text[i] == '\n')
			break;
	}
	child->said[have] = '\0';
}

/* Waits until the act's end has closed the pipe. False: it took too long, or we are to stop. */
static bool await_end(struct probe_child *child, const volatile sig_atomic_t *stop)
{
	int64_t limit = clock_ms(CLOCK_MONOTONIC) + PROBE_LIMIT_MS;
	struct pollfd at = { .fd = child->ended, .events = POLLIN };
	char text[512];

	for (;;) {
		int64_t left = limit - clock_ms(CLOCK_MONOTONIC);
		ssize_t n;

		if (left <= 0 || (stop != NULL && *stop))
			return false;
		if (poll(&at, 1, (int)MIN(left, 100)) <= 0)
			continue;
		n = read(child->ended, text, sizeof(text));
		if (n == 0)
			return true;
		if (n > 0)
			listen_to(child, text, (size_t)n);
	}
}

int probe_act(struct probe_child *child, const volatile sig_atomic_t *stop, struct error *err)
{
	bool ended;
	int status = 0;

	if (write(child->go, "!", 1) != 1) {
		probe_abandon(child);
		error_set(err, ERR_SYSTEM, "its process died before it could act");
		return PROBE_SKIPPED;
	}
	ended = await_end(child, stop);
	if (!ended)
		end_now(child->pid);
	reap(child->pid, &status);
	close(child->go);
	close(child->ended);
	child->pid = 0;
	child->said[strcspn(child->said, "\n")] = '\0';
	if (ended && WIFEXITED(status) && WEXITSTATUS(status) != CANNOT_RUN)
		return WEXITSTATUS(status);
	error_set(err, ERR_SYSTEM, "%s", child->said[0] ? child->said :
		  ended ? "it was killed" : stop != NULL && *stop ? "interrupted" :
		  "it did not end in time");
	return PROBE_SKIPPED;
}
