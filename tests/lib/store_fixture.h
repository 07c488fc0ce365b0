/*
 * A trail in a folder of its own, and events to put into it.
 */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include "trail/store.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct fixture {
	char folder[64];
	char path[100];		/* FOLDER/trail.db: not there yet */
	struct error err;
};

/* cmocka's setup and teardown. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* Fails the test with what err says. */
struct store *fixture_open(struct fixture *f, enum store_mode mode);

/* Opening must fail with ERR_TRAIL and a text that contains words. */
void fixture_refuses(struct fixture *f, enum store_mode mode, const char *words);

/* Adds the events in one transaction. */
void fixture_add(struct store *s, const struct event *events, size_t count);

/* The first column of the first row; fails the test if there is none. */
int64_t fixture_number(struct store *s, const char *sql);

/* The rows as text to be freed: a line each, NULL as "-", bytes that are not plain as \xNN. */
char *fixture_rows(struct store *s, const char *sql);
void assert_rows(struct store *s, const char *sql, const char *expected);

/* Files that a reader without rights meets: as root, tests act as nobody. */
void fixture_drop_rights(void);
void fixture_regain_rights(void);

#define TEXT(literal) ((struct bytes){ literal, sizeof(literal) - 1 })

/* modprobe dummy by a login user, and its load, on host "web": the rest can be set. */
struct event fixture_exec(int64_t time_ms, uint64_t serial, int64_t pid);
struct event fixture_call(int64_t time_ms, uint64_t serial, int64_t pid);
struct event a_start(int64_t time_ms, uint64_t serial);

#endif
