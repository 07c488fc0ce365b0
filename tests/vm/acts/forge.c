/*
 * forge TYPE TEXT - write a user record into the audit stream
 *
 * TYPE is the record's number, for instance 1121 (TRUSTED_APP). TEXT goes out
 * as it is; \n and \xNN in it stand for the bytes.
 */
#include <errno.h>
#include <libaudit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

int main(int argc, char **argv)
{
	int fd;

	if (argc != 3)
		return 125;
	unescape(argv[2]);
	if ((fd = audit_open()) < 0 ||
	    audit_log_user_message(fd, atoi(argv[1]), argv[2], NULL, NULL, NULL, 1) <= 0) {
		fprintf(stderr, "forge: %s\n", strerror(errno));
		return 1;
	}
	return 0;
}
