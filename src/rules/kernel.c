/*
 * The kernel's own list and state, through netlink.
 */
#include "rules/private.h"

#include <errno.h>
#include <libaudit.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define REPLY_WAIT_MS 4000

static void audit_closep(int *fd)
{
	if (*fd >= 0)
		audit_close(*fd);
}

/* With audit=0 nobody listens at the socket; without audit there is none. */
static bool is_absent(void)
{
	return errno == ECONNREFUSED || errno == EPROTONOSUPPORT;
}

static int system_error(struct error *err, const char *what)
{
	if (is_absent())
		return error_set(err, ERR_SYSTEM, "cannot %s: the kernel has no audit, or it is "
				 "switched off (audit=0)", what);
	if (errno == EPERM || errno == EACCES)
		return error_set(err, ERR_SYSTEM, "cannot %s: CAP_AUDIT_CONTROL is needed: "
				 "run as root", what);
	return error_set(err, ERR_SYSTEM, "cannot %s: %s", what, strerror(errno));
}

/* The next reply of the kernel. Returns 1, 0 at its end, or an error. */
static int next_reply(int fd, struct audit_reply *reply, struct error *err)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };

	for (;;) {
		int rc = poll(&ready, 1, REPLY_WAIT_MS);

		if (rc < 0 && errno == EINTR)
			return error_set(err, ERR_INTERRUPTED, "interrupted");
		if (rc == 0)
			return error_set(err, ERR_SYSTEM, "the kernel does not answer");
		if (audit_get_reply(fd, reply, GET_REPLY_NONBLOCKING, 0) <= 0)
			return system_error(err, "hear from the kernel");
		if (reply->type == NLMSG_DONE)
			return 0;
		if (reply->type != NLMSG_ERROR)
			return 1;
		if (reply->error->error != 0) {
			errno = -reply->error->error;
			return system_error(err, "ask the kernel");
		}
		/* an acknowledgement: the answer follows */
	}
}

/* Copies one string of the rule's buffer. */
static bool take_text(struct rule *r, const struct audit_rule_data *data, size_t i, size_t *at,
		      size_t len)
{
	uint32_t size = data->values[i];

	if (size > len - *at)
		return false;
	if (!rule_add_field(r, data->fields[i], data->fieldflags[i] & AUDIT_OPERATORS, size,
			    data->buf + *at, size))
		return false;
	*at += size;
	return true;
}

static bool take_fields(struct rule *r, const struct audit_rule_data *data, size_t buf_len)
{
	size_t at = 0;

	for (size_t i = 0; i < MIN(data->field_count, (uint32_t)AUDIT_MAX_FIELDS); i++) {
		uint32_t field = data->fields[i];

		if (field_is_text(field) ? !take_text(r, data, i, &at, buf_len)
					 : !rule_add_field(r, field,
							   data->fieldflags[i] & AUDIT_OPERATORS,
							   data->values[i], NULL, 0))
			return false;
	}
	return true;
}

int rules_add_data(struct ruleset *s, const struct audit_rule_data *data, size_t len,
		   struct paths *facts, struct error *err)
{
	AUTO(rule_freep) struct rule *r = rule_new();
	char text[8192];

	if (len < sizeof(*data))
		return error_set(err, ERR_SYSTEM, "the kernel sent half a rule");
	if (r == NULL || (r->file = ruleset_file(s, RULES_KERNEL)) == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	r->in_kernel = true;
	r->list = data->flags & AUDIT_FILTER_MASK;
	r->action = data->action;
	r->line = (unsigned)s->loaded.count + 1;
	memcpy(r->mask, data->mask, sizeof(r->mask));
	if (!take_fields(r, data, len - sizeof(*data)))
		return error_set(err, ERR_SYSTEM, "the kernel sent a rule that makes no sense");
	rule_clear_unused(r);
	for (size_t i = 0; i < r->field_count; i++)
		if (r->fields[i].text != NULL && r->fields[i].text[0] == '/')
			(void)paths_look(facts, r->fields[i].text);
	rule_print(r, text, sizeof(text));
	if (facts->incomplete || (r->text = strdup(text)) == NULL ||
	    !rules_insert(&s->loaded, r, false))
		return error_set(err, ERR_NOMEM, "out of memory");
	r = NULL;
	return 0;
}

int rules_read_kernel(struct ruleset *s, struct paths *facts, struct error *err)
{
	AUTO(audit_closep) int fd = audit_open();
	struct audit_reply reply;
	int rc;

	set_aumessage_mode(MSG_QUIET, DBG_NO);
	if (fd < 0)
		return system_error(err, "open the audit socket");
	if (audit_request_rules_list_data(fd) <= 0)
		return system_error(err, "read the kernel's rules");
	while ((rc = next_reply(fd, &reply, err)) > 0) {
		if (reply.type != AUDIT_LIST_RULES)
			continue;
		rc = rules_add_data(s, reply.ruledata, NLMSG_PAYLOAD(reply.nlh, 0), facts, err);
		if (rc < 0)
			return rc;
	}
	return rc;
}

/* Kernels before 3.13 have no such features. */
static bool is_login_fixed(int fd)
{
	struct audit_reply reply;
	struct error ignored;

	if (audit_request_features(fd) <= 0)
		return false;
	while (next_reply(fd, &reply, &ignored) > 0)
		if (reply.type == AUDIT_GET_FEATURE)
			return reply.features->features &
			       AUDIT_FEATURE_TO_MASK(AUDIT_FEATURE_LOGINUID_IMMUTABLE);
	return false;
}

static void take_status(struct kernel_status *out, const struct audit_status *status)
{
	*out = (struct kernel_status){
		.enabled = (int)status->enabled,
		.daemon_pid = (int)status->pid,
		.lost = status->lost,
		.backlog_limit = status->backlog_limit,
		.rate_limit = status->rate_limit,
	};
}

int kernel_status_read(struct kernel_status *status, struct error *err)
{
	AUTO(audit_closep) int fd = audit_open();
	struct audit_reply reply;
	int rc;

	set_aumessage_mode(MSG_QUIET, DBG_NO);
	if (fd < 0 || audit_request_status(fd) <= 0) {
		*status = (struct kernel_status){ .absent = is_absent() };
		return status->absent ? 0 : system_error(err, "read the kernel's audit state");
	}
	while ((rc = next_reply(fd, &reply, err)) > 0) {
		if (reply.type != AUDIT_GET)
			continue;
		take_status(status, reply.status);
		status->login_fixed = is_login_fixed(fd);
		return 0;
	}
	return rc < 0 ? rc : error_set(err, ERR_SYSTEM, "the kernel does not tell its audit state");
}
