/*
 * Names of login ids, for logs of this machine only: a number from another
 * host is never looked up here.
 *
 * The user database may be anything that nsswitch.conf(5) names: files, a
 * daemon behind a socket, a directory in the network. A process that gives up
 * the right to open such (ingest/confine.h) starts a helper before that, which keeps
 * it, and takes a number and gives a name, nothing else.
 */
#ifndef MODTRAIL_INGEST_LOGIN_H
#define MODTRAIL_INGEST_LOGIN_H

#include "base/error.h"

#include <stdint.h>

#define LOGIN_CACHE 64

struct login_cache {
	int helper;		/* of login_helper_start(); 0: the database is asked here */
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
 * Starts the helper, a process of its own that ends with this one, however
 * that ends. *helper is its socket, to be closed by the caller. ERR_SYSTEM.
 */
must_check int login_helper_start(int *helper, struct error *err);

#endif
