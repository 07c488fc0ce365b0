#include "selftest/marker_send.h"

#include <errno.h>
#include <libaudit.h>
#include <string.h>

int marker_socket_open(struct error *err)
{
	int fd = audit_open();

	if (fd < 0)
		return error_set(err, ERR_SYSTEM, "cannot open the audit socket: %s", strerror(errno));
	set_aumessage_mode(MSG_QUIET, DBG_NO);
	return fd;
}

int marker_send(int fd, const struct marker_text *m, struct error *err)
{
	if (audit_log_user_message(fd, AUDIT_TRUSTED_APP, m->text, NULL, NULL, NULL, 1) > 0)
		return 0;
	return error_set(err, ERR_SYSTEM, "cannot write to the audit stream: %s", strerror(errno));
}
