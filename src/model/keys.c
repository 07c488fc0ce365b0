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

bool keys_next(struct bytes *keys, struct bytes *key)
{
	const char *end;

	if (keys->data == NULL)
		return false;
	end = memchr(keys->data, KEY_SEPARATOR, keys->len);
	*key = (struct bytes){ keys->data, end ? (size_t)(end - keys->data) : keys->len };
	if (end == NULL)
		keys->data = NULL;
	else
		*keys = (struct bytes){ end + 1, keys->len - key->len - 1 };
	return true;
}

bool keys_hold(struct bytes keys, const char *const *wanted)
{
	struct bytes key;

	while (keys_next(&keys, &key))
		for (const char *const *w = wanted; *w != NULL; w++)
			if (bytes_are(key, *w))
				return true;
	return false;
}
