/*
 * Markers: what a self-test writes into the audit stream, so that whoever
 * receives the log can judge the host from the log alone.
 *
 * A marker is a user record (type TRUSTED_APP, audit_log_user_message(3)):
 *
 *   op=modtrail-WORD v=1 run=RUN name=value ...
 *
 * Values hold only letters, digits and _./:,+@*!<>()- ; any other byte is
 * written %XX, so that no rule text, path or name can end a field, close
 * msg='...' or forge another (auditd writes user records as they are). The
 * kernel adds pid, uid and auid of the writer in front of msg; those, and not
 * the text, say who wrote it.
 *
 * Which words there are, and with which fields, is in model/selftest_run.h.
 *
 * Pure: reading and writing of text only.
 */
#ifndef MODTRAIL_MODEL_MARKER_H
#define MODTRAIL_MODEL_MARKER_H

#include "base/util.h"

#include <stdbool.h>
#include <stdint.h>

#define MARKER_PREFIX "op=modtrail-"
#define MARKER_VERSION "1"
/* The kernel takes 8560 bytes (AUDIT_MESSAGE_TEXT_MAX); we stay far below. */
#define MARKER_FIELDS 2048
#define MARKER_SEAL 176		/* what model/signature.h adds */
#define MARKER_MAX (MARKER_FIELDS + MARKER_SEAL)

struct marker_text {
	char text[MARKER_MAX];
	size_t len, room;	/* so many of text may be used now */
	bool cut;	/* a value did not fit and was left out */
};

/* Begins "op=modtrail-WORD v=1 run=RUN"; fields follow. A NULL or empty value adds nothing. */
void marker_begin(struct marker_text *m, const char *word, const char *run);
void marker_add(struct marker_text *m, const char *name, const char *value);
void marker_add_number(struct marker_text *m, const char *name, int64_t value);

/*
 * Reads the text of a marker, as struct event.detail has it. Returns false if
 * it is none of version 1.
 */
bool marker_word(struct bytes text, struct bytes *word);

/* The value of a field, %XX undone; false if there is none, or it does not fit size. */
bool marker_get(struct bytes text, const char *name, char *out, size_t size);
bool marker_get_number(struct bytes text, const char *name, int64_t *out);

#endif
