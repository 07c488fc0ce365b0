/* The rule text parser, on a host of which nothing is known. */
#include "fuzz.h"

#include "rules/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ruleset set;
	struct paths facts;
	struct error err;

	paths_init(&facts, false);
	ruleset_init(&set);
	(void)!rules_read_text(&set, "fuzz.rules", (struct bytes){ (const char *)data, size }, &facts,
			       &err);
	ruleset_release(&set);
	paths_release(&facts);
	return 0;
}
