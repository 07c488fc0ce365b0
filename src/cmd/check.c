/* check: holds the trail against its own records, and against the digests in the log. */
#include "base/clock.h"
#include "base/escape.h"
#include "base/json.h"
#include "base/timespec.h"
#include "cmd/command.h"
#include "ingest/confine.h"
#include "model/event.h"
#include "selftest/marker_send.h"
#include "verdict/check.h"
#include "verdict/digest.h"

#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct options {
	const char *host;
	int64_t day;		/* since 1970; -1: none is named */
	int64_t now_ms;
	bool digest, vouch, dry, as_json;
};

static const struct command_option options[] = {
	{ "digest", 0, NULL, "print the digest of each host's days instead",
		SETS_FLAG(struct options, digest) },
	{ "vouch", 0, NULL, "write the digests of a day into the audit log: yesterday's, if none\n"
		"is named", SETS_FLAG(struct options, vouch) },
	{ "day", 0, "DAY", "only this day (UTC), such as 2026-11-23", IS_TAKEN },
	{ "host", 'H', "NAME", "only this host", SETS_TEXT(struct options, host) },
	{ "dry-run", 'n', NULL, "print what --vouch would write, and write nothing",
		SETS_FLAG(struct options, dry) },
	{ "json", 0, NULL, "the same as data", SETS_FLAG(struct options, as_json) },
};

static int take(void *to, int id, const char *value, struct error *err)
{
	struct options *o = to;

	(void)id;
	if (day_parse(value, &o->day))
		return 0;
	return error_set(err, ERR_USAGE, "invalid day '%s': expected one such as 2026-11-23", value);
}

/* A day is vouched for when it is over. */
static int choose_day(struct options *o, struct error *err)
{
	int64_t today = o->now_ms / DAY_MS;
	char text[DAY_TEXT];

	if (!o->vouch)
		return 0;
	if (o->day < 0)
		o->day = today - 1;
	if (o->day < today)
		return 0;
	return error_set(err, ERR_USAGE, "the day %s is not over (UTC): name one that is with '--day'",
			 day_text(o->day, text));
}

static int read_options(struct options *o, int argc, char **argv, struct error *err)
{
	int rc;

	*o = (struct options){ .day = -1, .now_ms = clock_ms(CLOCK_REALTIME) };
	if ((rc = command_read(&command_check, argc, argv, take, o, err)) < 0)
		return rc;
	if (o->digest && o->vouch)
		return error_set(err, ERR_USAGE, "--digest and --vouch exclude each other");
	if (!o->digest && !o->vouch && (o->host != NULL || o->day >= 0))
		return error_set(err, ERR_USAGE, "a host or day is named for --digest or --vouch: a trail "
				 "is checked as a whole");
	if (o->dry && !o->vouch)
		return error_set(err, ERR_USAGE, "--dry-run is for --vouch: nothing else writes anything");
	if (o->as_json && o->vouch)
		return error_set(err, ERR_USAGE, "--json is for the check and for --digest");
	return choose_day(o, err);
}

static const char *s_of(int64_t count)
{
	return count == 1 ? "" : "s";
}

static void print_escaped(struct bytes text)
{
	escape_print(stdout, ESCAPE_TERMINAL, text);
}

/* Where two long texts differ, with a little of what stands before. */
#define SHOWN_MAX 160
#define SHOWN_BEFORE 24

static size_t shown_from(struct bytes a, struct bytes b)
{
	size_t same = 0;

	if (a.len <= SHOWN_MAX && b.len <= SHOWN_MAX)
		return 0;
	while (same < MIN(a.len, b.len) && a.data[same] == b.data[same])
		same++;
	return same > SHOWN_BEFORE ? same - SHOWN_BEFORE : 0;
}

static void print_value(struct bytes value, size_t from)
{
	if (value.data == NULL) {
		fputs("missing", stdout);
		return;
	}
	fputs(from > 0 ? "...'" : "'", stdout);
	value.data += from;
	value.len -= from;
	print_escaped((struct bytes){ value.data, MIN(value.len, SHOWN_MAX) });
	fputs(value.len > SHOWN_MAX ? "'..." : "'", stdout);
}

