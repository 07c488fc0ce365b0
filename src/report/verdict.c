#include "report/private.h"

#include "base/escape.h"
#include "report/columns.h"
#include "sql.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#define NAMES_MAX 3	/* hosts that the summary names */
#define STATUSES_ALL 15u	/* a bit for each enum check */

/* As the summary lists them, the worst first. */
static const enum verdict by_weight[] = {
	VERDICT_SILENT, VERDICT_BLIND, VERDICT_MISKEYED, VERDICT_UNCOVERED, VERDICT_UNTESTED,
	VERDICT_STALE,
};

bool falls_short(enum verdict verdict)
{
	return verdict_status(verdict) != CHECK_OK;
}

/* Numbers of words that were added since: a newer program wrote them into a trail of this version. */
static int of_newer(struct error *err)
{
	return error_set(err, ERR_TRAIL, "the trail has verdicts of a newer modtrail: use that one");
}

static int count_cells(struct verdict_counts *t, struct store *s, const char *host,
		       struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_tell_counts, err)) < 0)
		return rc;
	query_bind_text(q, "host", host);
	while ((rc = query_step(q, err)) > 0) {
		if (query_int(q, 0) < 0 || query_int(q, 0) >= VERDICT_COUNT)
			return of_newer(err);
		t->cells[query_int(q, 0)] = query_int(q, 1);
	}
	return rc;
}

int report_count(struct verdict_counts *t, struct store *s, const struct verdict_query *what,
		 struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	*t = (struct verdict_counts){ .hosts = 0 };
	if ((rc = count_cells(t, s, what->host, err)) < 0 ||
	    (rc = query_open(&q, s, sql_tell_totals, err)) < 0)
		return rc;
	query_bind_text(q, "host", what->host);
	query_bind_int(q, "accept_unsigned", what->accept_unsigned);
	if ((rc = query_step(q, err)) < 0)
		return rc;
	assert(rc == 1);	/* it is made of numbers only */
	t->hosts = query_int(q, query_column(q, "hosts"));
	t->judged = query_int(q, query_column(q, "judged"));
	t->short_hosts = query_int(q, query_column(q, "short"));
	t->barren = query_int(q, query_column(q, "barren"));
	t->endless = query_int(q, query_column(q, "endless"));
	t->empty = query_int(q, query_column(q, "empty"));
	t->unjudged = query_int(q, query_column(q, "unjudged"));
	t->doubted = query_int(q, query_column(q, "doubted"));
	t->cut = query_int(q, query_column(q, "cut"));
	t->cut_endless = query_int(q, query_column(q, "cut_endless"));
	t->acts = query_int(q, query_column(q, "acts"));
	t->acts_missing = query_int(q, query_column(q, "acts_missing"));
	t->claims = query_int(q, query_column(q, "claims"));
	t->claims_missing = query_int(q, query_column(q, "claims_missing"));
	return 0;
}

enum check verdict_counts_check(const struct verdict_counts *t)
{
	int worst = t->cut > 0 ? CHECK_WARNING : CHECK_OK;

	if (t->judged == 0)
		return CHECK_UNKNOWN;
	for (int v = 0; v < VERDICT_COUNT; v++)
		if (t->cells[v] > 0)
			worst = MAX(worst, (int)verdict_status((enum verdict)v));
	if (worst == CHECK_OK && t->doubted > 0 && t->judged > t->barren)
		return CHECK_WARNING;
	if (worst == CHECK_OK && (t->barren > 0 || t->hosts > t->judged))
		return CHECK_UNKNOWN;
	return (enum check)worst;
}

static int64_t cells_that_apply(const struct verdict_counts *t)
{
	int64_t sum = 0;

	for (int v = 0; v < VERDICT_COUNT; v++)
		sum += v == VERDICT_INAPPLICABLE ? 0 : t->cells[v];
	return sum;
}

/* "3 of 27 cells silent, 2 uncovered" */
static void print_numbers(FILE *out, const struct verdict_counts *t)
{
	const char *before = "";

	if (t->barren == t->judged) {
		fputs("nothing is proven", out);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(by_weight); i++) {
		enum verdict v = by_weight[i];

		if (t->cells[v] == 0)
			continue;
		fprintf(out, "%s%" PRId64, before, t->cells[v]);
		if (*before == '\0')
			fprintf(out, " of %" PRId64 " cells", cells_that_apply(t));
		fprintf(out, " %s", verdict_names[v]);
		before = ", ";
	}
	if (*before == '\0')
		fprintf(out, "%" PRId64 " of %" PRId64 " cells proven", t->cells[VERDICT_PROVEN],
			cells_that_apply(t));
}

