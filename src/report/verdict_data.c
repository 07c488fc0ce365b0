#include "report/private.h"

#include "base/escape.h"
#include "base/json.h"
#include "report/columns.h"
#include "sql.h"

#include <inttypes.h>
#include <string.h>

/* null for the empty word. */
static void json_word(struct json *j, const char *key, const char *word)
{
	json_string(j, key, *word ? word : NULL);
}

static void json_time_or_null(struct json *j, const char *key, int64_t ms)
{
	if (ms == 0)
		json_null(j, key);
	else
		json_time(j, key, ms);
}

static void json_number_or_null(struct json *j, const char *key, int64_t number)
{
	if (number == NUM_NONE)
		json_null(j, key);
	else
		json_number(j, key, number);
}

/* What "place" and "detail" say in words. */
static void json_facts(struct json *j, const struct reported_cell *c)
{
	json_string(j, "file", c->text[TOLD_FILE]);
	json_number_or_null(j, "line", c->line);
	json_string(j, "field", c->text[TOLD_FIELD]);
	json_string(j, "value", c->text[TOLD_VALUE]);
	json_string(j, "path", c->text[TOLD_PATH]);
	json_string(j, "other_rule", c->text[TOLD_OTHER_RULE]);
	json_string(j, "other_file", c->text[TOLD_OTHER_FILE]);
	json_number_or_null(j, "other_line", c->other_line);
	json_string(j, "fault", c->text[TOLD_FAULT]);
	json_number_or_null(j, "amount", c->amount);
}

static void json_told(struct json *j, const struct reported_cell *c)
{
	json_begin_row(j, NULL);
	json_string(j, "mechanism", mechanism_names[c->cell.mechanism]);
	json_string(j, "actor", actor_names[c->cell.actor]);
	json_string(j, "verdict", verdict_names[c->verdict]);
	json_word(j, "stage", stage_names[c->stage]);
	json_word(j, "reason", reason_names[c->reason]);
	json_bool(j, "claimed", c->claimed);
	json_string(j, "claim_source", c->source < 0 ? NULL : claim_origin_names[c->source]);
	json_string(j, "rule", c->text[TOLD_RULE]);
	json_string(j, "place", c->text[TOLD_PLACE]);
	json_string(j, "detail", c->text[TOLD_DETAIL]);
	json_string(j, "expected", expect_names[c->expect]);
	json_bool(j, "exercised", c->probes > 0);
	json_bool(j, "seen", c->probes > 0 && c->seen == c->probes);
	json_number(j, "probes", c->probes);
	json_number(j, "probes_seen", c->seen);
	json_string(j, "seen_keys", c->text[TOLD_KEYS]);
	json_string(j, "remedy", c->text[TOLD_REMEDY]);
	json_time_or_null(j, "checked", c->checked_ms);
	json_time_or_null(j, "since", c->since_ms);
	json_string(j, "change", c->text[TOLD_EVENT]);
	json_time_or_null(j, "changed", c->event_ms);
	json_number_or_null(j, "evidence", c->evidence ? c->evidence : NUM_NONE);
	json_facts(j, c);
	json_end_object(j);
}

static void json_caveats(struct json *j, struct bytes caveats)
{
	json_begin_array(j, "caveats");
	while (caveats.len > 0) {
		const char *end = memchr(caveats.data, '\n', caveats.len);
		size_t len = end ? (size_t)(end - caveats.data) : caveats.len;

		json_text(j, NULL, (struct bytes){ caveats.data, len });
		caveats.data += MIN(len + 1, caveats.len);
		caveats.len -= MIN(len + 1, caveats.len);
	}
	json_end_array(j);
}

static void json_signature(struct json *j, const char *key, int signature)
{
	json_string(j, key, signature < 0 ? NULL : signature_names[signature]);
}

static void json_refused(struct json *j, const struct refused_run *run)
{
	if (run->id.data == NULL) {
		json_null(j, "refused");
		return;
	}
	json_begin_row(j, "refused");
	json_text(j, "selftest", run->id);
	json_time(j, "started", run->begun_ms);
	json_signature(j, "signature", run->signature);
	json_text(j, "public_key", run->key);
	json_end_object(j);
}

struct data {
	struct json json;
	struct query *losses;
};

static int json_host(void *arg, struct reported_host *host, struct error *err)
{
	struct data *data = arg;
	struct json *j = &data->json;
	struct bytes kinds;
	int64_t losses = report_losses(data->losses, host, &kinds, err);

	if (losses < 0)
		return (int)losses;
	json_begin_object(j, NULL);
	json_text(j, "host", host->name);
	json_string(j, "status", check_names[host->status]);
	json_text(j, "selftest", host->run);
	json_time_or_null(j, "started", host->begun_ms);
	json_time_or_null(j, "finished", host->ended_ms);
	json_number(j, "acts_missing", host->acts_missing);
	json_number(j, "claims_missing", host->claims_missing);
	json_signature(j, "signature", host->signature);
	json_refused(j, &host->refused);
	json_caveats(j, host->caveats);
	json_number(j, "losses", losses);
	json_begin_array(j, "cells");
	for (size_t i = 0; i < host->cell_count; i++)
		json_told(j, &host->cell[i]);
	json_end_array(j);
	json_end_object(j);
	return 0;
}

