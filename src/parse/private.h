/*
 * The parts of parse/twins.h, which says what they are for:
 *
 * parse/twins_facts.c  what records say of their event, and which contradict each other
 * parse/twins_group.c  which lines of a text belong together
 * parse/twins.c        the events that follow from all of them
 */
#ifndef MODTRAIL_PARSE_PRIVATE_H
#define MODTRAIL_PARSE_PRIVATE_H

#include "parse/twins.h"

/* The kinds of records that say what an event is. */
enum fact {
	FACT_NONE, FACT_SYSCALL, FACT_KERN_MODULE, FACT_EXECVE, FACT_CWD, FACT_PROCTITLE, FACT_CONFIG,
	FACT_ALONE,
};
#define BIT(fact) (1u << (fact))
#define ANCHORS (BIT(FACT_SYSCALL) | BIT(FACT_ALONE))

enum fact record_fact(const struct record_head *line);

/* Of a set: which facts its records say, as bits; its anchor, or NULL. */
unsigned records_facts(const struct records *set);
const struct record_head *records_anchor(const struct records *set);

/* Two different records of one fact: do both have its place? */
bool records_are_rivals(enum fact fact, const struct record_head *a, const struct record_head *b);

/* Does no kernel put both into one event? Does a record fit all of a set? */
bool records_contradict(const struct record_head *a, const struct record_head *b);
bool record_fits(const struct records *set, const struct record_head *line);

/* Adds a record to a set of at most TWINS_RECORDS, as records_add() does; beyond that it is dropped. */
must_check int twins_take(struct records *set, const struct record_head *line);

/* Lines of a text that belong together. */
struct group {
	struct records set;
	bool open, interrupted;
};

struct groups {
	struct group *group;
	size_t count, cap;
	size_t lines;		/* in all of them, at most TWINS_RECORDS */
	size_t dropped;		/* beyond that, or beyond TWINS_MAX groups */
};

/* Puts the lines of a text into groups, which are none at first. Returns 0 or ERR_NOMEM. */
must_check int twins_group(struct groups *g, struct bytes text);
void twins_release_groups(struct groups *g);

#endif
