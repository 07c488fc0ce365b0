#include "verdict/detail.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

static const char *const prose[] = {
#define FAULT(id, word, unit, prose) prose,
#include "model/words.def"
};

/* One of the letters that stand behind '%' in the prose of a fault. */
static void put_part(struct text *t, const struct facts *f, char letter)
{
	if (letter == 'p')
		text_put(t, "%s", f->path);
	else if (letter == 't')
		text_put(t, "%s", f->text);
	else if (letter == 'e')
		text_put(t, "%s", strerror((int)f->amount[0]));
	else
		text_put(t, "%" PRId64, f->amount[letter - '1']);
}

static void put_fault(struct text *t, const struct facts *f)
{
	for (const char *p = prose[f->fault]; *p != '\0'; p++) {
		if (*p == '%')
			put_part(t, f, *++p);
		else
			text_put_char(t, *p);
	}
}

const char *detail_text(const struct facts *f, char out[static DETAIL_MAX])
{
	struct text t = { .out = out, .size = DETAIL_MAX };
	char place[PLACE_TEXT];

	out[0] = '\0';
	place_text(&f->at, place);
	if (f->verbatim)
		text_put(&t, "%s", f->text);
	else if (f->fault != FAULT_NONE)
		put_fault(&t, f);
	else if (f->other[0] != '\0')
		text_put(&t, "%s%s%s", f->other, place[0] ? " @ " : "", place);
	else if (f->text[0] != '\0')
		text_put(&t, "%s%s%s", place, place[0] ? ": " : "", f->text);
	else
		text_put(&t, "%s", f->path[0] ? f->path : f->field);
	return out;
}

bool detail_counts(const struct facts *f)
{
	static const char *const units[] = {
#define FAULT(id, word, unit, prose) unit,
#include "model/words.def"
	};

	return !f->verbatim && units[f->fault][0] != '\0';
}
