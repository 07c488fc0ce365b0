#include "model/keys.h"

#include <string.h>

int keys_add(struct keys *keys, const char *key, struct error *err)
{
	if (*key == '\0' || strlen(key) > KEY_LEN_MAX)
		return error_set(err, ERR_USAGE, "invalid key '%s': expected 1 to %d bytes", key,
				 KEY_LEN_MAX);
	if (keys->count == KEYS_MAX)
		return error_set(err, ERR_USAGE, "too many keys: at most %d", KEYS_MAX);
	keys->key[keys->count++] = key;
	return 0;
}

void keys_default(struct keys *keys)
{
	if (keys->count == 0)
		keys->key[keys->count++] = KEY_DEFAULT;
}
