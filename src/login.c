#include "login.h"

#include "event.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

struct bytes login_name(struct login_cache *cache, int64_t uid)
{
	struct passwd pw, *found = NULL;
	char buffer[4096], *name;

	if (uid < 0 || uid == ID_UNSET)
		return (struct bytes){ 0 };
	name = cache->entry[uid % LOGIN_CACHE].name;
	if (cache->entry[uid % LOGIN_CACHE].uid != uid || (uid == 0 && *name == '\0')) {
		*name = '\0';
		if (getpwuid_r((uid_t)uid, &pw, buffer, sizeof(buffer), &found) == 0 && found != NULL)
			snprintf(name, sizeof(cache->entry[0].name), "%s", pw.pw_name);
		cache->entry[uid % LOGIN_CACHE].uid = uid;
	}
	return *name == '\0' ? (struct bytes){ 0 } : (struct bytes){ name, strlen(name) };
}
