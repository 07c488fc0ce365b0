/*
 * walk - has libauparse read every record and field of a log, and do nothing
 *
 *   walk LOG
 *
 * The inner yardstick: what a program costs that leaves everything to the
 * library. Prints how many records there are.
 */
#include <auparse.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static void count_records(auparse_state_t *au, auparse_cb_event_t event, void *arg)
{
	unsigned long *records = arg;

	if (event != AUPARSE_CB_EVENT_READY || auparse_first_record(au) <= 0)
		return;
	do {
		++*records;
		if (auparse_first_field(au) <= 0)
			continue;
		while (auparse_get_field_str(au) != NULL && auparse_next_field(au) > 0)
			;
	} while (auparse_next_record(au) > 0);
}

int main(int argc, char **argv)
{
	auparse_state_t *au = auparse_init(AUSOURCE_FEED, NULL);
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	static char buffer[1 << 16];
	unsigned long records = 0;
	ssize_t len;

	if (au == NULL || fd < 0) {
		fputs("usage: walk LOG\n", stderr);
		return 2;
	}
	auparse_add_callback(au, count_records, &records, NULL);
	while ((len = read(fd, buffer, sizeof(buffer))) > 0)
		auparse_feed(au, buffer, (size_t)len);
	auparse_flush_feed(au);
	auparse_destroy(au);
	close(fd);
	printf("%lu records\n", records);
	return len < 0;
}
