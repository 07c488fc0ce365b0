/* Markers: hostile ones are read without harm, and what we write is read back. */
#include "fuzz.h"

#include "model/selftest_run.h"
#include "model/signature.h"

#include <string.h>

static void read_hostile(struct bytes text)
{
	static const char *const names[] = { "v", "run", "cell", "probe", "act", "key", "" };
	char value[64], key[KEY_TEXT];
	struct run_marker marker;
	struct bytes word;
	int64_t number;

	run_read(&marker, text);
	must(marker_signature(text, 500, 1795456282000, key) != SIGNATURE_GOOD);	/* nobody can */
	if (marker_word(text, &word))
		read_all(HASH_START, word);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (marker_get(text, names[i], value, sizeof(value)))
			must(strlen(value) < sizeof(value));
		(void)marker_get_number(text, names[i], &number);
	}
}

static void write_and_read(const char *value)
{
	char back[MARKER_MAX];
	struct marker_text m;
	struct bytes word;

	marker_begin(&m, "probe", "0123456789abcdef");
	marker_add(&m, "act", value);
	must(m.len < sizeof(m.text));
	must(marker_word((struct bytes){ m.text, m.len }, &word));
	if (m.cut || *value == '\0')
		return;
	must(marker_get((struct bytes){ m.text, m.len }, "act", back, sizeof(back)));
	must(strcmp(back, value) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	must(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	read_hostile((struct bytes){ (const char *)data, size });
	write_and_read(text);
	free(text);
	return 0;
}
