#include "store_private.h"

#include <time.h>

#define WAIT_MAX_MS 25		/* while another process writes */

static void (*tell_of_wait)(const char *path);

void store_tell_of_waits(void (*tell)(const char *path))
{
	tell_of_wait = tell;
}

static int64_t steady_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}

int store_keep_waiting(void *arg, int tries)
{
	struct store *s = arg;
	const struct timespec pause = { 0, MIN(1L << MIN(tries, 10), WAIT_MAX_MS) * 1000000L };

	if (s->interrupted)
		return 0;
	if (tries == 0)
		s->wait_ms = steady_ms();
	if (s->wait_ms != 0 && steady_ms() - s->wait_ms >= STORE_PATIENCE_MS) {
		s->wait_ms = 0;
		if (tell_of_wait != NULL)
			tell_of_wait(s->path);
	}
	nanosleep(&pause, NULL);
	return 1;
}
