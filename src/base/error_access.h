/*
 * What keeps this process from a file, in words that say what would be right.
 */
#ifndef MODTRAIL_BASE_ERROR_ACCESS_H
#define MODTRAIL_BASE_ERROR_ACCESS_H

#include "base/error.h"

/*
 * Fills err with "cannot WHAT 'PATH': REASON" for an errno, and for EACCES
 * with who may: root, or the group that the file, or a folder above it, is
 * open to. Returns code.
 */
int error_access(struct error *err, enum err code, const char *what, const char *path,
		 int error_number);

#endif
