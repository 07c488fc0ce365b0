/*
 * Records, decode and correlate: lines of one id that follow each other are an
 * event, and all events are steps of one process. What decode has a use for
 * must matter to the sieve, in whatever order the records come.
 */
#include "fuzz.h"

#include "parse/correlate.h"
#include "parse/decode.h"
#include "parse/sieve.h"

#include <string.h>

#define STEPS 32

static const char *const keys[] = { "modules", NULL };

static struct bytes copy(struct bytes text)
{
	char *data;

	if (text.data == NULL)
		return text;
	data = malloc(text.len + 1);	/* malloc(0) may be NULL */
	must(data != NULL);
	memcpy(data, text.data, text.len);
	return (struct bytes){ data, text.len };
}

static struct step step_of(const struct event *ev)
{
	return (struct step){
		.time_ms = ev->time_ms, .serial = ev->serial, .kind = ev->kind,
		.ppid = ev->ppid, .auid = ev->auid, .ses = ev->ses,
		.comm = copy(ev->comm), .exe = copy(ev->exe), .tty = copy(ev->tty),
		.argv = copy(ev->argv), .call = ev->call,
		.module = ev->kind == EVENT_CALL ? copy(ev->module) : (struct bytes){ NULL, 0 },
		.success = ev->success,
	};
}

static void step_release(struct step *step)
{
	free((char *)step->comm.data);
	free((char *)step->exe.data);
	free((char *)step->tty.data);
	free((char *)step->argv.data);
	free((char *)step->module.data);
}

static int compare_steps(const void *left, const void *right)
{
	const struct step *a = left, *b = right;

	if (a->time_ms != b->time_ms)
		return a->time_ms < b->time_ms ? -1 : 1;
	return (a->serial > b->serial) - (a->serial < b->serial);
}

static bool any_line_matters(const struct records *set)
{
	for (size_t i = 0; i < set->count; i++)
		if (sieve_rules_match(&set->line[i], keys))
			return true;
	return false;
}

/* Decodes the set; false if it is no step. */
static bool decode_step(struct decoder *d, struct records *set, struct step *step)
{
	struct event ev;
	struct error err;

	records_sort(set);
	if (set->count == 0 || decode(d, set, "host", &ev, &err) < 0)
		return false;
	must(ev.kind == EVENT_NONE || any_line_matters(set));
	read_all(read_all(read_all(HASH_START, ev.raw), ev.keys), ev.detail);
	read_all(read_all(read_all(HASH_START, ev.op), ev.login), ev.user);
	read_all(read_all(read_all(HASH_START, ev.cwd), ev.tool), ev.host);
	if (ev.kind != EVENT_CALL && ev.kind != EVENT_EXEC)
		return false;
	*step = step_of(&ev);
	return true;
}

static bool same_event(const struct records *set, const struct record_head *line)
{
	return set->count == 0 || (set->line[0].serial == line->serial &&
				   set->line[0].time_ms == line->time_ms);
}

static size_t read_steps(struct decoder *d, const char *text, size_t len, struct step *steps)
{
	const char *end = text + len;
	struct records set;
	size_t count = 0;

	records_init(&set);
	while (text < end && count < STEPS - 1) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;
		struct record_head line;

		if (record_head_parse(&line, text, (size_t)(stop - text)) == LINE_OK) {
			if (!same_event(&set, &line)) {
				count += decode_step(d, &set, &steps[count]);
				records_clear(&set);
			}
			must(records_add(&set, line.text.data, line.text.len) >= 0);
		}
		text = stop + 1;
	}
	count += decode_step(d, &set, &steps[count]);
	records_release(&set);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct decoder *d;
	struct step steps[STEPS];
	size_t count;

	if (d == NULL)
		d = decoder_new(keys);
	must(d != NULL);
	count = read_steps(d, (const char *)data, size, steps);
	qsort(steps, count, sizeof(*steps), compare_steps);
	correlate(steps, count, NULL, 0);
	for (size_t i = 0; i < count; i++) {
		must(steps[i].run < (int)i);
		must(strlen(steps[i].tool) < sizeof(steps[i].tool));
		must(strlen(steps[i].inferred) < sizeof(steps[i].inferred));
		step_release(&steps[i]);
	}
	return 0;
}
