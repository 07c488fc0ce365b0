/*
 * Error texts for files that cannot be opened, with the user or group that could.
 */
#ifndef MODTRAIL_BASE_ERROR_ACCESS_H
#define MODTRAIL_BASE_ERROR_ACCESS_H

#include "base/error.h"

/*
 * Fills err with "cannot WHAT 'PATH': REASON" for an errno. For EACCES the text
 * names who may open the file: root, or the group that has the right to read the
 * file or to pass the folder that refuses. Returns code.
 */
int error_access(struct error *err, enum err code, const char *what, const char *path,
		 int error_number);

/*
 * The same for a log that a service opens, whose user is not to be root: for EACCES the
 * text names the setting that gives the log to a group.
 */
int error_access_log(struct error *err, enum err code, const char *path, int error_number);

#endif
