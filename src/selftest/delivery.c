#include "selftest/delivery.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define MIB (1024 * 1024)

void delivery_look(struct delivery_log *out, const char *log_file)
{
	char folder[PATH_MAX];
	struct statvfs fs;
	struct stat st;

	*out = (struct delivery_log){ .free_mib = -1, .all_mib = -1 };
	if (stat(log_file, &st) < 0)
		out->error = errno;
	else
		*out = (struct delivery_log){ .dev = st.st_dev, .ino = st.st_ino, .size = st.st_size,
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

static void set_log(struct facts *f, enum delivery_fault fault, const struct auditd_conf *c)
{
	f->fault = fault;
	snprintf(f->path, sizeof(f->path), "%.255s", c->log_file);
}

static bool explain_space(struct facts *out, const struct delivery_facts *f)
{
	const struct auditd_conf *c = f->conf;
	const struct {
		enum delivery_fault fault;
		const char *limit, *action;
	} limits[] = {
		{ FAULT_DISK_FULL, "0", c->disk_full_action },
		{ FAULT_ADMIN_SPACE_LEFT, c->admin_space_left, c->admin_space_left_action },
		{ FAULT_SPACE_LEFT, c->space_left, c->space_left_action },
	};
	int64_t free_mib = f->log_after.free_mib;

	for (size_t i = 0; free_mib >= 0 && i < ARRAY_SIZE(limits); i++) {
		if (!ends_writing(limits[i].action) ||
		    free_mib > limit_mib(limits[i].limit, f->log_after.all_mib))
			continue;
		set_log(out, limits[i].fault, c);
		out->amount[0] = free_mib;
		snprintf(out->text, sizeof(out->text), "%s", limits[i].action);
		return true;
	}
	return false;
}

/* The log is as large as it may be. There is room on the disk, and nobody says a word. */
static bool explain_size(struct facts *out, const struct delivery_facts *f)
{
	const struct auditd_conf *c = f->conf;

	if (!ends_writing(c->max_log_file_action) || c->max_log_file == 0 ||
	    f->log_after.size < (int64_t)c->max_log_file * MIB)
		return false;
	set_log(out, FAULT_MAX_LOG_FILE, c);
	out->amount[0] = c->max_log_file;
	snprintf(out->text, sizeof(out->text), "%s", c->max_log_file_action);
	return true;
}

static bool grew(const struct delivery_log *before, const struct delivery_log *after)
{
	return before->error != 0 || before->dev != after->dev || before->ino != after->ino ||
	       before->size != after->size;
}

static void explain_lost(struct facts *out, const struct delivery_facts *f)
{
	out->fault = FAULT_RECORDS_LOST;
	out->amount[0] = f->after.lost - f->before.lost;
	out->amount[1] = f->after.rate_limit;
	out->amount[2] = f->after.backlog_limit;
}

/* The first fault on the way from the kernel to the log. */
static void explain(struct facts *out, const struct delivery_facts *f)
{
	const struct delivery_log *log = &f->log_after;

	if (f->after.absent) {
		out->fault = FAULT_NO_AUDIT;
	} else if (f->after.enabled == 0) {
		out->fault = FAULT_SWITCHED_OFF;
	} else if (f->after.daemon_pid == 0) {
		out->fault = FAULT_NO_DAEMON;
	} else if (!f->conf->write_logs) {
		out->fault = FAULT_WRITE_LOGS;
	} else if (explain_space(out, f) || explain_size(out, f)) {
		return;
	} else if (log->error != 0) {
		set_log(out, FAULT_LOG_MISSING, f->conf);
		out->amount[0] = log->error;
	} else if (f->after.lost > f->before.lost) {
		explain_lost(out, f);
	} else if (!grew(&f->log_before, log)) {
		set_log(out, FAULT_LOG_STANDS_STILL, f->conf);
		out->amount[0] = f->after.daemon_pid;
	} else {
		set_log(out, FAULT_MARKERS_ASTRAY, f->conf);
	}
}

static enum reason reason_of_fault(enum delivery_fault fault)
{
	switch (fault) {
	case FAULT_NO_AUDIT:
	case FAULT_SWITCHED_OFF:
		return REASON_AUDIT_OFF;
	case FAULT_RECORDS_LOST:
		return REASON_LOST;
	case FAULT_MARKERS_ASTRAY:
		return REASON_UNEXPLAINED;
	default:
		return REASON_NOT_LOGGED;
	}
}

void delivery_explain(struct delivery_state *out, const struct delivery_facts *facts)
{
	*out = (struct delivery_state){ .known = true };
	explain(&out->facts, facts);
	out->reason = reason_of_fault(out->facts.fault);
}

bool delivery_is_dead(const struct delivery_facts *f)
{
	return f->after.enabled == 0 || f->after.daemon_pid == 0 || !f->conf->write_logs;
}
