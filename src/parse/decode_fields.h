/*
 * The table of fields: which field of which record type gives which fact of an
 * event, and how its value is parsed. Pure; private to parse/decode.c.
 */
#ifndef MODTRAIL_PARSE_DECODE_FIELDS_H
#define MODTRAIL_PARSE_DECODE_FIELDS_H

#include "model/event.h"

/* The record types that own facts. */
enum owner {
	OWNER_NONE,		/* a record of any other type */
	OWNER_SYSCALL,
	OWNER_KERN_MODULE,
	OWNER_EXECVE,
	OWNER_CWD,
	OWNER_PATH,
	OWNER_PROCTITLE,
	OWNER_CONFIG_CHANGE,
	OWNER_KERNEL,
	OWNER_DAEMON,		/* all DAEMON_* */
	OWNER_TRUSTED_APP,	/* the kernel's part, in front of the sender's message, only */
	OWNER_COUNT
};

/* A buffer of size bytes that is appended to. What does not fit is left out. */
struct region {
	char *data;
	size_t len, size;
};

struct field;

struct event_facts {
	struct event event;	/* filled as far as fields say it directly */
	bool seen[OWNER_COUNT];
	const struct field *next_field;	/* of the current record: the field that is likely next */
	int64_t arch, syscall;	/* of SYSCALL; NUM_NONE */
	struct bytes title;	/* of PROCTITLE */
	size_t path_start;	/* in text: the name of the current PATH, with what parts it from others */
	/* strings live here until the next event */
	struct region text, keys, argv, detail;
	/* EXECVE: the argument and piece of it that was read last */
	int64_t argument, piece;
	bool argument_gap;	/* an argument is missing: later ones are ignored */
};

/* A region holds all values of the largest set of records (RECORDS_BYTES_MAX). */
#define FACTS_REGION (((size_t)1 << 20) + 64)

/* memory: 4 * FACTS_REGION bytes, borrowed. */
void event_facts_init(struct event_facts *f, char *memory);

/* Forgets the last event. */
void event_facts_clear(struct event_facts *f);

/*
 * Begins a record. False if its fields are to be ignored: its type owns no facts, or
 * it is the second record of a type that an event has only once.
 */
bool event_facts_record(struct event_facts *f, enum owner type);

/* Takes one field of the current record; raw is its value as the record has it. */
void event_facts_field(struct event_facts *f, enum owner type, const char *name, const char *raw);

/* Appends what fits. */
void region_add(struct region *r, struct bytes bytes);

#endif
