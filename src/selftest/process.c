#include "selftest/process.h"

#include "base/util.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define KERNEL_THREAD 0x00200000u	/* PF_KTHREAD, among the flags of /proc/PID/stat */

struct process {
	char name[32];
	unsigned flags;
	unsigned long long started;	/* in clock ticks since boot */
};

static void closedirp(DIR **dir)
{
	if (*dir != NULL)
		closedir(*dir);
}

static DIR *open_proc(const char *root)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%s/proc", root) < (int)sizeof(path) ? opendir(path) : NULL;
}

/* The name may hold anything, brackets and blanks included: the last ')' ends it. */
static bool parse_process(char *line, struct process *out)
{
	char *open = strchr(line, '('), *close = strrchr(line, ')');

	if (open == NULL || close == NULL || close < open)
		return false;
	snprintf(out->name, sizeof(out->name), "%.*s", (int)(close - open - 1), open + 1);
	return sscanf(close + 1, " %*c %*d %*d %*d %*d %*d %u %*u %*u %*u %*u %*u %*u %*d %*d %*d "
		      "%*d %*d %*d %llu", &out->flags, &out->started) == 2;
}

static bool read_process(const char *root, const char *pid, struct process *out)
{
	char path[PATH_MAX], line[1024];
	AUTO(fclosep) FILE *f = NULL;

	if (snprintf(path, sizeof(path), "%s/proc/%s/stat", root, pid) >= (int)sizeof(path) ||
	    (f = fopen(path, "re")) == NULL)
		return false;
	line[fread(line, 1, sizeof(line) - 1, f)] = '\0';
	return parse_process(line, out);
}

/* The next process of /proc; false at its end. */
static bool next_process(DIR *proc, const char *root, struct process *out)
{
	const struct dirent *entry;

	while ((entry = readdir(proc)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    read_process(root, entry->d_name, out))
			return true;
	return false;
}

static bool is_named(const char *names, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = names; (p = strstr(p, name)) != NULL; p += len)
		if ((p == names || p[-1] == ' ') && (p[len] == ',' || p[len] == '\0'))
			return true;
	return false;
}

static void add_name(struct processes *out, const char *name, unsigned *named)
{
	size_t len = strlen(out->names);

	if (*named == PROCESSES_NAMED || *name == '\0' || is_named(out->names, name) ||
	    len + strlen(name) + 3 > sizeof(out->names))
		return;
	snprintf(out->names + len, sizeof(out->names) - len, "%s%s", len ? ", " : "", name);
	(*named)++;
}

static bool is_within(uint64_t tick, const struct tick_span *spans, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tick >= spans[i].from && tick <= spans[i].to)
			return true;
	return false;
}

void processes_started(struct processes *out, const char *root, const struct tick_span *spans,
		       size_t count)
{
	AUTO(closedirp) DIR *proc = open_proc(root);
	unsigned named = 0;
	struct process p;

	*out = (struct processes){ .count = 0 };
	while (proc != NULL && next_process(proc, root, &p)) {
		if ((p.flags & KERNEL_THREAD) || !is_within(p.started, spans, count))
			continue;
		out->count++;
		add_name(out, p.name, &named);
	}
}

/* journald switches auditing on as well, unless told otherwise (journald.conf(5), Audit=). */
static bool begins_auditing(const struct process *p)
{
	return strcmp(p->name, "auditd") == 0 || strcmp(p->name, "systemd-journal") == 0;
}

void processes_older(struct processes *out, const char *root)
{
	AUTO(closedirp) DIR *proc = open_proc(root);
	struct tick_span before = { 0, 0 };
	unsigned long long began = 0;
	struct process p;

	while (proc != NULL && next_process(proc, root, &p))
		if (begins_auditing(&p) && (began == 0 || p.started < began))
			began = p.started;
	before.to = began > 0 ? began - 1 : 0;
	processes_started(out, root, &before, began > 0);
}
