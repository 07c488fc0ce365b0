/* What is known besides the log: a host's own word on a run, and claims of others. */
#include "verdict/judge.h"

#include "sql.h"

#include <stdio.h>
#include <string.h>

/* Runs one statement about a host, which is made if it is new. */
static int about_host(struct store *s, enum statement id, const char *host, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, id, err)) < 0)
		return rc;
	query_bind_text(q, "host", host);
	return query_step(q, err);
}

static int add_news(struct store *s, const char *host, int64_t time_ms, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_news_put, err)) < 0)
		return rc;
	query_bind_text(q, "host", host);
	query_bind_int(q, "time_ms", time_ms);
	if ((rc = query_step(q, err)) < 0)
		return rc;
	return about_host(s, sql_news_count, host, err);
}

static int add_note(struct store *s, const struct known_run *known, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_note_add, err)) < 0)
		return rc;
	query_bind_text(q, "host", known->host);
	query_bind_text(q, "run", known->run->id);
	query_bind_int(q, "begun_ms", known->run->begun_ms);
	query_bind_int(q, "reason", known->delivery.known ? (int64_t)known->delivery.reason : -1);
	query_bind_int(q, "fault", known->delivery.facts.fault);
	query_bind_text(q, "path", known->delivery.facts.path);
	query_bind_text(q, "text", known->delivery.facts.text);
	query_bind_int(q, "amount", known->delivery.facts.amount[0]);
	query_bind_int(q, "amount_2", known->delivery.facts.amount[1]);
	query_bind_int(q, "amount_3", known->delivery.facts.amount[2]);
	return query_step(q, err);
}

/* The markers as they should have arrived, one after the other. */
struct notes {
	const struct known_run *known;
	struct query *q;
	int64_t number;
};

static int add_marker(struct notes *n, const struct marker_text *m, int64_t time_ms,
		      struct error *err)
{
	query_again(n->q);
	query_bind_text(n->q, "host", n->known->host);
	query_bind_text(n->q, "run", n->known->run->id);
	query_bind_int(n->q, "number", n->number++);
	query_bind_int(n->q, "time_ms", time_ms);
	query_bind_text(n->q, "text", m->text);
	return query_step(n->q, err);
}

static int add_probe(struct notes *n, const struct probe *probe, struct error *err)
{
	const char *id = n->known->run->id;
	struct marker_text m;
	int rc;

	run_mark_probe(&m, id, probe);
	if ((rc = add_marker(n, &m, probe->begun_ms, err)) < 0 || probe->result == PROBE_PENDING)
		return rc;
	run_mark_acted(&m, id, probe);
	return add_marker(n, &m, probe->ended_ms, err);
}

static int add_markers(struct notes *n, struct error *err)
{
	const struct known_run *known = n->known;
	struct marker_text m;
	int rc;

	run_mark_begin(&m, known->run);
	if ((rc = add_marker(n, &m, known->run->begun_ms, err)) < 0)
		return rc;
	for (size_t i = 0; i < known->claim_count; i++) {
		run_mark_claim(&m, known->run->id, &known->claims[i]);
		if ((rc = add_marker(n, &m, known->run->begun_ms, err)) < 0)
			return rc;
	}
	for (size_t i = 0; i < known->caveat_count; i++) {
		run_mark_caveat(&m, known->run->id, known->caveats[i]);
		if ((rc = add_marker(n, &m, known->run->begun_ms, err)) < 0)
			return rc;
	}
	for (size_t i = 0; i < known->probe_count; i++)
		if ((rc = add_probe(n, &known->probes[i], err)) < 0)
			return rc;
	if (known->run->ended_ms == 0)
		return 0;
	run_mark_end(&m, known->run, (int64_t)known->probe_count);
	return add_marker(n, &m, known->run->ended_ms, err);
}

int judge_note(struct store *s, const struct known_run *known, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	struct notes notes = { .known = known };
	int rc;

	if ((rc = query_open(&q, s, sql_note_marker_add, err)) < 0 ||
	    (rc = about_host(s, sql_machine_put, known->host, err)) < 0 ||
	    (rc = add_note(s, known, err)) < 0)
		return rc;
	notes.q = q;
	if ((rc = add_markers(&notes, err)) < 0)
		return rc;
	return add_news(s, known->host, known->run->begun_ms, err);
}

static int add_claim(struct query *q, const char *host, const struct claim *claim,
		     struct error *err)
{
	query_again(q);
	query_bind_text(q, "host", host);
	query_bind_int(q, "mechanism", claim->cell.mechanism);
	query_bind_int(q, "actor", claim->cell.actor);
	query_bind_text(q, "rule", claim->rule);
	query_bind_text(q, "file", claim->place.file);
	query_bind_int(q, "line", claim->place.line);
	query_bind_int(q, "asks", claim->asks);
	query_bind_int(q, "program", claim->by_program);
	return query_step(q, err);
}

int judge_claim(struct store *s, const char *host, const struct claim *claims, size_t count,
		struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_claim_add, err)) < 0 ||
	    (rc = about_host(s, sql_machine_put, host, err)) < 0 ||
	    (rc = about_host(s, sql_claim_forget, host, err)) < 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		if ((rc = add_claim(q, host, &claims[i], err)) < 0)
			return rc;
	return add_news(s, host, INT64_MAX, err);
}
