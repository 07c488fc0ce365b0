/*
 * What a system call number means: SYSCALL records name the architecture and
 * the number, and a number alone says nothing (176 deletes a module on x86-64
 * and reads the group id on aarch64).
 */
#ifndef MODTRAIL_MODEL_MACHINE_H
#define MODTRAIL_MODEL_MACHINE_H

#include "model/event.h"

#include <stdbool.h>
#include <stdint.h>

struct machine_call {
	enum module_call call;	/* CALL_NONE: not about modules */
	enum abi abi;
	bool exec;		/* execve or execveat */
};

/*
 * Looks up system call number of the architecture arch (AUDIT_ARCH_*, the hex
 * word of arch=). Returns false for an architecture that is not known: then
 * the call may be anything, and only abi is set, from the word's 64-bit flag.
 */
bool machine_call(uint32_t arch, int64_t number, struct machine_call *out);

/* "x86_64", "i386", ... as uname -m and libaudit spell it; NULL if not known. */
const char *machine_name(uint32_t arch);

#endif
