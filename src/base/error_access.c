#include "base/error_access.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool may(const char *path, int how)
{
	return faccessat(AT_FDCWD, path, how, AT_EACCESS) == 0;
}

/* Stats the first folder above path that this process may not enter, else path itself. */
static bool find_barrier(const char *path, struct stat *barrier)
{
	char folder[PATH_MAX];

	for (const char *slash = path; (slash = strchr(slash, '/')) != NULL; slash++) {
		size_t len = slash == path ? 1 : (size_t)(slash - path);

		if (len >= sizeof(folder))
			return false;
		memcpy(folder, path, len);
		folder[len] = '\0';
		if (!may(folder, X_OK))
			return stat(folder, barrier) == 0;
	}
	return stat(path, barrier) == 0;
}

static void name_group(char *out, size_t size, gid_t gid)
{
	struct group group, *found = NULL;
	char buffer[4096];

	/* A group with too many members for the buffer is named by its number. */
	if (getgrgid_r(gid, &group, buffer, sizeof(buffer), &found) == 0 && found != NULL)
		snprintf(out, size, "%s", group.gr_name);
	else
		snprintf(out, size, "%u", (unsigned)gid);
}

int error_access(struct error *err, enum err code, const char *what, const char *path,
		 int error_number)
{
	const char *why = strerror(error_number);
	char group[64];
	struct stat barrier;

	if (error_number != EACCES || !find_barrier(path, &barrier))
		return error_set(err, code, "cannot %s '%s': %s", what, path, why);
	/* Not the permissions refuse, but Landlock (ingest/confine.h) or a security module. */
	if (may(path, R_OK))
		return error_set(err, code, "cannot %s '%s': it lies outside of what this process "
				 "may open: name it, or its folder, on the command line", what, path);
	if ((barrier.st_mode & S_IRGRP) == 0 || barrier.st_gid == 0)
		return error_set(err, code, "cannot %s '%s': %s: run as root", what, path, why);
	name_group(group, sizeof(group), barrier.st_gid);
	return error_set(err, code, "cannot %s '%s': %s: run as root, or as a member of the group "
			 "'%s'", what, path, why, group);
}

int error_access_log(struct error *err, enum err code, const char *path, int error_number)
{
	if (error_number != EACCES || may(path, R_OK))
		return error_access(err, code, "open", path, error_number);
	return error_set(err, code, "cannot open '%s': %s: a group of this user must have the right to "
			 "read it (auditd's log: log_group in /etc/audit/auditd.conf)", path,
			 strerror(error_number));
}
