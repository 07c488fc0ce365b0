/*
 * For the tests of correlate: what "modprobe dummy", run by a daemon, leaves.
 */
#ifndef MODTRAIL_TESTS_STEPS_H
#define MODTRAIL_TESTS_STEPS_H

#include "parse/correlate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define T0 INT64_C(1795456282976)

#define WORD(text) { text, sizeof(text) - 1 }
#define LINE(text) { text, sizeof(text) }	/* the last NUL belongs to it */
#define NOTHING ((struct bytes){ NULL, 0 })

struct step an_exec(void);	/* at T0, serial 8 */
struct step a_call(void);	/* its finit_module, 100 ms and one serial later */

/* Correlates without any start of auditd. */
void join(struct step *steps, size_t count);

#endif
