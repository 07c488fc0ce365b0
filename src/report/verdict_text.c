#include "report/private.h"

#include "base/escape.h"
#include "base/timespec.h"
#include "report/columns.h"
#include "sql.h"

#include <inttypes.h>
#include <string.h>

static const struct column matrix_columns[1 + ACTOR_COUNT] = {
	{ .name = "mechanism", .type = COLUMN_TEXT },
	{ .name = "daemon", .type = COLUMN_TEXT },
	{ .name = "root", .type = COLUMN_TEXT },
	{ .name = "login", .type = COLUMN_TEXT },
};

static struct bytes text_of(const char *text)
{
	return (struct bytes){ text, strlen(text) };
}

static enum table_color verdict_color(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_PROVEN:
		return COLOR_GOOD;
	case VERDICT_SILENT:
	case VERDICT_MISKEYED:
	case VERDICT_BLIND:
		return COLOR_BAD;
	case VERDICT_INAPPLICABLE:
		return COLOR_DIM;
	default:
		return COLOR_WARN;
	}
}

static const struct reported_cell *find_cell(const struct reported_host *host, int mechanism,
					     int actor)
{
	for (size_t i = 0; i < host->cell_count; i++)
		if ((int)host->cell[i].cell.mechanism == mechanism &&
		    (int)host->cell[i].cell.actor == actor)
			return &host->cell[i];
	return NULL;
}

static int put_row(struct table *t, const struct reported_host *host, int mechanism,
		   struct error *err)
{
	int rc;

