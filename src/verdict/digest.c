#include "verdict/digest.h"

#include "base/timespec.h"
#include "parse/records.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *day_text(int64_t day, char out[static DAY_TEXT])
{
	char time[TIME_TEXT];

	snprintf(out, DAY_TEXT, "%.10s", time_utc(day * DAY_MS, time));
	return out;
}

bool day_parse(const char *text, int64_t *day)
{
	char time[DAY_TEXT + sizeof("T00:00Z")];
	int64_t ms;

	if (strlen(text) != DAY_TEXT - 1 || strspn(text, "0123456789-") != DAY_TEXT - 1)
		return false;
	snprintf(time, sizeof(time), "%sT00:00Z", text);
	if (!time_parse(time, 0, &ms))
		return false;
	*day = ms / DAY_MS;
	return true;
}

static int add_event(struct sha256 *h, struct records *set, struct bytes raw, struct digest *out,
		     struct error *err)
{
	int rc;

	records_clear(set);
	if ((rc = records_add_text(set, raw.data, raw.len)) < 0)
		return error_set(err, rc, "out of memory");
	records_sort(set);
	for (size_t i = 0; i < set->count; i++) {
		struct bytes core = record_core(&set->line[i]);

		sha256_add(h, core.data, core.len);
		sha256_add(h, "\n", 1);
	}
	out->events++;
	out->records += (int64_t)set->count;
	return 0;
}

int digest_day(struct store *s, int64_t host_id, int64_t day, int64_t last_id, struct digest *out,
	       struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	AUTO(records_release) struct records set;
	struct sha256 h;
	int rc;

	*out = (struct digest){ .day = day };
	records_init(&set);
	sha256_begin(&h);
	if ((rc = query_open(&q, s, sql_digest_records, err)) < 0)
		return rc;
	query_bind_int(q, "host_id", host_id);
	query_bind_int(q, "from_ms", day * DAY_MS);
	query_bind_int(q, "last_id", last_id);
	while ((rc = query_step(q, err)) > 0) {
		out->last_id = MAX(out->last_id, query_int(q, 0));
		if ((rc = add_event(&h, &set, query_text(q, 1), out, err)) < 0)
			return rc;
	}
	sha256_end(&h, out->sha256);
	return rc;
}

int digest_each(struct store *s, const char *host, int64_t day, digest_fn *each, void *arg,
		struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	struct digest d;
	int rc;

	if ((rc = query_open(&q, s, sql_digest_days, err)) < 0)
		return rc;
	query_bind_text(q, "host", host);
	if (day >= 0)
		query_bind_int(q, "day", day);
	while ((rc = query_step(q, err)) > 0)
		if ((rc = digest_day(s, query_int(q, 0), query_int(q, 2), INT64_MAX, &d, err)) < 0 ||
		    (rc = each(arg, query_text(q, 1), &d, err)) < 0)
			return rc;
	return rc;
}

void digest_mark(struct marker_text *m, const struct digest *d, const char *host)
{
	char day[DAY_TEXT];

	marker_begin(m, "digest", NULL);
	marker_add(m, "day", day_text(d->day, day));
	marker_add_number(m, "events", d->events);
	marker_add_number(m, "records", d->records);
	marker_add_number(m, "last", d->last_id);
	marker_add(m, "sha256", d->sha256);
	marker_add(m, "host", host);
}

bool digest_read(struct bytes text, struct digest *out, char host[static DIGEST_HOST])
{
	char day[DAY_TEXT];
	struct bytes word;

	if (!marker_get(text, "host", host, DIGEST_HOST))
		host[0] = '\0';
	return marker_word(text, &word) && bytes_are(word, "digest") &&
	       marker_get(text, "day", day, sizeof(day)) && day_parse(day, &out->day) &&
	       marker_get_number(text, "events", &out->events) &&
	       marker_get_number(text, "records", &out->records) &&
	       marker_get_number(text, "last", &out->last_id) &&
	       marker_get(text, "sha256", out->sha256, sizeof(out->sha256)) &&
	       strlen(out->sha256) == SHA256_TEXT - 1;
}
