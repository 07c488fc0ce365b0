#include "ingest/confine.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* For kernels that are newer than the headers at build time. */
#define ACCESS_REFER ((uint64_t)1 << 13)
#define ACCESS_TRUNCATE ((uint64_t)1 << 14)
#define ACCESS_IOCTL_DEV ((uint64_t)1 << 15)

#define ACCESS_FILE_READ ((uint64_t)LANDLOCK_ACCESS_FS_READ_FILE)
#define ACCESS_FILE_WRITE ((uint64_t)LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE)
#define ACCESS_READ (ACCESS_FILE_READ | LANDLOCK_ACCESS_FS_READ_DIR)
#define ACCESS_WRITE (ACCESS_READ | ACCESS_FILE_WRITE | LANDLOCK_ACCESS_FS_MAKE_REG | \
		      LANDLOCK_ACCESS_FS_REMOVE_FILE)

/* The allowed calls, grouped by purpose. */
static const char *const calls[] = {
	/* files that are open, and opening; Landlock says which */
	"access", "close", "faccessat", "faccessat2", "fallocate", "fchmod", "fchown",
	"fcntl", "fdatasync", "flock", "fstat", "fstatfs", "fsync", "ftruncate", "getcwd",
	"getdents", "getdents64", "lseek", "lstat", "newfstatat", "open", "openat", "pread64",
	"preadv", "preadv2", "pwrite64", "pwritev", "read", "readlink", "readlinkat",
	"readv", "stat", "statfs", "statx", "umask", "unlink", "unlinkat", "write", "writev",
	/* memory; mmap and mprotect have conditions, see below */
	"brk", "madvise", "mremap", "msync", "munmap",
	/* waiting, for a log and for other writers */
	"clock_getres", "clock_gettime", "clock_nanosleep", "futex", "gettimeofday",
	"inotify_add_watch", "inotify_init1", "inotify_rm_watch", "nanosleep", "poll", "ppoll",
	"pselect6", "restart_syscall", "sched_yield", "time",
	/* itself */
	"exit", "exit_group", "getegid", "geteuid", "getgid", "getpid", "getppid", "getrandom",
	"getrlimit", "getrusage", "gettid", "getuid", "rseq", "rt_sigaction", "rt_sigpending",
	"rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "sched_getaffinity",
	"set_robust_list", "sigaltstack", "sysinfo", "uname",
};

void confine_init(struct confine *c)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock_ruleset_attr attr;

	*c = (struct confine){ .ruleset = -1 };
	if (abi < 1)
		return;
	c->handled = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
	c->handled |= abi >= 2 ? ACCESS_REFER : 0;
	c->handled |= abi >= 3 ? ACCESS_TRUNCATE : 0;
	c->handled |= abi >= 5 ? ACCESS_IOCTL_DEV : 0;
	attr = (struct landlock_ruleset_attr){ .handled_access_fs = c->handled };
	c->ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
}

void confine_release(struct confine *c)
{
	if (c->ruleset >= 0)
		close(c->ruleset);
	c->ruleset = -1;
}

