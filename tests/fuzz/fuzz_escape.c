/* Escaping: nothing that is printed can move a cursor or end a line, a cell or a string. */
#include "fuzz.h"

#include "base/escape.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum escape hows[] = { ESCAPE_TERMINAL, ESCAPE_CSV, ESCAPE_JSON, ESCAPE_HTML };

	for (size_t i = 0; i < ARRAY_SIZE(hows); i++) {
		char *out = NULL;
		int64_t len = escape_text(&out, hows[i], (struct bytes){ (const char *)data, size });

		must(len >= 0 && strlen(out) == (size_t)len);
		for (const char *p = out; *p != '\0'; p++)
			must((unsigned char)*p >= ' ' && *p != '\x7f');
		if (hows[i] == ESCAPE_HTML)
			must(strpbrk(out, "<>\"'") == NULL);
		if (hows[i] == ESCAPE_JSON)
			must(len >= 2 && out[0] == '"' && out[len - 1] == '"');
		free(out);
	}
	return 0;
}
