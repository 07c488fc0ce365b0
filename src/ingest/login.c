#include "ingest/login.h"

#include "model/event.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define NAME_SIZE sizeof(((struct login_cache *)0)->entry[0].name)

static void look_up(int64_t uid, char name[static NAME_SIZE])
{
	struct passwd pw, *found = NULL;
	char buffer[4096];

	memset(name, 0, NAME_SIZE);
	if (getpwuid_r((uid_t)uid, &pw, buffer, sizeof(buffer), &found) == 0 && found != NULL)
		snprintf(name, NAME_SIZE, "%s", pw.pw_name);
}

static bool ask(int helper, int64_t uid, char name[static NAME_SIZE])
{
	ssize_t n = send(helper, &uid, sizeof(uid), MSG_NOSIGNAL);

	while (n == sizeof(uid) && (n = read(helper, name, NAME_SIZE)) < 0 && errno == EINTR)
		n = sizeof(uid);
	return n == NAME_SIZE && name[NAME_SIZE - 1] == '\0';
}

int login_name(struct login_cache *cache, int64_t uid, struct bytes *out, struct error *err)
{
	char *name;

	*out = (struct bytes){ 0 };
	if (uid < 0 || uid == ID_UNSET)
		return 0;
	name = cache->entry[uid % LOGIN_CACHE].name;
	if (cache->entry[uid % LOGIN_CACHE].uid != uid || (uid == 0 && *name == '\0')) {
		if (cache->helper == 0)
			look_up(uid, name);
		else if (!ask(cache->helper, uid, name))
			return error_set(err, ERR_SYSTEM, "the process that looks up login names is "
					 "gone: run again to go on from here");
		cache->entry[uid % LOGIN_CACHE].uid = uid;
	}
	if (*name != '\0')
		*out = (struct bytes){ name, strlen(name) };
	return 0;
}

/* The helper: a number in, a name out, until the other end is closed. */
static void serve(int fd)
{
	char name[NAME_SIZE];
	sigset_t all;
	int64_t uid;

	/* A signal to the whole process group must not end the helper before the reader. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	prctl(PR_SET_NAME, "modtrail-login");
	/* Keep no descriptor of the reader, and drop what the database's libraries print. */
	if (dup2(fd, STDIN_FILENO) < 0)
		_exit(1);
	close_range(STDIN_FILENO + 1, UINT_MAX, 0);
	if (open("/dev/null", O_RDWR) < 0 || dup(STDIN_FILENO + 1) < 0)
		_exit(1);
	while (read(STDIN_FILENO, &uid, sizeof(uid)) == sizeof(uid)) {
		look_up(uid, name);
		if (send(STDIN_FILENO, name, sizeof(name), MSG_NOSIGNAL) < 0)
			break;
	}
	_exit(0);
}

int login_helper_start(int *helper, struct error *err)
{
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return error_set(err, ERR_SYSTEM, "cannot make a socket: %s", strerror(errno));
	if ((pid = fork()) == 0)
		serve(ends[1]);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return error_set(err, ERR_SYSTEM, "cannot start a process: %s", strerror(errno));
	}
	*helper = ends[0];
	return 0;
}
