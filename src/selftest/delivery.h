/*
 * Why did the markers of a self-test not come back? What only the host itself
 * can know: how audit, its daemon and its log stand. Pure, but for delivery_look().
 */
#ifndef MODTRAIL_SELFTEST_DELIVERY_H
#define MODTRAIL_SELFTEST_DELIVERY_H

#include "model/selftest_run.h"
#include "rules/auditd_conf.h"
#include "rules/rules.h"

/* One look at the log and where it lies. */
struct delivery_log {
	int error;		/* errno of looking at it; 0: it is there */
	uint64_t dev, ino;
	int64_t size;
	int64_t free_mib, all_mib;	/* of its file system; -1: unknown */
};

struct delivery_facts {
	struct kernel_status before, after;	/* the run */
	const struct auditd_conf *conf;
	struct delivery_log log_before, log_after;
};

void delivery_look(struct delivery_log *out, const char *log_file);

/* Always says something: REASON_UNEXPLAINED if no fact explains it. */
void delivery_explain(struct delivery_state *out, const struct delivery_facts *facts);

/* Will nothing more arrive, however long one waits? */
bool delivery_is_dead(const struct delivery_facts *facts);

#endif
