#include "model/facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *const fault_names[] = {
#define FAULT(id, word, unit, prose) word,
#include "model/words.def"
};

const char *place_text(const struct place *p, char out[static PLACE_TEXT])
{
	out[0] = '\0';
	if (p->kind == PLACE_FILE)
		snprintf(out, PLACE_TEXT, "%s:%" PRId64, p->file, p->line);
	else if (p->kind == PLACE_KERNEL)
		snprintf(out, PLACE_TEXT, "kernel:%" PRId64, p->line);
	else if (p->kind == PLACE_EVENT)
		snprintf(out, PLACE_TEXT, "event %" PRId64, p->line);
	return out;
}

bool place_same(const struct place *a, const struct place *b)
{
	return a->kind == b->kind && a->line == b->line && strcmp(a->file, b->file) == 0;
}