static void print_is_and_should(const char *is, const struct difference *d, const char *should)
{
	size_t from = shown_from(d->stored, d->expected);

	printf("%s ", is);
	print_value(d->stored, from);
	printf(", %s ", should);
	print_value(d->expected, from);
}

/* "event 12, web1, 2026-11-23T18:11:23.072Z, mechanism exec.insmod: " */
static void print_place(const struct difference *d)
{
	char time[TIME_TEXT];

	print_escaped(d->table);
	if (d->kind == DIFFERS_DIGEST || d->kind == DIFFERS_SCHEMA)
		fputs(" ", stdout);
	else if (d->event_id != 0)
		printf(" %" PRId64, d->event_id);
	if (d->until_id > d->event_id)
		printf(" to %" PRId64, d->until_id);
	if (d->kind != DIFFERS_DIGEST && d->kind != DIFFERS_SCHEMA && d->row.len > 0)
		fputs(", ", stdout);
	print_escaped(d->row);
	if (d->host.data != NULL) {
		fputs(", ", stdout);
		print_escaped(d->host);
	}
	if (d->time_ms != NUM_NONE && d->kind != DIFFERS_DIGEST)
		printf(", %s", time_utc(d->time_ms, time));
	fputs(": ", stdout);
}

static void print_fault(const struct difference *d)
{
	switch (d->kind) {
	case DIFFERS_FIELD:
		print_escaped(d->field);
		print_is_and_should(" is", d, "should be");
		break;
	case DIFFERS_UNFOUNDED:
		fputs("follows from no records", stdout);
		break;
	case DIFFERS_MISSING:
		fputs("is missing, though it follows from the records", stdout);
		break;
	case DIFFERS_DELETED:
		fputs("deleted: later ones are there", stdout);
		break;
	case DIFFERS_NEVER_SEEN:
		fputs("serial ", stdout);
		print_escaped(d->stored);
		fputs(" was never seen in the host's log", stdout);
		break;
	case DIFFERS_DIGEST:
		print_escaped(d->field);
		print_is_and_should(" is", d, "was");
		printf(" when event %" PRId64 " vouched for it", d->event_id);
		break;
	case DIFFERS_SCHEMA:
		print_is_and_should("is", d, "should be");
		break;
	default:
		print_escaped(d->field);
		fputs(d->field.len > 0 ? " names no " : "", stdout);
		print_escaped(d->stored);
		print_escaped(d->expected);
	}
}

static int print_line(void *arg, const struct difference *d, struct error *err)
{
	(void)arg;
	(void)err;
	print_place(d);
	print_fault(d);
	putchar('\n');
	return 0;
}

static const char *const kind_names[DIFFERS_COUNT] = {
	[DIFFERS_FIELD] = "field",
	[DIFFERS_UNFOUNDED] = "unfounded",
	[DIFFERS_MISSING] = "missing",
	[DIFFERS_DELETED] = "deleted",
	[DIFFERS_NEVER_SEEN] = "never-seen",
	[DIFFERS_DIGEST] = "digest",
	[DIFFERS_SCHEMA] = "schema",
	[DIFFERS_DAMAGE] = "damage",
};

static void number_or_null(struct json *j, const char *key, int64_t value, bool is)
{
	if (is)
		json_number(j, key, value);
	else
		json_null(j, key);
}

static int add_row(void *arg, const struct difference *d, struct error *err)
{
	struct json *j = arg;

	(void)err;
	json_begin_row(j, NULL);
	json_string(j, "kind", kind_names[d->kind]);
	json_text(j, "table", d->table);
	number_or_null(j, "event", d->event_id, d->event_id != 0);
	number_or_null(j, "until", d->until_id, d->until_id != 0);
	json_text(j, "host", d->host);
	if (d->time_ms != NUM_NONE)
		json_time(j, "time", d->time_ms);
	else
		json_null(j, "time");
	json_text(j, "row", d->row.len > 0 ? d->row : (struct bytes){ NULL, 0 });
	json_text(j, "field", d->field);
	json_text(j, "stored", d->stored);
	json_text(j, "expected", d->expected);
	json_end_object(j);
	return 0;
}

/* ", 3 login names ...", if there are any. */
static void print_count(int64_t count, const char *one, const char *many)
{
	if (count > 0)
		printf("; %" PRId64 " %s", count, count == 1 ? one : many);
}