/* A host's name may be anything, and '|' ends the text of a check. */
static void print_name(FILE *out, struct bytes name)
{
	while (name.len > 0) {
		const char *bar = memchr(name.data, '|', name.len);
		size_t len = bar ? (size_t)(bar - name.data) : name.len;

		escape_print(out, ESCAPE_TERMINAL, (struct bytes){ name.data, len });
		if (bar == NULL)
			return;
		fputc('?', out);
		name = (struct bytes){ bar + 1, name.len - len - 1 };
	}
}

/* Which hosts the summary names: those that fall short, else those with what is proven, else all. */
static unsigned statuses_to_name(const struct verdict_counts *t)
{
	if (t->short_hosts > 0)
		return 1u << CHECK_WARNING | 1u << CHECK_CRITICAL;
	return t->judged > t->barren ? 1u << CHECK_OK | 1u << CHECK_WARNING : STATUSES_ALL;
}

static int64_t hosts_to_name(const struct verdict_counts *t)
{
	if (t->short_hosts > 0)
		return t->short_hosts;
	return t->judged > t->barren ? t->judged - t->barren : t->hosts;
}

/* The worst hosts by name. */
static int print_hosts(FILE *out, struct store *s, const struct verdict_counts *t,
		       const struct verdict_query *what, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int64_t count = hosts_to_name(t);
	int64_t named = 0;
	int rc;

	if ((rc = query_open(&q, s, sql_tell_hosts, err)) < 0)
		return rc;
	query_bind_text(q, "host", what->host);
	query_bind_int(q, "statuses", statuses_to_name(t));
	query_bind_int(q, "accept_unsigned", what->accept_unsigned);
	query_bind_int(q, "limit", NAMES_MAX);
	fputs(" on ", out);
	while ((rc = query_step(q, err)) > 0) {
		fputs(named++ > 0 ? ", " : "", out);
		print_name(out, query_text(q, query_column(q, "host")));
	}
	if (count > named)
		fprintf(out, " and %" PRId64 " more", count - named);
	return rc;
}

static void print_check(FILE *out, enum check check)
{
	for (const char *word = check_names[check]; *word != '\0'; word++)
		fputc(toupper((unsigned char)*word), out);
}

/* Hosts without cells, by why they have none. */
static void print_bare(FILE *out, const struct verdict_counts *t)
{
	const struct {
		int64_t count;
		const char *before, *behind;
	} kinds[] = {
		{ t->endless, "the last self-test of ", " has no end" },
		{ t->empty, "the last self-test of ", " tested nothing" },
		{ t->unjudged, "a self-test of ", " is not judged yet" },
		{ t->judged > 0 ? t->hosts - t->judged - t->endless - t->empty - t->unjudged : 0,
		  "", " claim nothing and were never tested" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].count > 0)
			fprintf(out, "; %s%" PRId64 " of %" PRId64 " hosts%s", kinds[i].before,
				kinds[i].count, t->hosts, kinds[i].behind);
}

static void print_doubted(FILE *out, const struct verdict_counts *t)
{
	if (t->hosts == 1)
		fputs("; a self-test is not signed by the host", out);
	else
		fprintf(out, "; self-tests of %" PRId64 " of %" PRId64 " hosts are not signed by them",
			t->doubted, t->hosts);
}

void print_missing(FILE *out, const char *before, const char *what, int64_t missing, int64_t of,
		   const char *behind)
{
	if (missing > 0)
		fprintf(out, "%s%" PRId64 " of %" PRId64 " %s of the self-test did not arrive%s", before,
			missing, of, what, behind);
}

/* Of hosts with cells, where others may be missing. */
static void print_cut(FILE *out, const struct verdict_counts *t)
{
	print_missing(out, "; ", "acts", t->acts_missing, t->acts, "");
	print_missing(out, "; ", "claims", t->claims_missing, t->claims, "");
	if (t->cut_endless > 0)
		fprintf(out, "; the last self-test of %" PRId64 " of %" PRId64 " hosts has no end",
			t->cut_endless, t->hosts);
}

