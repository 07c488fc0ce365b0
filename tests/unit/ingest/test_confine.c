/*
 * What a process can still do once it has confined itself. Each test confines a
 * child, as there is no way back; a child that finds something wrong says so
 * and ends with 1.
 */
#include "ingest/confine.h"
#include "scratch.h"
#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define check(condition) \
	do { \
		if (!(condition)) { \
			dprintf(STDERR_FILENO, "# %s:%d: %s (errno %d)\n", __FILE__, __LINE__, \
				#condition, errno); \
			_exit(1); \
		} \
	} while (0)

/* The call fails, and with this errno. */
#define refused(call, error) check((errno = 0, (long)(call) == -1) && errno == (error))

static const char *root;	/* with log/, trail/ and else/, the one to stay out of */

static const char *at(const char *path)
{
	static char full[8][256];
	static unsigned next;

	snprintf(full[next % 8], sizeof(full[0]), "%s/%s", root, path);
	return full[next++ % 8];
}

static int setup(void **state)
{
	int rc = scratch_setup(state);

	root = *state;
	scratch_file(root, "/log/audit.log", "newest\n");
	scratch_file(root, "/log/sub/audit.log", "below\n");
	scratch_file(root, "/trail/trail.db", "");
	scratch_file(root, "/else/secret", "secret\n");
	scratch_file(root, "/else/old", "old\n");
	scratch_link(root, "/log/audit.log.1", at("else/old"));
	scratch_link(root, "/log/other", at("else/secret"));
	scratch_link(root, "/linked", at("log"));
	return rc;
}

static bool has_landlock(void)
{
	struct confine c;
	bool has;

	confine_init(&c);
	has = c.ruleset >= 0;
	confine_release(&c);
	return has;
}

/* A test of what only Landlock holds. */
static void needs_landlock(void)
{
	if (!has_landlock())
		skip();
}

/* As a reader of log/ whose trail is in trail/. */
static void confine_reader(const char *log, bool follow)
{
	struct confine c;
	struct error text;
	int rc;

	confine_init(&c);
	rc = confine_read_log(&c, at(log), follow, &text);
	check(rc == 0);
	confine_write(&c, at("trail"));
	rc = confine_enter(&c, &text);
	confine_release(&c);
	check(rc == 0 || (!has_landlock() && strstr(text.text, "Landlock") != NULL));
}

static void in_child(void (*act)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		act();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static bool can_read(const char *path)
{
	int fd = open(path, O_RDONLY);
	char byte;
	bool can = fd >= 0 && read(fd, &byte, 1) == 1;

	if (fd >= 0)
		close(fd);
	return can;
}

static bool can_list(const char *path)
{
	DIR *dir = opendir(path);

	if (dir != NULL)
		closedir(dir);
	return dir != NULL;
}

/* It is held as the one that started it. */
static void *open_in_a_thread(void *arg)
{
	*(bool *)arg = can_read(at("log/audit.log")) && !can_read(at("else/secret"));
	return NULL;
}

static void use_what_is_allowed(void)
{
	bool held = false;
	pthread_t thread;
	int fd;

	confine_reader("log", false);
	check(can_read(at("log/audit.log")) && can_read(at("log/sub/audit.log")));
	check(can_list(at("log")) && can_list(at("trail")));
	fd = open(at("trail/trail.db-wal"), O_RDWR | O_CREAT | O_EXCL, 0640);
	check(fd >= 0 && write(fd, "x", 1) == 1 && ftruncate(fd, 0) == 0 && close(fd) == 0);
	check(open(at("trail/trail.db"), O_RDWR | O_TRUNC) >= 0);
	check(unlink(at("trail/trail.db-wal")) == 0);
	check(pthread_create(&thread, NULL, open_in_a_thread, &held) == 0 &&
	      pthread_join(thread, NULL) == 0 && held);
	check(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
	      MAP_FAILED);
}

static void reads_the_log_and_writes_the_trail(void **state)
{
	(void)state;
	in_child(use_what_is_allowed);
}

static void open_something_else(void)
{
	confine_reader("log", false);
	refused(open(at("else/secret"), O_RDONLY), EACCES);
	refused(open(at("log/other"), O_RDONLY), EACCES);	/* a link of no log */
	refused(open("/etc/passwd", O_RDONLY), EACCES);
	refused(open("/proc/self/mem", O_RDWR), EACCES);
	check(!can_list(root) && errno == EACCES);
}

static void opens_nothing_elsewhere(void **state)
{
	(void)state;
	needs_landlock();
	in_child(open_something_else);
}

static void change_the_log(void)
{
	confine_reader("log", false);
	refused(open(at("log/audit.log"), O_WRONLY | O_APPEND), EACCES);
	refused(open(at("log/new"), O_WRONLY | O_CREAT, 0600), EACCES);
	refused(unlink(at("log/audit.log")), EACCES);
	refused(open(at("trail/../else/new"), O_WRONLY | O_CREAT, 0600), EACCES);
}

static void cannot_change_the_log(void **state)
{
	(void)state;
	needs_landlock();
	in_child(change_the_log);
}

static void read_through_links(void)
{
	confine_reader("linked/audit.log", false);
	check(can_read(at("linked/audit.log")) && can_list(at("linked")));
	check(can_read(at("log/audit.log.1")));		/* a rotation that lies elsewhere */
	check(can_read(at("else/old")));		/* under its own name, too */
}

static void a_log_behind_links_is_read(void **state)
{
	(void)state;
	in_child(read_through_links);
}

static void replace_the_folder(void)
{
	int go[2], gone[2];
	char byte;
	pid_t pid;

	check(pipe(go) == 0 && pipe(gone) == 0);
	pid = fork();
	check(pid >= 0);
	if (pid == 0) {		/* logrotate, or whoever does such things */
		check(read(go[0], &byte, 1) == 1);
		check(rename(at("log"), at("log.old")) == 0 && mkdir(at("log"), 0750) == 0);
		scratch_file(root, "/log/audit.log", "another\n");
		check(write(gone[1], "x", 1) == 1);
		_exit(0);
	}
	confine_reader("log", true);
	check(can_read(at("log/audit.log")));
	check(write(go[1], "x", 1) == 1 && read(gone[0], &byte, 1) == 1);
	check(can_read(at("log/audit.log")) && can_list(at("log")));
}

static void a_followed_folder_may_be_replaced(void **state)
{
	(void)state;
	in_child(replace_the_folder);
}

static void wait_for_a_folder(void)
{
	confine_reader("else/to/come/audit.log", true);
	check(can_read(at("else/old")) && can_list(at("else")));
	if (has_landlock())
		refused(open(at("log/audit.log"), O_RDONLY), EACCES);
}

static void a_followed_folder_may_come(void **state)
{
	(void)state;
	in_child(wait_for_a_folder);
}

#define A_THREAD (CLONE_VM | CLONE_SIGHAND | CLONE_THREAD)

static void *code;	/* memory that a child would run */

static void make_calls(void)
{
	char name[] = "false", *const arguments[] = { name, NULL };
	char stack[64] __attribute__((aligned(16)));

	confine_reader("log", false);
	refused(execv("/bin/false", arguments), ENOSYS);
	refused(execv(at("else/secret"), arguments), ENOSYS);
	refused(fork(), ENOSYS);
	refused(syscall(SYS_clone, CLONE_VM | CLONE_SIGHAND | SIGCHLD, stack, 0, 0, 0), ENOSYS);
	refused(syscall(SYS_clone, A_THREAD | CLONE_NEWNS, stack, 0, 0, 0), ENOSYS);
	refused(syscall(SYS_clone3, NULL, 0), ENOSYS);
	refused(unshare(CLONE_NEWUSER), ENOSYS);
	refused(socket(AF_INET, SOCK_STREAM, 0), ENOSYS);
	refused(socket(AF_UNIX, SOCK_STREAM, 0), ENOSYS);
	refused(socket(AF_NETLINK, SOCK_RAW, 9 /* audit */), ENOSYS);
	refused(ptrace(PTRACE_TRACEME, 0, NULL, NULL), ENOSYS);
	refused(kill(getppid(), 0), ENOSYS);
	refused(syscall(SYS_tgkill, getppid(), getppid(), 0), ENOSYS);
	refused(syscall(SYS_init_module, "", 0, ""), ENOSYS);
	refused(syscall(SYS_finit_module, -1, "", 0), ENOSYS);
	refused(syscall(SYS_delete_module, "nosuch", O_NONBLOCK), ENOSYS);
	refused(syscall(SYS_bpf, 0, NULL, 0), ENOSYS);
	refused(syscall(SYS_setuid, getuid()), ENOSYS);
	refused(syscall(SYS_mount, "", "", "", 0, NULL), ENOSYS);
	refused(chmod(at("trail/trail.db"), 0666), ENOSYS);
	refused(symlink("x", at("trail/link")), ENOSYS);
	refused(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), ENOSYS);
	refused(mprotect(code, 4096, PROT_READ | PROT_EXEC), ENOSYS);
}

static void makes_no_other_calls(void **state)
{
	(void)state;
	code = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(code, MAP_FAILED);
	in_child(make_calls);
	munmap(code, 4096);
}

static void fail_an_assertion(void)
{
	confine_reader("log", false);
	abort();
}

static void an_abort_is_one(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		fail_an_assertion();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

/* The number behind a name in a process's status, in this base. */
static unsigned long long status_of(pid_t pid, const char *name, int base)
{
	char path[64], line[256], *end = NULL;
	unsigned long long number = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			number = strtoull(line + strlen(name) + 1, &end, base);
	fclose(f);
	assert_non_null(end);
	return number;
}

static void the_kernel_says_so(void **state)
{
	int confined[2], done[2], status;
	char byte;
	pid_t pid;

	(void)state;
	assert_true(pipe(confined) == 0 && pipe(done) == 0);
	pid = fork();
	if (pid == 0) {
		confine_reader("log", false);
		close(done[1]);
		check(write(confined[1], "x", 1) == 1 && read(done[0], &byte, 1) == 1);
		_exit(0);
	}
	close(confined[1]);
	assert_int_equal(read(confined[0], &byte, 1), 1);
	assert_int_equal(status_of(pid, "NoNewPrivs:", 10), 1);
	assert_int_equal(status_of(pid, "Seccomp:", 10), 2);
	/* CAP_CHOWN is 0, CAP_DAC_OVERRIDE 1; root had them, another user none */
	assert_int_equal(status_of(pid, "CapEff:", 16) & ~3ULL, 0);
	assert_int_equal(status_of(pid, "CapPrm:", 16) & ~3ULL, 0);
	assert_int_equal(status_of(pid, "CapEff:", 16),
			 status_of(getpid(), "CapEff:", 16) & 3);
	assert_int_equal(write(done[1], "x", 1), 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(confined[0]);
	close(done[0]);
	close(done[1]);
}

/* On a kernel that answers so to this call, as far as this process can see. */
static void confine_without(int call, const char *said)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	struct confine c;
	struct error text;

	check(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), call, 0) == 0);
	/* the older way to a filter */
	check(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1,
			       SCMP_A0_32(SCMP_CMP_EQ, PR_SET_SECCOMP, 0)) == 0);
	check(seccomp_load(filter) == 0);
	seccomp_release(filter);
	confine_init(&c);
	check(confine_enter(&c, &text) == 1);
	check(strstr(text.text, said) != NULL);
	confine_release(&c);
}

static void confine_without_landlock(void)
{
	confine_without(SCMP_SYS(landlock_create_ruleset), "no Landlock");
	refused(fork(), ENOSYS);	/* everything else holds */
}

static void confine_without_seccomp(void)
{
	confine_without(SCMP_SYS(seccomp), "no seccomp filter");
	if (has_landlock())
		refused(open("/etc/passwd", O_RDONLY), EACCES);
}

static void what_cannot_be_had_is_told(void **state)
{
	(void)state;
	in_child(confine_without_landlock);
	in_child(confine_without_seccomp);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, scratch_teardown)
	const struct CMUnitTest tests[] = {
		TEST(reads_the_log_and_writes_the_trail),
		TEST(opens_nothing_elsewhere),
		TEST(cannot_change_the_log),
		TEST(a_log_behind_links_is_read),
		TEST(a_followed_folder_may_be_replaced),
		TEST(a_followed_folder_may_come),
		TEST(makes_no_other_calls),
		TEST(an_abort_is_one),
		TEST(the_kernel_says_so),
		TEST(what_cannot_be_had_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
