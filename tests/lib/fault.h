/*
 * Commands that meet a fault, each in a process of its own, and what a trail
 * must be afterwards.
 */
#ifndef MODTRAIL_TESTS_FAULT_H
#define MODTRAIL_TESTS_FAULT_H

#include "cmd/command.h"
#include "store_fixture.h"

/*
 * A kind of fault. arm is called in the child, before anything runs: the n-th
 * time from 1 on fails, or with stays every time from then on.
 */
struct fault {
	const char *name;
	void (*arm)(long n, bool stays);
	bool (*struck)(void);
	const char *words;	/* one of which the error must have, parted by '|' */
	bool names_trail;	/* and the path of the trail */
};

/* What is run, on which trail. */
struct scenario {
	const char *name;
	const struct command *command;	/* NULL: act instead */
	const char *words;		/* its arguments, parted by blanks */
	int (*act)(const struct fixture *f, struct error *err);
	void (*prepare)(struct fixture *f);	/* makes the trail to begin with; NULL: there is none */
	bool stop;			/* SIGTERM waits for the first time that it sleeps */
	bool writes;			/* what it leaves in the trail counts, not what it prints */
	long costs;			/* times what others cost, so that so many times fewer are met; 0: as much */
};

/* Trails to begin with: of version 1; of a log with two self-tests beside it, judged or not. */
void fault_old_trail(struct fixture *f);
void fault_some_trail(struct fixture *f);
void fault_judged_trail(struct fixture *f);

/*
 * Runs the scenario with the fault at 1, 1 + stride, ... until it is not met
 * any more. Each time it must end with an error that says what is wrong, or
 * not be impressed at all; the trail must be sound; and running again must come
 * to what an undisturbed run comes to. Returns how often the fault was met.
 */
long fault_all(struct fixture *f, const struct fault *fault, const struct scenario *scenario,
	       bool stays, long stride);

/* $FAULT_STRIDE, or usual, times $FAULT_FEWER where each takes longer. */
long fault_stride(long usual);

#endif
