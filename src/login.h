/*
 * Names of login ids, for logs of this machine only: a number from another
 * host is never looked up here.
 */
#ifndef MODTRAIL_LOGIN_H
#define MODTRAIL_LOGIN_H

#include "util.h"

#include <stdint.h>

#define LOGIN_CACHE 64

struct login_cache {
	struct {
		int64_t uid;
		char name[64];	/* "" if the id has no name */
	} entry[LOGIN_CACHE];	/* at uid % LOGIN_CACHE; zeroed: empty, as uid 0 has a name */
};

/* The name of uid (getpwuid_r), valid until the next call; data NULL if it has none or is unset. */
struct bytes login_name(struct login_cache *cache, int64_t uid);

#endif
