#include "selftest/delivery.h"

#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define MIB (1024 * 1024)

void pipe_look(struct pipe_log *out, const char *log_file)
{
	char folder[PATH_MAX];
	struct statvfs fs;
	struct stat st;

	*out = (struct pipe_log){ .free_mib = -1, .all_mib = -1 };
	if (stat(log_file, &st) < 0)
		out->error = errno;
	else
		*out = (struct pipe_log){ .dev = st.st_dev, .ino = st.st_ino, .size = st.st_size,
					  .free_mib = -1, .all_mib = -1 };
	snprintf(folder, sizeof(folder), "%s", log_file);
	if (statvfs(dirname(folder), &fs) < 0)
		return;
	out->free_mib = (int64_t)((uint64_t)fs.f_bavail * fs.f_frsize / MIB);
	out->all_mib = (int64_t)((uint64_t)fs.f_blocks * fs.f_frsize / MIB);
}

/* A limit of auditd.conf in MiB: "75", or "25%" of the file system. 0: none. */
static int64_t limit_mib(const char *setting, int64_t all_mib)
{
	long long number = 0;
	char percent = '\0';

	if (sscanf(setting, "%lld%c", &number, &percent) < 1 || number < 0)
		return 0;
	return percent == '%' ? all_mib * MIN(number, 100) / 100 : number;
}

/* Actions after which auditd writes no more. */
static bool ends_writing(const char *action)
{
	return strcmp(action, "suspend") == 0 || strcmp(action, "single") == 0 ||
	       strcmp(action, "halt") == 0;
}

static bool explain_space(struct pipe_state *out, const struct pipe_facts *f)
{
	const struct auditd_conf *c = f->conf;
	const struct {
		const char *name, *limit, *action;
	} limits[] = {
		{ "disk_full", "0", c->disk_full_action },
		{ "admin_space_left", c->admin_space_left, c->admin_space_left_action },
		{ "space_left", c->space_left, c->space_left_action },
	};
	int64_t free_mib = f->log_after.free_mib;

	for (size_t i = 0; free_mib >= 0 && i < ARRAY_SIZE(limits); i++) {
		if (!ends_writing(limits[i].action) ||
		    free_mib > limit_mib(limits[i].limit, f->log_after.all_mib))
			continue;
		snprintf(out->detail, sizeof(out->detail), "%" PRId64 " MiB are free for %.255s, "
			 "so auditd has stopped writing (%s_action = %s)", free_mib, c->log_file,
			 limits[i].name, limits[i].action);
		return true;
	}
	return false;
}

/* The log is as large as it may be. There is room on the disk, and nobody says a word. */
static bool explain_size(struct pipe_state *out, const struct pipe_facts *f)
{
	const struct auditd_conf *c = f->conf;

	if (!ends_writing(c->max_log_file_action) || c->max_log_file == 0 ||
	    f->log_after.size < (int64_t)c->max_log_file * MIB)
		return false;
	snprintf(out->detail, sizeof(out->detail), "%.255s has reached %u MiB, so auditd has stopped "
		 "writing (max_log_file_action = %s)", c->log_file, c->max_log_file,
		 c->max_log_file_action);
	return true;
}

static bool grew(const struct pipe_log *before, const struct pipe_log *after)
{
	return before->error != 0 || before->dev != after->dev || before->ino != after->ino ||
	       before->size != after->size;
}

static enum reason explain(struct pipe_state *out, const struct pipe_facts *f)
{
	const struct pipe_log *log = &f->log_after;
	size_t size = sizeof(out->detail);

	if (f->after.absent) {
		snprintf(out->detail, size, "the kernel was booted with audit=0, or has no audit");
		return REASON_AUDIT_OFF;
	}
	if (f->after.enabled == 0) {
		snprintf(out->detail, size, "audit is switched off in the kernel (enabled 0)");
		return REASON_AUDIT_OFF;
	}
	if (f->after.daemon_pid == 0) {
		snprintf(out->detail, size, "no audit daemon is running");
		return REASON_NOT_LOGGED;
	}
	if (!f->conf->write_logs) {
		snprintf(out->detail, size, "auditd writes no log (write_logs = no)");
		return REASON_NOT_LOGGED;
	}
	if (explain_space(out, f))
		return REASON_NOT_LOGGED;
	if (explain_size(out, f))
		return REASON_NOT_LOGGED;
	if (log->error != 0) {
		snprintf(out->detail, size, "%.255s: %s", f->conf->log_file, strerror(log->error));
		return REASON_NOT_LOGGED;
	}
	if (f->after.lost > f->before.lost) {
		snprintf(out->detail, size, "the kernel lost %u records meanwhile (rate limit %u, "
			 "backlog limit %u)", f->after.lost - f->before.lost, f->after.rate_limit,
			 f->after.backlog_limit);
		return REASON_LOST;
	}
	if (!grew(&f->log_before, log)) {
		snprintf(out->detail, size, "%.255s did not grow, though the kernel took the "
			 "markers: auditd (pid %d) is suspended, hangs, or writes elsewhere",
			 f->conf->log_file, f->after.daemon_pid);
		return REASON_NOT_LOGGED;
	}
	snprintf(out->detail, size, "%.255s grew, but the markers are not in it",
		 f->conf->log_file);
	return REASON_UNEXPLAINED;
}

void pipe_explain(struct pipe_state *out, const struct pipe_facts *facts)
{
	*out = (struct pipe_state){ .known = true };
	out->reason = explain(out, facts);
}

bool pipe_is_dead(const struct pipe_facts *f)
{
	return f->after.enabled == 0 || f->after.daemon_pid == 0 || !f->conf->write_logs;
}
