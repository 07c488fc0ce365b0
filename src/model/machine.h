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

/* An entry to the kernel, and the numbers of the calls that matter; -1 where it has none. */
struct abi_calls {
	uint32_t arch;		/* AUDIT_ARCH_...; 0: there is no such entry */
	int init_module, finit_module, delete_module;
	int execve, execveat;
};

/* The entry of a machine, and the one of 32 bits that it has beside it. False if arch is not known. */
bool machine_entries(uint32_t arch, struct abi_calls abi[2]);

/* "x86_64", "i386", ... as libaudit spells it, where it does; NULL if not known. */
const char *machine_name(uint32_t arch);

#endif
