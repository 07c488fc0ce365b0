/*
 * forge TYPE TEXT... - write user records into the audit stream, all from this process
 *
 * TYPE is the record's number, for instance 1121 (TRUSTED_APP). Each TEXT goes
 * out as it is; \n and \xNN in it stand for the bytes, and {pid} for the pid of
 * this process. "-delete NAME" in the place of a text calls delete_module.
 */
#include <errno.h>
#include <fcntl.h>
#include <libaudit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void unescape(char *text)
{
	char *out = text;

	while (*text != '\0') {
		char hex[3] = "";

		if (text[0] == '\\' && text[1] == 'n') {
			*out++ = '\n';
			text += 2;
		} else if (text[0] == '\\' && text[1] == 'x' && strlen(text) >= 4) {
			memcpy(hex, text + 2, 2);
			*out++ = (char)strtol(hex, NULL, 16);
			text += 4;
		} else {
			*out++ = *text++;
		}
	}
	*out = '\0';
}

static int write_record(int fd, int type, const char *text)
{
	const char *pid = strstr(text, "{pid}");
	char record[8192];

	if (pid == NULL)
		snprintf(record, sizeof(record), "%s", text);
	else
		snprintf(record, sizeof(record), "%.*s%d%s", (int)(pid - text), text, (int)getpid(),
			 pid + strlen("{pid}"));
	return audit_log_user_message(fd, type, record, NULL, NULL, NULL, 1);
}

int main(int argc, char **argv)
{
	static const char delete[] = "-delete ";
	int fd = audit_open();

	if (argc < 3)
		return 125;
	for (int i = 2; i < argc && fd >= 0; i++) {
		unescape(argv[i]);
		if (strncmp(argv[i], delete, strlen(delete)) == 0) {
			/* It fails, as is meant: nobody has such a module. */
			(void)!syscall(SYS_delete_module, argv[i] + strlen(delete), O_NONBLOCK);
		} else if (write_record(fd, atoi(argv[1]), argv[i]) <= 0) {
			fd = -1;
		}
	}
	if (fd < 0) {
		fprintf(stderr, "forge: %s\n", strerror(errno));
		return 1;
	}
	return 0;
}