static void print_summary(const struct check_counts *n)
{
	if (n->differences == 0)
		printf("OK: %" PRId64 " event%s of %" PRId64 " host%s, and all that was made of %s, follow%s "
		       "from the records", n->events, s_of(n->events), n->hosts, s_of(n->hosts),
		       n->events == 1 ? "it" : "them", n->events == 1 ? "s" : "");
	else
		printf("CHANGED: %" PRId64 " difference%s in a trail of %" PRId64 " event%s of %" PRId64
		       " host%s", n->differences, s_of(n->differences), n->events, s_of(n->events),
		       n->hosts, s_of(n->hosts));
	print_count(n->vouched, "day is as the log vouches", "days are as the log vouches");
	print_count(n->late, "of these has got more since", "of these have got more since");
	print_count(n->pruned, "vouched day was pruned", "vouched days were pruned");
	print_count(n->elsewhere, "digest is about a host that is not in the trail",
		    "digests are about hosts that are not in the trail");
	print_count(n->looked_up, "login name was looked up when it was read, and is in no record",
		    "login names were looked up when they were read, and are in no record");
	print_count(n->unjudged, "host waits for 'modtrail verify'", "hosts wait for 'modtrail verify'");
	putchar('\n');
}

static void add_summary(struct json *j, const struct check_counts *n)
{
	json_number(j, "events", n->events);
	json_number(j, "hosts", n->hosts);
	json_number(j, "count", n->differences);
	json_number(j, "vouched", n->vouched);
	json_number(j, "late", n->late);
	json_number(j, "pruned", n->pruned);
	json_number(j, "elsewhere", n->elsewhere);
	json_number(j, "looked_up", n->looked_up);
	json_number(j, "unjudged", n->unjudged);
}

static int check_json(struct store *s, const struct options *o, struct check_counts *n,
		      struct error *err)
{
	struct json j;
	int rc;

	json_init(&j, stdout);
	json_begin_object(&j, NULL);
	json_begin_array(&j, "differences");
	rc = check(s, &(struct checking){ add_row, &j, o->now_ms }, n, err);
	if (rc < 0)
		return rc;
	json_end_array(&j);
	add_summary(&j, n);
	json_end_object(&j);
	return 0;
}

static int check_text(struct store *s, const struct options *o, struct check_counts *n,
		      struct error *err)
{
	int rc = check(s, &(struct checking){ print_line, NULL, o->now_ms }, n, err);

	if (rc == 0)
		print_summary(n);
	return rc;
}

