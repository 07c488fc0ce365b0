/*
 * A self-test as events on host "web": one probe of delete_module.b64/root, in
 * the host's claim, and its call.
 */
#ifndef MODTRAIL_TESTS_SCENE_H
#define MODTRAIL_TESTS_SCENE_H

#include "store_fixture.h"
#include "verdict/judge.h"

#define T0 INT64_C(1795456282000)
#define DAY (INT64_C(24) * 3600 * 1000)

/* In their order, 10 ms apart; each has the serial of its place, from 10 on. */
enum { AT_BEGIN, AT_CLAIM, AT_CAVEAT, AT_PROBE, AT_CALL, AT_ACTED, AT_END, RUN_EVENTS };

struct scene {
	char text[RUN_EVENTS][600];
	struct event event[RUN_EVENTS];
};

/* Its id is 000000000000000 and number. */
void a_run(struct scene *s, char number, int64_t begun_ms);

/* A rule under this key was added. */
struct event a_change(int64_t time_ms, const char *key);

/* Judge in a transaction; at that time, what is two days old is stale. How many hosts were. */
int judge_as(struct store *s, const struct judging *how);
int judge_at(struct store *s, int64_t now_ms);

#endif
