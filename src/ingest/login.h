/*
 * Names of login ids, for logs of this machine only: ids from other hosts are never
 * looked up here.
 *
 * The user database may be anything that nsswitch.conf(5) names: files, a daemon
 * behind a socket, a directory service. A process that is about to give up the right
 * to open those (ingest/confine.h) first starts a helper process, which keeps the
 * right and does nothing but turn numbers into names.
 */
#ifndef MODTRAIL_INGEST_LOGIN_H
#define MODTRAIL_INGEST_LOGIN_H

#include "base/error.h"

#include <stdint.h>

#define LOGIN_CACHE 64

struct login_cache {
	int helper;		/* of login_helper_start(); 0: no helper, look up here */
	struct {
		int64_t uid;
		char name[64];	/* "" if the id has no name */
	} entry[LOGIN_CACHE];	/* at uid % LOGIN_CACHE; zeroed: empty, as uid 0 has a name */
};

/*
 * The name of uid (getpwuid_r), valid until the next call; data NULL if it has
 * none or is unset. Returns 0, or ERR_SYSTEM when the helper is gone.
 */
must_check int login_name(struct login_cache *cache, int64_t uid, struct bytes *name,
			  struct error *err);

/*
 * Starts the helper process, which ends when this process does. *helper is its
 * socket, to be closed by the caller. Returns 0 or ERR_SYSTEM.
 */
must_check int login_helper_start(int *helper, struct error *err);

#endif
