/*
 * perform -n NUMBER -o TRANSCRIPT [-l LOGINUID] [-u UID] [-d DIR] [-t] COMMAND [ARG...]
 *
 * Performs one act of a scenario and adds a line to the transcript: number,
 * pid, start, end, exit status, command. The pid is that of COMMAND itself, so
 * that a row of the trail can be held against it.
 *
 * Start and end come from the clock that the kernel stamps audit events with
 * (the coarse one), and the clock has moved on before this program ends: each
 * event of an act is within its window, and windows do not touch.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ACT_LIMIT_S 60

struct options {
	const char *number, *transcript, *loginuid, *dir;
	uid_t uid;
	bool terminal;
};

static pid_t act;

static void die(const char *what)
{
	perror(what);
	_exit(125);
}

/* An act that hangs ends as one that was killed; the transcript shows it. */
static void on_alarm(int sig)
{
	(void)sig;
	kill(-act, SIGKILL);
}

static struct timespec now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME_COARSE, &t);
	return t;
}

static bool same_ms(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec / 1000000 == b.tv_nsec / 1000000;
}

/* The middle process logs in, not the act: as with sshd, the act's own title is fresh. */
static void log_in(const char *loginuid)
{
	int fd = open("/proc/self/loginuid", O_WRONLY);

	if (fd < 0 || write(fd, loginuid, strlen(loginuid)) < 0)
		die("loginuid");
	close(fd);
}

static void quote(FILE *out, const char *word)
{
	const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_";

	if (*word != '\0' && word[strspn(word, plain)] == '\0') {
		fputs(word, out);
		return;
	}
	fputc('\'', out);
	for (; *word != '\0'; word++) {
		unsigned char c = *word;

		if (c == '\'')
			fputs("'\\''", out);
		else if (c < ' ' || c >= 0x7f)
			fprintf(out, "\\x%02x", c);
		else
			fputc(c, out);
	}
	fputc('\'', out);
}

static void take_terminal(int master)
{
	int slave;

	if (grantpt(master) < 0 || unlockpt(master) < 0)
		die("terminal");
	slave = open(ptsname(master), O_RDWR);
	if (slave < 0 || ioctl(slave, TIOCSCTTY, 0) < 0)
		die("terminal");
	dup2(slave, 0);
	dup2(slave, 1);
	dup2(slave, 2);
	close(slave);
	close(master);
}

static void become(const struct options *o, int master, char **argv)
{
	int status;

	setsid();
	if (master >= 0)
		take_terminal(master);
	if (o->dir != NULL && chdir(o->dir) < 0)
		die(o->dir);
	if (o->uid != 0 && (setgid(o->uid) < 0 || setuid(o->uid) < 0))
		die("setuid");
	execvp(argv[0], argv);
	status = errno == ENOENT ? 127 : 126;
	perror(argv[0]);
	_exit(status);
}

/* Until everybody has closed the terminal. */
static void drain(int master)
{
	char buf[4096];
	ssize_t n;

	while ((n = read(master, buf, sizeof(buf))) > 0 || (n < 0 && errno == EINTR)) {
		if (n > 0 && write(1, buf, n) < 0)
			die("write");
	}
}

static void note(const struct options *o, struct timespec start, struct timespec end, int status,
		 char **argv)
{
	FILE *out = fopen(o->transcript, "a");

	if (out == NULL)
		die(o->transcript);
	fprintf(out, "%s\t%d\t%lld.%03ld\t%lld.%03ld\t%d\t", o->number, (int)act,
		(long long)start.tv_sec, start.tv_nsec / 1000000,
		(long long)end.tv_sec, end.tv_nsec / 1000000, status);
	for (int i = 0; argv[i] != NULL; i++) {
		if (i > 0)
			fputc(' ', out);
		quote(out, argv[i]);
	}
	fputc('\n', out);
	if (fclose(out) != 0)
		die(o->transcript);
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	struct timespec start, end;
	int c, status, master = -1;

	while ((c = getopt(argc, argv, "+n:o:l:u:d:t")) != -1) {
		switch (c) {
		case 'n': o.number = optarg; break;
		case 'o': o.transcript = optarg; break;
		case 'l': o.loginuid = optarg; break;
		case 'u': o.uid = atoi(optarg); break;
		case 'd': o.dir = optarg; break;
		case 't': o.terminal = true; break;
		default: return 125;
		}
	}
	if (o.number == NULL || o.transcript == NULL || optind == argc)
		return 125;

	if (o.loginuid != NULL)
		log_in(o.loginuid);
	if (o.terminal && (master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
		die("terminal");
	signal(SIGALRM, on_alarm);
	start = now();
	if ((act = fork()) < 0)
		die("fork");
	if (act == 0)
		become(&o, master, argv + optind);
	alarm(ACT_LIMIT_S);
	if (master >= 0)
		drain(master);
	while (waitpid(act, &status, 0) < 0)
		if (errno != EINTR)
			die("waitpid");
	end = now();
	status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	note(&o, start, end, status, argv + optind);
	while (same_ms(now(), end))
		usleep(1000);
	return status;
}
