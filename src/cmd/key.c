/* key: the key by which this host signs its self-tests, and those of hosts whose logs are read. */
#include "base/clock.h"
#include "base/escape.h"
#include "base/json.h"
#include "cmd/command.h"
#include "selftest/key_file.h"
#include "trail/host_key.h"

#include <errno.h>
#include <string.h>

struct options {
	bool replace, as_json;
	const char *accept, *trust, *import;
	const char *operand;
};

static const struct command_option options[] = {
	{ "replace", 0, NULL, "make a new key for this host", SETS_FLAG(struct options, replace) },
	{ "accept", 0, "HOST", "the key that HOST's last self-tests are signed by is its key now",
		SETS_TEXT(struct options, accept) },
	{ "trust", 0, "HOST", "KEY, and no other, is the key of HOST", SETS_TEXT(struct options, trust) },
	{ "import", 0, "FILE", "the same for each line 'HOST KEY' of FILE", SETS_TEXT(struct options, import) },
	{ NULL, OPTION_OPERAND, "KEY", "as 'modtrail key' prints it there; for --accept its id is enough", IS_TAKEN },
	{ "json", 0, NULL, "the key of this host as data", SETS_FLAG(struct options, as_json) },
};

static int take(void *to, int id, const char *value, struct error *err)
{
	struct options *o = to;

	(void)id;
	if (o->operand != NULL)
		return error_set(err, ERR_USAGE, "unexpected argument '%s': expected one key", value);
	o->operand = value;
	return 0;
}

static int check_options(const struct options *o, struct error *err)
{
	int ways = o->replace + (o->accept != NULL) + (o->trust != NULL) + (o->import != NULL);

	if (ways > 1)
		return error_set(err, ERR_USAGE, "--replace, --accept, --trust and --import exclude each "
				 "other");
	if (o->trust != NULL && o->operand == NULL)
		return error_set(err, ERR_USAGE, "no key is named: expected that of '%s', as 'modtrail key' "
				 "prints it there", o->trust);
	if (o->operand != NULL && o->trust == NULL && o->accept == NULL)
		return error_set(err, ERR_USAGE, "unexpected argument '%s': a key goes with '--trust' or "
				 "'--accept'", o->operand);
	if (o->as_json && (o->accept != NULL || o->trust != NULL || o->import != NULL))
		return error_set(err, ERR_USAGE, "--json goes with the key of this host");
	return 0;
}

static void print_own(const struct signing_key *key, bool as_json)
{
	struct json j;

	if (!as_json) {
		printf("key  %s\nid   %.*s\n", key->text, KEY_ID, key->text);
		return;
	}
	json_init(&j, stdout);
	json_begin_object(&j, NULL);
	json_string(&j, "public_key", key->text);
	json_text(&j, "key_id", (struct bytes){ key->text, KEY_ID });
	json_end_object(&j);
}

static int tell_own(const struct options *o, struct error *err)
{
	const struct key_files files = key_files_here();
	struct signing_key key;
	int rc = (o->replace ? key_file_replace : key_file_load)(&key, &files, err);

	if (rc < 0)
		return rc;
	print_own(&key, o->as_json);
	if (o->replace)
		fputs("modtrail key: collectors will say that the key has changed: 'modtrail key --accept' "
		      "there\n", stderr);
	return STATUS_DONE;
}

static int trust(struct store *s, const char *host, const char *key, struct error *err)
{
	if (!signing_key_is_public((struct bytes){ key, strlen(key) }))
		return error_set(err, ERR_INPUT, "'%s' is no key: expected 43 letters, as 'modtrail key' "
				 "prints them", key);
	return store_trust_key(s, host, key, TRUST_GIVEN, clock_ms(CLOCK_REALTIME), err);
}

static char *skip_blanks(char *at)
{
	return at + strspn(at, " \t");
}

/* "HOST KEY", nothing, or a comment. */
static int import_line(struct store *s, char *line, struct error *err)
{
	char *host = skip_blanks(line), *key = host + strcspn(host, " \t\r\n"), *end;

	if (*host == '#' || host == key)
		return 0;
	if (*key != '\0')
		*key++ = '\0';
	key = skip_blanks(key);
	end = key + strcspn(key, " \t\r\n");
	if (end == key || end[strspn(end, " \t\r\n")] != '\0')
		return error_set(err, ERR_INPUT, "expected 'HOST KEY'");
	*end = '\0';
	return trust(s, host, key, err);
}

static int import(struct store *s, const char *path, struct error *err)
{
	AUTO(fclosep) FILE *file = fopen(path, "re");
	AUTO(freep) char *line = NULL;
	size_t size = 0, number = 0;
	int rc;

	if (file == NULL)
		return error_set(err, ERR_INPUT, "cannot open '%s': %s", path, strerror(errno));
	for (errno = 0; getline(&line, &size, file) >= 0; errno = 0) {
		number++;
		if ((rc = import_line(s, line, err)) < 0)
			return error_prefix(err, rc, "%s:%zu", path, number);
	}
	if (ferror(file))
		return error_set(err, ERR_INPUT, "cannot read '%s': %s", path, strerror(errno));
	return 0;
}

static int accept(struct store *s, const struct options *o, struct error *err)
{
	char key[KEY_TEXT];
	int rc = store_accept_key(s, o->accept, o->operand, key, err);

	if (rc < 0)
		return rc;
	printf("accepted %s for ", key);
	escape_print(stdout, ESCAPE_TERMINAL, (struct bytes){ o->accept, strlen(o->accept) });
	putchar('\n');
	return 0;
}

static int change(struct store *s, const struct options *o, struct error *err)
{
	if (o->accept != NULL)
		return accept(s, o, err);
	return o->trust != NULL ? trust(s, o->trust, o->operand, err) : import(s, o->import, err);
}

/* Keys that are given may come before the first log. */
static int change_trail(const char *trail, const struct options *o, struct error *err)
{
	AUTO(store_closep) struct store *s = NULL;
	int rc = store_open(&s, trail, o->accept != NULL ? STORE_CHANGE : STORE_WRITE, err);

	if (rc < 0 || (rc = store_begin(s, err)) < 0)
		return rc;
	if ((rc = change(s, o, err)) < 0) {
		store_rollback(s);
		return rc;
	}
	return store_commit(s, err);
}

static int key_run(const struct globals *g, int argc, char **argv, struct error *err)
{
	struct options o = { .replace = false };
	int rc;

	if ((rc = command_read(&command_key, argc, argv, take, &o, err)) < 0 ||
	    (rc = check_options(&o, err)) < 0)
		return rc;
	if (o.accept == NULL && o.trust == NULL && o.import == NULL)
		return tell_own(&o, err);
	return change_trail(g->trail, &o, err);
}

const struct command command_key = {
	.name = "key",
	.synopsis = "[--replace] [--json] | --accept HOST [KEY] | --trust HOST KEY | --import FILE",
	.summary = "the key that signs this host's self-tests, and which keys of others count",
	COMMAND_OPTIONS(options),
	.run = key_run,
	.failed = STATUS_FAILED,
};
