/*
 * The key of this host: a file that only root reads. It holds a secret, and the key
 * is made of that and of the machine's id, so that copies of a disk have keys of
 * their own.
 */
#ifndef MODTRAIL_SELFTEST_KEY_FILE_H
#define MODTRAIL_SELFTEST_KEY_FILE_H

#include "base/error.h"
#include "model/signature.h"

/* Not beside the trail, whose folder belongs to the reader. */
#define KEY_FILE "/etc/modtrail/selftest.key"
#define MACHINE_ID_FILE "/etc/machine-id"

struct key_files {
	const char *key, *machine_id;
};

/* $MODTRAIL_KEY, else KEY_FILE. */
struct key_files key_files_here(void);

/*
 * Reads the key, and makes the file (0600, its folder 0755) if there is none; whole or not
 * at all. ERR_SYSTEM if it is a link or no plain file, of another owner than this user, not
 * 0600, or nothing that modtrail wrote; also if it cannot be made.
 */
must_check int key_file_load(struct signing_key *out, const struct key_files *files,
			     struct error *err);

/* Puts a new key in the place of whatever is there. ERR_SYSTEM. */
must_check int key_file_replace(struct signing_key *out, const struct key_files *files,
				struct error *err);

#endif