int report_summary(FILE *out, struct store *s, const struct verdict_counts *t,
		   const struct verdict_query *what, struct error *err)
{
	int rc;

	print_check(out, verdict_counts_check(t));
	fputs(": ", out);
	if (t->judged == 0) {
		fprintf(out, "nothing was checked: %s", t->hosts == 0 && what->host != NULL
			? "the trail has no such host" : "run 'modtrail selftest' on the hosts and "
			"read their logs");
	} else {
		print_numbers(out, t);
		if ((rc = print_hosts(out, s, t, what, err)) < 0)
			return rc;
	}
	if (t->doubted > 0 && t->judged > 0)
		print_doubted(out, t);
	if (t->barren > 0 && t->judged > t->barren)
		fprintf(out, "; no cell applies on %" PRId64 " of %" PRId64 " hosts", t->barren,
			t->hosts);
	print_cut(out, t);
	print_bare(out, t);
	fputs(" |", out);
	for (int v = 0; v < VERDICT_COUNT; v++)
		fprintf(out, " %s=%" PRId64, verdict_names[v], t->cells[v]);
	fputc('\n', out);
	return 0;
}

static char *copy(struct bytes text)
{
	return text.data == NULL ? NULL : strndup(text.data, text.len);
}

static void release_cells(struct reported_host *host)
{
	for (size_t i = 0; i < host->cell_count; i++)
		for (size_t k = 0; k < TOLD_TEXTS; k++)
			free(host->cell[i].text[k]);
	host->cell_count = 0;
}

/* The columns of tell-cells.sql, in its order. */
enum {
	AT_MECHANISM, AT_ACTOR, AT_VERDICT, AT_REASON, AT_STAGE, AT_CLAIMED, AT_SOURCE, AT_EXPECT,
	AT_PROBES, AT_SEEN, AT_KEYS, AT_RULE, AT_PLACE, AT_DETAIL, AT_REMEDY, AT_EVENT_ID,
	AT_CHECKED, AT_SINCE, AT_EVENT_TIME, AT_EVENT, AT_FILE, AT_LINE, AT_FIELD, AT_VALUE,
	AT_PATH, AT_OTHER_RULE, AT_OTHER_FILE, AT_OTHER_LINE, AT_FAULT, AT_AMOUNT,
	AT_UNSIGNED
};

static bool is_known(const struct query *q)
{
	static const int64_t counts[] = {
		[AT_MECHANISM] = MECHANISM_COUNT, [AT_ACTOR] = ACTOR_COUNT,
		[AT_VERDICT] = VERDICT_COUNT, [AT_REASON] = REASON_COUNT, [AT_STAGE] = STAGE_COUNT,
		[AT_CLAIMED] = 2, [AT_SOURCE] = CLAIM_COUNT, [AT_EXPECT] = EXPECT_COUNT,
	};

	for (int i = 0; i < (int)ARRAY_SIZE(counts); i++)
		if (query_int(q, i) < 0 || query_int(q, i) >= counts[i])
			return false;
	return true;
}

static int64_t number_or_none(const struct query *q, int column)
{
	return query_is_null(q, column) ? NUM_NONE : query_int(q, column);
}

static int take_cell(struct reported_cell *c, const struct query *q, struct error *err)
{
	static const int columns[TOLD_TEXTS] = {
		[TOLD_KEYS] = AT_KEYS, [TOLD_RULE] = AT_RULE, [TOLD_PLACE] = AT_PLACE,
		[TOLD_DETAIL] = AT_DETAIL, [TOLD_REMEDY] = AT_REMEDY, [TOLD_EVENT] = AT_EVENT,
		[TOLD_FILE] = AT_FILE, [TOLD_FIELD] = AT_FIELD, [TOLD_VALUE] = AT_VALUE,
		[TOLD_PATH] = AT_PATH, [TOLD_OTHER_RULE] = AT_OTHER_RULE,
		[TOLD_OTHER_FILE] = AT_OTHER_FILE, [TOLD_FAULT] = AT_FAULT,
	};

	*c = (struct reported_cell){
		.cell = { (enum mechanism)query_int(q, AT_MECHANISM),
			  (enum actor)query_int(q, AT_ACTOR) },
		.verdict = (enum verdict)query_int(q, AT_VERDICT),
		.reason = (enum reason)query_int(q, AT_REASON),
		.stage = (enum stage)query_int(q, AT_STAGE),
		.claimed = query_int(q, AT_CLAIMED) != 0,
		.source = query_is_null(q, AT_SOURCE) ? -1 : (int)query_int(q, AT_SOURCE),
		.expect = (enum expect)query_int(q, AT_EXPECT),
		.probes = query_int(q, AT_PROBES), .seen = query_int(q, AT_SEEN),
		.evidence = query_int(q, AT_EVENT_ID), .checked_ms = query_int(q, AT_CHECKED),
		.since_ms = query_int(q, AT_SINCE), .event_ms = query_int(q, AT_EVENT_TIME),
		.line = number_or_none(q, AT_LINE), .other_line = number_or_none(q, AT_OTHER_LINE),
		.amount = number_or_none(q, AT_AMOUNT),
		.is_unsigned = query_int(q, AT_UNSIGNED) != 0,
	};
	if (!is_known(q))
		return of_newer(err);
	for (size_t i = 0; i < TOLD_TEXTS; i++) {
		c->text[i] = copy(query_text(q, columns[i]));
		if (c->text[i] == NULL && !query_is_null(q, columns[i]))
			return error_set(err, ERR_NOMEM, "out of memory");
	}
	return 0;
}

