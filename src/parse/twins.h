/*
 * Events that have one id and are not one: of two boots whose clocks began alike,
 * or because somebody wrote a line with the id of another. Pure.
 *
 * What an event is, is told by its content. An anchor is the record that makes it:
 * its SYSCALL, or one that is always alone (KERNEL, DAEMON_*, the TRUSTED_APP of a
 * marker). Records contradict each other if no kernel puts both into one event:
 *
 *   - two different ones of a kind that comes once (SYSCALL, KERN_MODULE, CWD,
 *     PROCTITLE; EXECVE with the same argument; CONFIG_CHANGE but for its key),
 *     unless one is the other, cut short;
 *   - a record that is always alone, and any other of these;
 *   - EXECVE and a call that is no exec, KERN_MODULE and a call that is none about
 *     modules, CONFIG_CHANGE and one of both.
 *
 * Nearly all ids have no contradiction, and twins_agree() is all that they cost. Else
 * the records are parted:
 *
 *   - Each anchor is an event, with what was read together with it. In a text whose
 *     lines are in the order of the log a record belongs to the latest anchor that
 *     has begun, is not complete (PROCTITLE or EOE completes it) and does not
 *     contradict. An empty line is a pause, which completes all.
 *   - What was read without an anchor (a rotation came in between) is loose. It belongs
 *     to each event that it does not contradict, to one if there is one; else it is
 *     an event by itself.
 *   - An anchor that was interrupted by another, and is not complete, may have lost its
 *     records to that one: it shares those that do not contradict.
 *   - Contradicting records of one anchor are alternatives: an event for each of them.
 *
 * So the events follow from a set of anchors, each with a set of records, and of
 * loose records: sets only grow, and whatever order they grow in, the events are
 * the same. Events beyond TWINS_MAX are dropped, and counted.
 */
#ifndef MODTRAIL_PARSE_TWINS_H
#define MODTRAIL_PARSE_TWINS_H

#include "parse/records.h"

#define TWINS_MAX 32u

/*
 * Parting compares each record with each, and keeps several copies: of one anchor, and of one
 * text, it takes no more than so many, and counts the rest as dropped. An EXECVE may have
 * more, with megabytes of arguments; two such events under one id were never seen.
 */
#define TWINS_RECORDS 256u

/* Can the records of the set, which is sorted, be those of one event? */
bool twins_agree(const struct records *set);

/*
 * The record that an event is known by, of a text as the store keeps it: its anchor,
 * else the first that means something alone (KERN_MODULE, CONFIG_CHANGE), else all of
 * the text. *rest, NULL at first, leads to the next that it may be known by when it was
 * read in pieces; data NULL: there is no more.
 */
struct bytes twins_mark(struct bytes text, const char **rest);

/* Has the set an anchor? */
bool twins_anchored(const struct records *set);

/* One of the events, as the store keeps it. */
struct twin {
	struct records set;	/* all its records */
	struct records loose;	/* those of them that were not read together with its anchor */
	bool interrupted;
};

struct twins {
	struct twin *event;	/* [count], after twins_part(); valid until the next call */
	size_t count;
	size_t left_out;	/* events beyond TWINS_MAX */
	size_t dropped;		/* records beyond the bounds of a set */
	/* private */
	size_t cap;
	struct anchored *anchored;
	size_t anchored_count, anchored_cap;
	struct records loose;
};

void twins_init(struct twins *t);
void twins_release(struct twins *t);

/* Adds records in the order of the log, lines ended by '\n'. Returns 0 or ERR_NOMEM. */
must_check int twins_add_text(struct twins *t, struct bytes text);

/* Adds an event as it was kept: the texts of its sets. */
must_check int twins_add_event(struct twins *t, struct bytes set, struct bytes loose,
			       bool interrupted);

/* Makes the events of all that was added. Returns 0 or ERR_NOMEM. */
must_check int twins_part(struct twins *t);

#endif
