#include "trail/private.h"

#include "base/clock.h"

#define PAUSE_MAX_MS 25

static void (*tell_of_wait)(const char *path);
static int64_t wait_max_ms = STORE_WAIT_MAX_MS;

void store_tell_of_waits(void (*tell)(const char *path))
{
	tell_of_wait = tell;
}

void store_wait_at_most(int64_t ms)
{
	wait_max_ms = ms;
}

void store_wait_anew(struct store *s)
{
	s->wait_ms = clock_ms(CLOCK_MONOTONIC);
	s->wait_told = false;
}

int store_keep_waiting(void *arg, int tries)
{
	struct store *s = arg;
	const struct timespec pause = { 0, MIN(1L << MIN(tries, 10), PAUSE_MAX_MS) * 1000000L };
	int64_t waited_ms;

	if (tries == 0 && !s->in_exec)
		store_wait_anew(s);
	waited_ms = clock_ms(CLOCK_MONOTONIC) - s->wait_ms;
	if (s->interrupted || waited_ms >= wait_max_ms)
		return 0;
	if (waited_ms >= STORE_PATIENCE_MS && !s->wait_told) {
		s->wait_told = true;
		if (tell_of_wait != NULL)
			tell_of_wait(s->path);
	}
	nanosleep(&pause, NULL);
	return 1;
}

int store_wait_error(struct store *s, struct error *err)
{
	if (s->interrupted)
		return error_set(err, ERR_INTERRUPTED, "interrupted while waiting for trail '%s'",
				 s->path);
	return error_set(err, ERR_TRAIL, "another process has held trail '%s' for %lld seconds: "
			 "'lslocks' shows which has a WRITE lock on it or on its -shm file; end that one if "
			 "it hangs or is stopped, and run again", s->path, (long long)wait_max_ms / 1000);
}
