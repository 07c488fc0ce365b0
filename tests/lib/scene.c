#include "scene.h"

#include <stdio.h>
#include <string.h>

static struct event a_marker(int64_t time_ms, uint64_t serial, const char *text)
{
	struct event ev = a_start(time_ms, serial);

	ev.kind = EVENT_MARKER;
	ev.daemon = false;
	ev.op = TEXT("modtrail-x");
	ev.pid = 500;
	ev.uid = 0;
	ev.auid = ID_UNSET;
	ev.detail = (struct bytes){ text, strlen(text) };
	return ev;
}

void a_run(struct scene *s, char number, int64_t begun_ms)
{
	static const struct { const char *word, *fields; } words[RUN_EVENTS] = {
		{ "begin", "lost=0 enabled=1 daemon=400 probes=1 keys=modules" },
		{ "claim", "cell=delete_module.b64/root claimed=yes expect=recorded" },
		{ "caveat", "text=old" },
		{ "probe", "n=1 cell=delete_module.b64/root pid=501 nonce=00c0ffee" },
		{ "", "" },
		{ "acted", "n=1 pid=501 result=2" },
		{ "end", "lost=0 enabled=1 daemon=400 acted=1" },
	};
	char id[RUN_ID];

	snprintf(id, sizeof(id), "000000000000000%c", number);
	for (int i = 0; i < RUN_EVENTS; i++) {
		snprintf(s->text[i], sizeof(s->text[i]), "op=modtrail-%s v=1 run=%s %s",
			 words[i].word, id, words[i].fields);
		s->event[i] = a_marker(begun_ms + 10 * i, (uint64_t)(10 + i), s->text[i]);
	}
	s->event[AT_CALL] = fixture_call(begun_ms + 10 * AT_CALL, 10 + AT_CALL, 501);
	s->event[AT_CALL].call = CALL_DELETE;
	s->event[AT_CALL].success = false;
	s->event[AT_CALL].exit = -2;
	s->event[AT_CALL].auid = 0;
	s->event[AT_CALL].ppid = 500;
	s->event[AT_CALL].module = TEXT("modtrail_00c0ffee");
}

struct event a_change(int64_t time_ms, const char *key)
{
	struct event ev = a_start(time_ms, 3);

	ev.kind = EVENT_CONFIG;
	ev.daemon = false;
	ev.op = TEXT("add_rule");
	ev.keys = (struct bytes){ key, strlen(key) };
	ev.list = 4;
	ev.result = 1;
	return ev;
}

int judge_as(struct store *s, const struct judging *how)
{
	struct error err;
	int count = 0;

	if (store_begin(s, &err) < 0 || (count = judge(s, how, &err)) < 0)
		fail_msg("%s", err.text);
	if (store_commit(s, &err) < 0)
		fail_msg("%s", err.text);
	return count;
}

int judge_at(struct store *s, int64_t now_ms)
{
	return judge_as(s, &(struct judging){ .now_ms = now_ms, .max_age_ms = 2 * DAY });
}