static int read_cells(struct reported_host *host, struct query *q, struct error *err)
{
	int rc = 0;

	query_again(q);
	query_bind_int(q, "id", host->id);
	while (host->cell_count < CELLS && (rc = query_step(q, err)) > 0)
		if ((rc = take_cell(&host->cell[host->cell_count++], q, err)) < 0)
			return rc;
	return host->cell_count == CELLS ? 0 : rc;
}

/* -1: none; what a newer program wrote is none of ours. */
static int signature_of(const struct query *q, const char *column)
{
	int at = query_column(q, column);
	int64_t signature = query_is_null(q, at) ? -1 : query_int(q, at);

	return signature < SIGNATURE_COUNT ? (int)signature : SIGNATURE_BAD;
}

static void take_refused(struct refused_run *run, const struct query *q)
{
	run->id = query_text(q, query_column(q, "refused"));
	run->key = query_text(q, query_column(q, "refused_key"));
	run->begun_ms = query_int(q, query_column(q, "refused_ms"));
	run->signature = signature_of(q, "refused_signature");
}

static void take_host(struct reported_host *host, const struct query *q)
{
	host->id = query_int(q, query_column(q, "id"));
	host->name = query_text(q, query_column(q, "host"));
	host->run = query_text(q, query_column(q, "run"));
	host->caveats = query_text(q, query_column(q, "caveats"));
	host->begun_ms = query_int(q, query_column(q, "begun_ms"));
	host->ended_ms = query_int(q, query_column(q, "ended_ms"));
	host->marked_ms = query_int(q, query_column(q, "marked_ms"));
	host->acts = query_int(q, query_column(q, "acts"));
	host->acts_missing = query_int(q, query_column(q, "acts_missing"));
	host->claims = query_int(q, query_column(q, "claims"));
	host->claims_missing = query_int(q, query_column(q, "claims_missing"));
	host->status = (enum check)query_int(q, query_column(q, "status"));
	host->signature = signature_of(q, "signature");
	take_refused(&host->refused, q);
}

int64_t report_losses(struct query *q, const struct reported_host *host, struct bytes *kinds,
		      struct error *err)
{
	int rc;

	query_again(q);
	query_bind_int(q, "id", host->id);
	query_bind_int(q, "since_ms", host->begun_ms != 0 ? host->begun_ms : INT64_MIN);
	if ((rc = query_step(q, err)) < 0)
		return rc;
	assert(rc == 1);	/* a count */
	*kinds = query_text(q, 1);
	return query_int(q, 0);
}

int report_each_host(struct store *s, const struct verdict_query *what, report_host_fn *fn,
		     void *arg, struct error *err)
{
	AUTO(query_closep) struct query *hosts = NULL;
	AUTO(query_closep) struct query *cells = NULL;
	struct reported_host host = { .cell_count = 0 };
	int rc;

	if ((rc = query_open(&hosts, s, sql_tell_hosts, err)) < 0 ||
	    (rc = query_open(&cells, s, sql_tell_cells, err)) < 0)
		return rc;
	query_bind_text(hosts, "host", what->host);
	query_bind_int(hosts, "statuses", what->all ? STATUSES_ALL : STATUSES_ALL & ~(1u << CHECK_OK));
	query_bind_int(hosts, "accept_unsigned", what->accept_unsigned);
	query_bind_int(hosts, "limit", -1);
	while ((rc = query_step(hosts, err)) > 0) {
		take_host(&host, hosts);
		if ((rc = read_cells(&host, cells, err)) == 0)
			rc = fn(arg, &host, err);
		release_cells(&host);
		if (rc < 0)
			return rc;
	}
	return rc;
}