static void allow(struct confine *c, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr rule = { .parent_fd = open(path, O_PATH | O_CLOEXEC) };
	struct stat st;

	if (rule.parent_fd < 0)
		return;
	/* The kernel refuses rights of folders for a file. */
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		access &= ACCESS_FILE_READ | ACCESS_FILE_WRITE;
	rule.allowed_access = access & c->handled;
	/* If this fails, opening the path will report an error. */
	(void)syscall(SYS_landlock_add_rule, c->ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
}

void confine_read(struct confine *c, const char *path)
{
	if (c->ruleset >= 0)
		allow(c, path, ACCESS_READ);
}

void confine_write(struct confine *c, const char *folder)
{
	if (c->ruleset >= 0)
		allow(c, folder, ACCESS_WRITE);
}

static const char *hold_files(const struct confine *c)
{
	if (c->ruleset < 0)
		return "this kernel has no Landlock, so every file that its user may open can be opened";
	if (syscall(SYS_landlock_restrict_self, c->ruleset, 0) < 0)
		return "Landlock refuses";
	return NULL;
}

static const char *drop_capabilities(void)
{
	static const unsigned kept[] = { CAP_DAC_OVERRIDE, CAP_CHOWN };
	bool has[ARRAY_SIZE(kept)];

	if (capng_get_caps_process() < 0)
		return "its capabilities cannot be read";
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		has[i] = capng_have_capability(CAPNG_EFFECTIVE, kept[i]);
	/* Nothing to drop, and a service manager may forbid the call. */
	if (capng_have_capabilities(CAPNG_SELECT_CAPS) == CAPNG_NONE)
		return NULL;
	capng_clear(CAPNG_SELECT_CAPS);
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		if (has[i])
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, kept[i]);
	/* The bounding set has an effect only on execve(2), which seccomp forbids. */
	return capng_apply(CAPNG_SELECT_CAPS) < 0 ? "its capabilities cannot be dropped" : NULL;
}

static int allow_call(scmp_filter_ctx filter, const char *name)
{
	int number = seccomp_syscall_resolve_name(name);

	/* Other architectures lack some calls, and an old libseccomp lacks the newest. */
	return number < 0 ? 0 : seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
}

#define NAMESPACES (CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | \
		    CLONE_NEWUSER | CLONE_NEWUTS)

/* Calls that are allowed only with certain arguments. */
static int allow_some(scmp_filter_ctx filter)
{
	const struct {
		int number;
		struct scmp_arg_cmp condition;
	} some[] = {
		/* no new executable memory */
		{ SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
		{ SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
		/* threads, but no processes; of clone3() a filter cannot see the flags */
		{ SCMP_SYS(clone), SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_THREAD | NAMESPACES,
					      CLONE_THREAD) },
		/* isatty(), but no input into a terminal */
		{ SCMP_SYS(ioctl), SCMP_A1_32(SCMP_CMP_EQ, TCGETS, 0) },
		/* abort() signals itself */
		{ SCMP_SYS(tgkill), SCMP_A0_32(SCMP_CMP_EQ, (uint32_t)getpid(), 0) },
		/* read limits of this process, but do not set them */
		{ SCMP_SYS(prlimit64), SCMP_A2_64(SCMP_CMP_EQ, 0, 0) },
		/* send() to the login helper, whose socket is connected */
		{ SCMP_SYS(sendto), SCMP_A4_64(SCMP_CMP_EQ, 0, 0) },
	};
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(some) && rc == 0; i++)
		rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, some[i].number, 1, some[i].condition);
	return rc;
}

static const char *hold_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int rc = filter == NULL ? -ENOMEM : 0;

	/* A 32-bit C library uses other calls for the same purposes. */
	if (sizeof(long) < 8)
		rc = -ENOTSUP;
	for (size_t i = 0; i < ARRAY_SIZE(calls) && rc == 0; i++)
		rc = allow_call(filter, calls[i]);
	if (rc == 0)
		rc = allow_some(filter);
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	return rc == 0 ? NULL : "this kernel takes no seccomp filter, so every system call can be made";
}

/* Appends missing, if it is not NULL, to the text. Returns whether it did. */
static bool note(struct error *text, const char *missing)
{
	size_t len = strlen(text->text);

	if (missing != NULL)
		snprintf(text->text + len, sizeof(text->text) - len, "%s%s", len > 0 ? "; " : "",
			 missing);
	return missing != NULL;
}

int confine_enter(struct confine *c, struct error *text)
{
	bool missing = false;

	text->text[0] = '\0';
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		missing |= note(text, "new privileges cannot be renounced");
	/* In this order: capabilities need /proc, and seccomp forbids the calls of the others. */
	missing |= note(text, drop_capabilities());
	missing |= note(text, hold_files(c));
	missing |= note(text, hold_calls());
	return missing;
}
