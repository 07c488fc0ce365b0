#include "steps.h"

struct step an_exec(void)
{
	return (struct step){
		.time_ms = T0, .serial = 8, .kind = EVENT_EXEC, .success = true,
		.ppid = 108, .auid = ID_UNSET, .ses = ID_UNSET,
		.comm = WORD("modprobe"), .exe = WORD("/usr/bin/kmod"),
		.argv = LINE("modprobe\0dummy"),
	};
}

struct step a_call(void)
{
	struct step s = an_exec();

	s.time_ms += 100;
	s.serial++;
	s.kind = EVENT_CALL;
	s.call = CALL_FINIT;
	s.module = (struct bytes)WORD("dummy");
	return s;
}

void join(struct step *steps, size_t count)
{
	correlate(steps, count, NULL, 0);
}
