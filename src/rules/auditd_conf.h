/*
 * The settings of auditd.conf(5) that say where records end up.
 */
#ifndef MODTRAIL_RULES_AUDITD_CONF_H
#define MODTRAIL_RULES_AUDITD_CONF_H

#include "base/error.h"

#include <stdbool.h>

#define AUDITD_CONF_PATH "/etc/audit/auditd.conf"
#define AUDITD_LOG_DEFAULT "/var/log/audit/audit.log"	/* auditd.conf(5), log_file */

struct auditd_conf {
	char log_file[4096];
	bool write_logs;
	bool enriched;			/* log_format = ENRICHED */
	char name_format[16];		/* none, hostname, fqd, numeric, user; lower case */
	char name[256];			/* for name_format = user */
	char max_log_file_action[16];	/* lower case */
	char space_left_action[16], admin_space_left_action[16];
	char space_left[16], admin_space_left[16];	/* "75" (MiB free), "25%" */
	char disk_full_action[16], disk_error_action[16];
	unsigned max_log_file;		/* MiB; 0: no limit */
	unsigned num_logs;
};

/*
 * Reads path into *conf, with auditd's own defaults for what is missing; a
 * file that does not exist gives all defaults. Keywords as auditd takes them:
 * case does not matter, '#' starts a comment line.
 *
 * Returns 0, or ERR_INPUT with file and line for an unreadable file or a line
 * without '=' (auditd refuses to start with one); *conf is then the defaults.
 */
must_check int auditd_conf_read(struct auditd_conf *conf, const char *path, struct error *err);

#endif
