/* Times and lengths of time: what is read is printed and read again as the same. */
#include "fuzz.h"

#include "base/timespec.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int64_t now_ms = INT64_C(1795456283072);
	char *text = malloc(size + 1), out[TIME_TEXT];
	int64_t ms, again;

	must(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	if (time_parse(text, now_ms, &ms)) {
		must(time_parse(time_utc(ms, out), now_ms, &again) && again == ms);
		must(strlen(time_local(ms, out)) < sizeof(out));
	}
	if (duration_parse(text, &ms))
		must(ms >= 0);
	free(text);
	return 0;
}
