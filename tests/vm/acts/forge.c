/*
 * forge [-contained] TYPE TEXT... - write user records into the audit stream, all from one process
 *
 * -contained: as root in a container that was given CAP_AUDIT_WRITE, and nothing else.
 * TYPE is the record's number, for instance 1121 (TRUSTED_APP). Each TEXT goes
 * out as it is; \n and \xNN in it stand for the bytes, and {pid} for the pid of
 * this process. "-delete NAME" in the place of a text calls delete_module.
 */
#include <errno.h>
#include <fcntl.h>
#include <libaudit.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
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

static bool drop_rights(void)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct rights[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

	rights[0].effective = rights[0].permitted = 1u << CAP_AUDIT_WRITE;
	return syscall(SYS_capset, &head, rights) == 0;
}

/* Returns in a process in namespaces of its own; this one ends as that does. */
static bool contain(void)
{
	pid_t child;
	int status;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC) < 0 || (child = fork()) < 0)
		return false;
	if (child == 0)
		return drop_rights();
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		exit(1);
	exit(WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
	static const char delete[] = "-delete ";
	int fd;

	if (argc > 1 && strcmp(argv[1], "-contained") == 0) {
		argv++;
		argc--;
		if (!contain()) {
			perror("forge: cannot be contained");
			return 125;
		}
	}
	if (argc < 3)
		return 125;
	fd = audit_open();
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
