#include "verdict/unaudited.h"

#include "base/clock.h"
#include "sql.h"

#include <unistd.h>

void unaudited_change(struct unaudited *u, bool added, uint64_t tick)
{
	if (added) {
		if (u->loaded++ == 0)
			u->since = tick;
		return;
	}
	if (u->loaded > 0 && --u->loaded > 0)
		return;
	if (u->count == UNHEARD_SPANS)
		u->count--;
	else
		u->span[u->count].from = u->since;
	u->span[u->count++].to = tick;
	u->since = 0;
}

/* When this machine was booted, by the clock as it is now. */
static int64_t boot_ms(void)
{
	return clock_ms(CLOCK_REALTIME) - clock_ms(CLOCK_BOOTTIME);
}

int unaudited_find(struct processes *out, struct store *s, const char *host, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int64_t boot = boot_ms(), ticks = sysconf(_SC_CLK_TCK);
	struct unaudited u = { .count = 0 };
	int rc;

	if ((rc = query_open(&q, s, sql_task_changes, err)) < 0)
		return rc;
	query_bind_text(q, "host", host);
	query_bind_int(q, "from_ms", boot);
	while ((rc = query_step(q, err)) > 0)
		unaudited_change(&u, query_int(q, 0) != 0,
			       (uint64_t)((query_int(q, 1) - boot) * ticks / 1000));
	if (rc == 0)
		processes_started(out, "", u.span, u.count);
	return rc;
}
