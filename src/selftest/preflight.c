#include "selftest/preflight.h"

#include "selftest/probe.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The kernel's own namespaces have these numbers since they have numbers at all (proc_ns.h). */
#define INITIAL_PID_NAMESPACE "pid:[4026531836]"
#define INITIAL_USER_NAMESPACE "user:[4026531837]"

/* The first line of a file, without its newline. False, and "", if there is none. */
static bool read_line(const char *root, const char *path, char *out, size_t size)
{
	char full[PATH_MAX];
	AUTO(fclosep) FILE *f = NULL;

	out[0] = '\0';
	if (snprintf(full, sizeof(full), "%s%s", root, path) >= (int)sizeof(full) ||
	    (f = fopen(full, "re")) == NULL || fgets(out, (int)size, f) == NULL) {
		out[0] = '\0';
		return false;
	}
	out[strcspn(out, "\n")] = '\0';
	return true;
}

static bool line_begins(const char *root, const char *path, const char *with)
{
	char line[64];

	return read_line(root, path, line, sizeof(line)) && strncmp(line, with, strlen(with)) == 0;
}

/* Does a list of words, parted by one of these bytes, have this word? */
static bool has_word(const char *list, const char *word, const char *parted_by)
{
	size_t len = strlen(word);

	for (const char *p = list; *p != '\0';) {
		size_t part = strcspn(p, parted_by);

		if (part == len && memcmp(p, word, len) == 0)
			return true;
		p += part + strspn(p + part, parted_by);
	}
	return false;
}

static bool has_file(const char *root, const char *path)
{
	char full[PATH_MAX];

	return snprintf(full, sizeof(full), "%s%s", root, path) < (int)sizeof(full) &&
	       access(full, F_OK) == 0;
}

static bool in_other_namespace(const char *root, const char *link, const char *initial)
{
	char full[PATH_MAX], target[64];
	ssize_t len;

	if (snprintf(full, sizeof(full), "%s%s", root, link) >= (int)sizeof(full))
		return false;
	if ((len = readlink(full, target, sizeof(target) - 1)) < 0)
		return false;
	target[len] = '\0';
	return strcmp(target, initial) != 0;
}

/*
 * The kernel answers questions about audit only in its first pid and user
 * namespace; a container that shares these has its own programs and log.
 */
static void find_container(struct host_env *out, const char *root)
{
	const char *sign = "";

	if (in_other_namespace(root, "/proc/self/ns/pid", INITIAL_PID_NAMESPACE))
		sign = "a pid namespace of its own";
	else if (in_other_namespace(root, "/proc/self/ns/user", INITIAL_USER_NAMESPACE))
		sign = "a user namespace of its own";
	else if (has_file(root, "/run/systemd/container"))
		sign = "/run/systemd/container";
	else if (has_file(root, "/run/.containerenv"))
		sign = "/run/.containerenv";
	else if (has_file(root, "/.dockerenv"))
		sign = "/.dockerenv";
	snprintf(out->container, sizeof(out->container), "%s", sign);
}

/* "Seccomp:\t2" is a filter, one line of many. */
static bool is_filtered(const char *root)
{
	char full[PATH_MAX], line[256];
	AUTO(fclosep) FILE *f = NULL;
	int mode = 0;

	if (snprintf(full, sizeof(full), "%s/proc/self/status", root) >= (int)sizeof(full) ||
	    (f = fopen(full, "re")) == NULL)
		return false;
	while (mode == 0 && fgets(line, sizeof(line), f) != NULL)
		(void)sscanf(line, "Seccomp: %d", &mode);
	return mode != 0;
}

/* "none [integrity] confidentiality": the one in brackets is in force. */
static void read_lockdown(struct host_env *out, const char *root)
{
	char line[128];
	const char *open;

	if (read_line(root, "/sys/kernel/security/lockdown", line, sizeof(line)) &&
	    (open = strchr(line, '[')) != NULL)
		snprintf(out->lockdown, sizeof(out->lockdown), "%.*s", (int)strcspn(open + 1, "]"),
			 open + 1);
}