int report_json(FILE *out, struct store *s, const struct verdict_counts *t,
		const struct verdict_query *what, struct error *err)
{
	AUTO(query_closep) struct query *losses = NULL;
	struct data data;
	struct json *j = &data.json;
	int rc;

	if ((rc = query_open(&losses, s, sql_tell_losses, err)) < 0)
		return rc;
	data.losses = losses;
	json_init(j, out);
	json_begin_object(j, NULL);
	json_string(j, "status", check_names[verdict_counts_check(t)]);
	json_number(j, "hosts_known", t->hosts);
	json_number(j, "hosts_judged", t->judged);
	json_number(j, "hosts_short", t->short_hosts);
	json_number(j, "hosts_doubted", t->doubted);
	json_begin_row(j, "cells");
	for (int v = 0; v < VERDICT_COUNT; v++)
		json_number(j, verdict_names[v], t->cells[v]);
	json_end_object(j);
	json_begin_array(j, "hosts");
	if ((rc = report_each_host(s, what, json_host, &data, err)) < 0)
		return rc;
	json_end_array(j);
	json_end_object(j);
	return 0;
}

/* A label's value: printable, with quotes and backslashes escaped once more. */
static int print_label(FILE *out, struct bytes text, struct error *err)
{
	AUTO(freep) char *plain = NULL;
	int64_t len = escape_text(&plain, ESCAPE_FILE, text);

	if (len < 0)
		return error_set(err, ERR_NOMEM, "out of memory");
	for (int64_t i = 0; i < len; i++) {
		if (plain[i] == '"' || plain[i] == '\\')
			fputc('\\', out);
		fputc(plain[i], out);
	}
	return 0;
}

static int print_sample(FILE *out, const char *metric, struct bytes host, const char *verdict,
			int64_t value, struct error *err)
{
	int rc;

	fprintf(out, "%s{host=\"", metric);
	if ((rc = print_label(out, host, err)) < 0)
		return rc;
	fputc('"', out);
	if (verdict != NULL)
		fprintf(out, ",verdict=\"%s\"", verdict);
	fprintf(out, "} %" PRId64 "\n", value);
	return 0;
}

static int cells_of_host(void *arg, struct reported_host *host, struct error *err)
{
	int64_t count[VERDICT_COUNT] = { 0 };
	int rc;

	for (size_t i = 0; i < host->cell_count; i++)
		count[host->cell[i].verdict]++;
	for (int v = 0; v < VERDICT_COUNT; v++)
		if ((rc = print_sample(arg, "modtrail_cells", host->name, verdict_names[v], count[v],
				       err)) < 0)
			return rc;
	return 0;
}

static int status_of_host(void *arg, struct reported_host *host, struct error *err)
{
	return print_sample(arg, "modtrail_host_status", host->name, NULL, host->status, err);
}

static int selftest_of_host(void *arg, struct reported_host *host, struct error *err)
{
	if (host->begun_ms == 0)
		return 0;
	return print_sample(arg, "modtrail_selftest_timestamp_seconds", host->name, NULL,
			    host->begun_ms / 1000, err);
}

int report_metrics(FILE *out, struct store *s, const struct verdict_counts *t,
		   const struct verdict_query *what, struct error *err)
{
	const struct verdict_query everything = {
		.host = what->host, .all = true, .accept_unsigned = what->accept_unsigned,
	};
	int rc;

	fprintf(out, "# HELP modtrail_status 0 ok, 1 warning, 2 critical, 3 unknown.\n"
		"# TYPE modtrail_status gauge\nmodtrail_status %d\n", verdict_counts_check(t));
	fprintf(out, "# HELP modtrail_hosts Hosts in the trail.\n# TYPE modtrail_hosts gauge\n"
		"modtrail_hosts %" PRId64 "\n", t->hosts);
	fputs("# HELP modtrail_host_status As modtrail_status, of one host.\n"
	      "# TYPE modtrail_host_status gauge\n", out);
	if ((rc = report_each_host(s, &everything, status_of_host, out, err)) < 0)
		return rc;
	fprintf(out, "# HELP modtrail_hosts_doubted Hosts with self-tests that they did not sign.\n"
		"# TYPE modtrail_hosts_doubted gauge\nmodtrail_hosts_doubted %" PRId64 "\n", t->doubted);
	fputs("# HELP modtrail_cells Ways to load or unload a module, by verdict.\n"
	      "# TYPE modtrail_cells gauge\n", out);
	if ((rc = report_each_host(s, &everything, cells_of_host, out, err)) < 0)
		return rc;
	fputs("# HELP modtrail_selftest_timestamp_seconds When the last self-test began.\n"
	      "# TYPE modtrail_selftest_timestamp_seconds gauge\n", out);
	return report_each_host(s, &everything, selftest_of_host, out, err);
}