/* Where what does not fit into memory goes, about as much as the trail has. NULL with err filled. */
static const char *choose_room(struct error *err)
{
	const char *const folders[] = { getenv("SQLITE_TMPDIR"), getenv("TMPDIR"), "/var/tmp", "/tmp" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (folders[i] != NULL && access(folders[i], W_OK | X_OK) == 0)
			return folders[i];
	error_set(err, ERR_SYSTEM, "no folder may be written to for what is derived: name one with "
		  "TMPDIR");
	return NULL;
}

/* Records are hostile text, when they are read from the trail, too. */
static int confine_checker(const char *trail, const char *room, struct error *err)
{
#ifndef MODTRAIL_UNCONFINED	/* builds for sanitizers and the like: see the Makefile */
	AUTO(freep) char *path = strdup(trail);
	struct error missing;
	struct confine c;

	if (path == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	confine_init(&c);
	confine_write_trail(&c, dirname(path));
	confine_write(&c, room);
	if (confine_enter(&c, &missing) != 0)
		fprintf(stderr, "modtrail check: not confined: %s\n", missing.text);
	confine_release(&c);
#else
	(void)trail;
	(void)room;
	(void)err;
#endif
	return 0;
}

static int check_trail(const char *trail, const struct options *o, struct error *err)
{
	AUTO(store_closep) struct store *s = NULL;
	const char *room = choose_room(err);
	struct check_counts n;
	int rc;

	if (room == NULL)
		return ERR_SYSTEM;
	if (setenv("SQLITE_TMPDIR", room, 1) < 0)
		return error_set(err, ERR_NOMEM, "out of memory");
	if ((rc = store_open_scratch(&s, trail, err)) < 0 ||
	    (rc = confine_checker(trail, room, err)) < 0)
		return rc;
	rc = o->as_json ? check_json(s, o, &n, err) : check_text(s, o, &n, err);
	return rc < 0 ? rc : n.differences > 0 ? STATUS_FAILED : STATUS_DONE;
}

static int print_digest(void *arg, struct bytes host, const struct digest *d, struct error *err)
{
	char day[DAY_TEXT];

	(void)arg;
	(void)err;
	printf("%s  %s  %" PRId64 " event%s, %" PRId64 " record%s  ", d->sha256, day_text(d->day, day),
	       d->events, s_of(d->events), d->records, s_of(d->records));
	print_escaped(host);
	putchar('\n');
	return 0;
}

static int add_digest(void *arg, struct bytes host, const struct digest *d, struct error *err)
{
	struct json *j = arg;
	char day[DAY_TEXT];

	(void)err;
	json_begin_row(j, NULL);
	json_text(j, "host", host);
	json_string(j, "day", day_text(d->day, day));
	json_number(j, "events", d->events);
	json_number(j, "records", d->records);
	json_string(j, "sha256", d->sha256);
	json_end_object(j);
	return 0;
}

static int digest_json(struct store *s, const struct options *o, struct error *err)
{
	struct json j;
	int rc;

	json_init(&j, stdout);
	json_begin_object(&j, NULL);
	json_begin_array(&j, "days");
	rc = digest_each(s, o->host, o->day, add_digest, &j, err);
	if (rc < 0)
		return rc;
	json_end_array(&j);
	json_end_object(&j);
	return 0;
}

/* Where markers go, and how many went. */
struct vouching {
	int socket;		/* -1: they are printed */
	char here[256];
	int64_t count;
};

static int vouch(void *arg, struct bytes host, const struct digest *d, struct error *err)
{
	struct vouching *v = arg;
	AUTO(freep) char *name = strndup(host.data ? host.data : "", host.len);
	struct marker_text m;

	if (name == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	digest_mark(&m, d, strcmp(name, v->here) == 0 ? NULL : name);
	v->count++;
	if (v->socket >= 0)
		return marker_send(v->socket, &m, err);
	puts(m.text);
	return 0;
}

static int vouch_all(struct store *s, const struct options *o, struct error *err)
{
	struct vouching v = { .socket = -1 };
	char day[DAY_TEXT];
	int rc;

	gethostname(v.here, sizeof(v.here) - 1);
	if (!o->dry && (v.socket = marker_socket_open(err)) < 0)
		return v.socket;
	rc = digest_each(s, o->host, o->day, vouch, &v, err);
	if (v.socket >= 0)
		close(v.socket);
	if (rc == 0 && !o->dry)
		printf("%" PRId64 " digest%s of %s written into the audit log\n", v.count, s_of(v.count),
		       day_text(o->day, day));
	return rc;
}

static int tell_digests(const char *trail, const struct options *o, struct error *err)
{
	AUTO(store_closep) struct store *s = NULL;
	int rc = store_open(&s, trail, STORE_READ, err);

	if (rc < 0)
		return rc;
	if (o->vouch)
		return vouch_all(s, o, err);
	return o->as_json ? digest_json(s, o, err)
			  : digest_each(s, o->host, o->day, print_digest, NULL, err);
}

static int check_run(const struct globals *g, int argc, char **argv, struct error *err)
{
	struct options o;
	int rc = read_options(&o, argc, argv, err);

	if (rc < 0)
		return rc;
	return o.digest || o.vouch ? tell_digests(g->trail, &o, err) : check_trail(g->trail, &o, err);
}

const struct command command_check = {
	.name = "check",
	.synopsis = "[--json] | --digest [--day DAY] [--host NAME] [--json] | --vouch [--day DAY] "
		"[--host NAME] [-n]",
	.summary = "hold the trail against its own records",
	COMMAND_OPTIONS(options),
	.no_operands = "the trail is named with '-d', before the command",
	.notes = "exit status: 0 all follows from the records, 1 something does not, or an error\n",
	.run = check_run,
	.failed = STATUS_FAILED,
};