	if ((rc = table_row(t, err)) < 0 ||
	    (rc = table_text(t, text_of(mechanism_names[mechanism]), COLOR_NONE, err)) < 0)
		return rc;
	for (int actor = 0; actor < ACTOR_COUNT; actor++) {
		const struct reported_cell *c = find_cell(host, mechanism, actor);

		rc = c == NULL ? table_missing(t, err)
			       : table_text(t, text_of(verdict_names[c->verdict]),
					    verdict_color(c->verdict), err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int print_matrix(FILE *out, const struct reported_host *host, struct error *err)
{
	const struct column *columns[ARRAY_SIZE(matrix_columns)];
	AUTO(table_freep) struct table *t = NULL;
	struct table *ended;
	int rc;

	for (size_t i = 0; i < ARRAY_SIZE(matrix_columns); i++)
		columns[i] = &matrix_columns[i];
	if ((rc = table_begin(&t, out, TABLE_TEXT, "matrix", columns, ARRAY_SIZE(columns),
			      table_color_wanted(out), err)) < 0)
		return rc;
	for (int m = 0; m < MECHANISM_COUNT; m++)
		if ((rc = put_row(t, host, m, err)) < 0)
			return rc;
	ended = t;
	t = NULL;
	return table_end(ended, err);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Is the same to be said of both? */
static bool alike(const struct reported_cell *a, const struct reported_cell *b)
{
	for (size_t i = 0; i < TOLD_FOR_PROGRAMS; i++)
		if (!same_text(a->text[i], b->text[i]))
			return false;
	return a->verdict == b->verdict && a->reason == b->reason && a->expect == b->expect &&
	       a->since_ms == b->since_ms && a->checked_ms == b->checked_ms &&
	       a->probes == b->probes && a->seen == b->seen;
}

static void print_line(FILE *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	fprintf(out, "  %-9s ", name);
	escape_print(out, ESCAPE_TERMINAL, text_of(value));
	fputc('\n', out);
}

/* Commands: line by line, so that they can be pasted as they stand. */
static void print_remedy(FILE *out, const char *remedy)
{
	while (remedy != NULL && *remedy != '\0') {
		size_t len = strcspn(remedy, "\n");

		fputs("    ", out);
		fwrite(remedy, 1, len, out);	/* verdict/remedy.c leaves no control characters in it */
		fputc('\n', out);
		remedy += len + (remedy[len] == '\n');
	}
}

static bool contradicts(const struct reported_cell *c)
{
	bool seen = c->probes > 0 && c->seen == c->probes;

	return c->probes > 0 && ((c->expect == EXPECT_RECORDED && !seen) ||
				 (c->expect == EXPECT_SILENT && c->verdict == VERDICT_PROVEN));
}

static void print_observation(FILE *out, const struct reported_cell *c)
{
	if (c->probes > 0)
		fprintf(out, "  %-9s %" PRId64 " of %" PRId64 " acts%s\n", "seen", c->seen, c->probes,
			c->text[TOLD_KEYS] ? "" : c->seen ? ", under no key" : "");
	if (c->text[TOLD_KEYS] != NULL && c->verdict != VERDICT_PROVEN)
		print_line(out, "keys", c->text[TOLD_KEYS]);
	if (contradicts(c))
		fprintf(out, "  %-9s the rules let expect that it is %s\n", "but",
			c->expect == EXPECT_RECORDED ? "recorded" : "not recorded");
}

static void print_history(FILE *out, const struct reported_cell *c)
{
	char since[TIME_TEXT], changed[TIME_TEXT];

	if (c->since_ms == 0)
		return;
	fprintf(out, "  %-9s %s", "since", time_local(c->since_ms, since));
	if (c->text[TOLD_EVENT] != NULL) {
		fputs("; before that: ", out);
		escape_print(out, ESCAPE_TERMINAL, text_of(c->text[TOLD_EVENT]));
		fprintf(out, ", %s", time_local(c->event_ms, changed));
	}
	fputc('\n', out);
}

/* The cells from first on that are like it, a mechanism a line; they are marked as done. */
static void print_names(FILE *out, const struct reported_host *host, size_t first, bool *done)
{
	const struct reported_cell *c = &host->cell[first], *last = NULL;
	int indent = (int)strlen(verdict_names[c->verdict]) + 2;

	fprintf(out, "\n%s: ", verdict_names[c->verdict]);
	for (size_t i = first; i < host->cell_count; i++) {
		const struct reported_cell *next = &host->cell[i];

		if (!alike(next, c))
			continue;
		if (last != NULL && last->cell.mechanism == next->cell.mechanism)
			fprintf(out, ", %s", actor_names[next->cell.actor]);
		else
			fprintf(out, "%s%*s%s by %s", last ? "\n" : "", last ? indent : 0, "",
				mechanism_names[next->cell.mechanism], actor_names[next->cell.actor]);
		last = next;
		done[i] = true;
	}
	fputc('\n', out);
}

/* remedy: whether it was printed for a cell above already. */
static void print_cell_told(FILE *out, const struct reported_cell *c, bool remedy_known)
{
	print_line(out, "rule", c->text[TOLD_RULE]);
	print_line(out, "at", c->text[TOLD_PLACE]);
	if (c->reason != REASON_NONE)
		fprintf(out, "  %-9s %s, at the stage '%s'\n", "reason", reason_names[c->reason],
			stage_names[c->stage]);
	print_line(out, "detail", c->text[TOLD_DETAIL]);
	print_observation(out, c);
	print_history(out, c);
	if (c->text[TOLD_REMEDY] == NULL)
		return;
	fprintf(out, "  remedy%s\n", remedy_known ? "    as above" : "");
	if (!remedy_known)
		print_remedy(out, c->text[TOLD_REMEDY]);
}

static bool remedy_above(const struct reported_host *host, size_t at)
{
	const char *remedy = host->cell[at].text[TOLD_REMEDY];

	for (size_t i = 0; i < at; i++)
		if (falls_short(host->cell[i].verdict) && remedy != NULL &&
		    same_text(host->cell[i].text[TOLD_REMEDY], remedy))
			return true;
	return false;
}

static void print_cells(FILE *out, const struct reported_host *host)
{
	bool done[CELLS] = { false };

	for (size_t i = 0; i < host->cell_count; i++) {
		const struct reported_cell *c = &host->cell[i];

		if (done[i] || !(falls_short(c->verdict) || contradicts(c)))
			continue;
		print_names(out, host, i, done);
		print_cell_told(out, c, remedy_above(host, i));
	}
}

static void print_head(FILE *out, const struct reported_host *host)
{
	const char *lacks = host->ended_ms == 0 ? ", without an end"
			    : host->cell_count == 0 ? ", which tested nothing" : "";
	char begun[TIME_TEXT];

	fputc('\n', out);
	escape_print(out, ESCAPE_TERMINAL, host->name);
	if (host->run.data != NULL)
		fprintf(out, ": self-test %.*s of %s%s\n", (int)host->run.len, host->run.data,
			time_local(host->begun_ms, begun), lacks);
	else if (host->marked_ms != 0)
		fprintf(out, ": a self-test began %s, and is not judged yet\n",
			time_local(host->marked_ms, begun));
	else
		fputs(": no self-test\n", out);
}

static void print_caveats(FILE *out, struct bytes caveats)
{
	while (caveats.len > 0) {
		const char *end = memchr(caveats.data, '\n', caveats.len);
		size_t len = end ? (size_t)(end - caveats.data) : caveats.len;

		fputs("note: ", out);
		escape_print(out, ESCAPE_TERMINAL, (struct bytes){ caveats.data, len });
		fputc('\n', out);
		caveats.data += MIN(len + 1, caveats.len);
		caveats.len -= MIN(len + 1, caveats.len);
	}
}

static size_t count_checked(const struct reported_host *host, int64_t checked_ms, size_t before)
{
	size_t count = 0;

	for (size_t i = 0; i < before; i++)
		count += host->cell[i].checked_ms == checked_ms;
	return count;
}

/* Cells that the last self-test had nothing to say about, and the one that had. */
static void print_older(FILE *out, const struct reported_host *host)
{
	char checked[TIME_TEXT];

	for (size_t i = 0; i < host->cell_count; i++) {
		int64_t checked_ms = host->cell[i].checked_ms;
		size_t count = count_checked(host, checked_ms, host->cell_count);

		if (checked_ms == host->begun_ms || checked_ms == 0 || count_checked(host, checked_ms, i) > 0)
			continue;
		fprintf(out, "note: %zu cell%s %s as found by the self-test of %s, the last that exercised "
			"%s%s\n", count, count == 1 ? "" : "s", count == 1 ? "is" : "are",
			time_local(checked_ms, checked), count == 1 ? "it" : "them",
			host->cell[i].is_unsigned ? ", which is not signed" : "");
	}
}

/* Whose word it is what was said of the host. */
static void print_signature(FILE *out, const struct reported_host *host)
{
	const struct refused_run *r = &host->refused;
	char begun[TIME_TEXT];

	if (host->signature == SIGNATURE_UNSIGNED)
		fputs("note: this self-test is not signed: whoever may write audit records there may have "
		      "forged it\n", out);
	if (r->id.data == NULL)
		return;
	fprintf(out, "note: self-test %.*s of %s proves nothing: ", (int)r->id.len, r->id.data,
		time_local(r->begun_ms, begun));
	switch (r->signature) {
	case SIGNATURE_UNSIGNED:
		fputs("it is not signed, as those of this host are\n", out);
		return;
	case SIGNATURE_BAD:
		fputs("its signature does not fit: it was forged, changed or sent once more\n", out);
		return;
	default:
		fprintf(out, "it is by key %.*s, which nobody accepted: compare it with 'modtrail key' on the "
			"host, then 'modtrail key --accept'\n", KEY_ID, r->key.data);
	}
}

struct text {
	FILE *out;
	struct query *losses;
};

/* What was not seen may be among it. */
static int print_losses(const struct text *text, const struct reported_host *host,
			struct error *err)
{
	struct bytes kinds;
	int64_t losses = report_losses(text->losses, host, &kinds, err);

	if (losses > 0)
		fprintf(text->out, "note: %" PRId64 " known loss%s%s (%.*s): see 'modtrail sql losses'\n",
			losses, losses == 1 ? "" : "es", host->begun_ms != 0 ? " since then" : "",
			(int)kinds.len, kinds.data);
	return (int)MIN(losses, 0);
}

static int print_host(void *arg, struct reported_host *host, struct error *err)
{
	const struct text *text = arg;
	int rc;

	print_head(text->out, host);
	if (host->cell_count > 0 && (rc = print_matrix(text->out, host, err)) < 0)
		return rc;
	print_signature(text->out, host);
	print_missing(text->out, "note: ", "acts", host->acts_missing, host->acts, ": run it again\n");
	print_missing(text->out, "note: ", "claims", host->claims_missing, host->claims,
		      ": run it again\n");
	print_caveats(text->out, host->caveats);
	print_older(text->out, host);
	if ((rc = print_losses(text, host, err)) < 0)
		return rc;
	print_cells(text->out, host);
	return 0;
}

int report_text(FILE *out, struct store *s, const struct verdict_query *what, struct error *err)
{
	AUTO(query_closep) struct query *losses = NULL;
	struct text text = { .out = out };
	int rc;

	if ((rc = query_open(&losses, s, sql_tell_losses, err)) < 0)
		return rc;
	text.losses = losses;
	return report_each_host(s, what, print_host, &text, err);
}