void host_env_read(struct host_env *out, const char *root)
{
	char line[4096];

	*out = (struct host_env){ .modules_disabled = false };
	find_container(out, root);
	out->filtered = is_filtered(root);
	out->modules_disabled = line_begins(root, "/proc/sys/kernel/modules_disabled", "1");
	read_lockdown(out, root);
	out->signed_only = line_begins(root, "/sys/module/module/parameters/sig_enforce", "Y");
	out->audit_at_boot = read_line(root, "/proc/cmdline", line, sizeof(line)) &&
			     (has_word(line, "audit=1", " ") || has_word(line, "audit=on", " "));
	(void)read_line(root, "/sys/module/compression", out->decompresses,
			sizeof(out->decompresses));
	(void)read_line(root, "/sys/kernel/security/lsm", out->lsm, sizeof(out->lsm));
	out->login = read_line(root, "/proc/self/loginuid", line, sizeof(line)) &&
		     isdigit((unsigned char)line[0]) ? strtoll(line, NULL, 10) : NUM_NONE;
	if (!out->audit_at_boot)
		processes_older(&out->older, root);
}

/* libkmod cannot say which version the tools are: "kmod version 30". */
static unsigned kmod_version(void)
{
	unsigned version = 0;
	FILE *out = NULL;

	if (access("/usr/bin/kmod", X_OK) == 0)
		out = popen("/usr/bin/kmod --version", "re");
	else if (access("/bin/kmod", X_OK) == 0)
		out = popen("/bin/kmod --version", "re");
	if (out == NULL)
		return 0;
	if (fscanf(out, "kmod version %u", &version) != 1)
		version = 0;
	pclose(out);
	return version;
}

static void refused(int signal_number)
{
	_exit(signal_number);
}

/*
 * A kernel without this entry kills who tries it. No handler that was inherited may see that, nor
 * the audit log: a process that dies of SIGSEGV is a record there (ANOM_ABEND).
 */
static _Noreturn void try_entry32(void)
{
	signals_reset();
	signal(SIGSEGV, refused);
	signal(SIGSYS, refused);
	_exit(probe_entry32_works() ? 0 : 1);
}

bool preflight_has_entry32(void)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0)
		try_entry32();
	return child > 0 && TEMP_FAILURE_RETRY(waitpid(child, &status, 0)) == child &&
	       WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int check_possible(struct preflight *s, struct error *err)
{
	struct error why;
	int rc;

	if (geteuid() != 0)
		return error_set(err, ERR_SYSTEM, "a self-test needs root: run it by sudo");
	if (s->here.container[0] != '\0')
		return error_set(err, ERR_SYSTEM, "this is a container (%s), whose loads are the "
				 "host's: run the self-test on the host", s->here.container);
	if ((rc = kernel_status_read(&s->status, &why)) < 0)
		return error_set(err, ERR_SYSTEM, "%s", why.text);
	return 0;
}

static void note_problem(struct preflight *s, const struct error *err)
{
	if (s->problem[0] == '\0')
		snprintf(s->problem, sizeof(s->problem), "%.*s", (int)sizeof(s->problem) - 1,
			 err->text);
}

int preflight_read(struct preflight *s, struct error *err)
{
	struct error why;
	int rc;

	memset(s, 0, sizeof(*s));
	paths_init(&s->paths, true);
	ruleset_init(&s->files);
	ruleset_init(&s->kernel);
	host_env_read(&s->here, "");
	if ((rc = check_possible(s, err)) < 0)
		return rc;
	host_facts_read(&s->host, &s->paths);
	s->host.audit_enabled = s->status.enabled;
	/* Whoever cannot become another is tested as who they are. */
	if (s->status.login_fixed && s->here.login > 0 && s->here.login != ID_UNSET)
		s->host.login_uid = s->here.login;
	/* That a filter keeps us out of it does not mean that nobody gets in. */
	if (!s->here.filtered && !preflight_has_entry32())
		s->host.abi[1].arch = 0;
	if ((rc = rules_find_home(&s->home, RULES_FOLDER, RULES_FILE, &s->paths, err)) < 0)
		return rc;
	rc = rules_read(&s->files, s->home.path, &s->paths, &why);
	if (rc == ERR_NOMEM)
		return error_set(err, rc, "%s", why.text);
	if (rc < 0)
		note_problem(s, &why);
	if (!s->status.absent && (rc = rules_read_kernel(&s->kernel, &s->paths, err)) < 0)
		return rc;
	if (auditd_conf_read(&s->conf, AUDITD_CONF_PATH, &why) < 0)
		note_problem(s, &why);
	s->kmod = kmod_version();
	return 0;
}

void preflight_release(struct preflight *s)
{
	ruleset_release(&s->files);
	ruleset_release(&s->kernel);
	paths_release(&s->paths);
}
