/*
 * Shared by the files of judge, and by nobody else.
 *
 * verdict/judge_evidence.c   what the trail has on one run
 * verdict/judge_sources.c    from which run each cell has its verdict
 * verdict/judge_put.c        writes down what was judged
 * verdict/judge_apart.c      judging while others write
 * verdict/judge.c            which runs of which hosts, and what becomes of the verdicts
 */
#ifndef MODTRAIL_VERDICT_PRIVATE_H
#define MODTRAIL_VERDICT_PRIVATE_H

#include "verdict/judge.h"
#include "verdict/marker_collect.h"

#define PROBE_SIGHTINGS 8	/* calls, and as many tool runs, of one probe; it leaves two */
#define SIGHTINGS_MAX (GATHER_PROBES * 2 * PROBE_SIGHTINGS)

/* The host and the run at hand. Large: on the heap. */
struct judge {
	struct store *store;
	const struct judging *how;

	int64_t host_id;
	struct claim outside[CELLS];	/* claims of others */
	enum claim_origin outside_source;
	size_t outside_count;

	struct collected_run collected_run;
	int64_t signature;		/* of its markers: enum signature; NUM_NONE: none arrived */
	int64_t begun_ms;		/* of the run: its begin marker */
	int64_t serial;			/* of its first marker */
	bool believed;			/* it may speak for the host */
	bool acted;			/* at all, once it is judged */
	bool noted;			/* by the host itself, as its markers did not arrive */
	int64_t from_ms, ended_ms;	/* the earliest and the latest marker there is */
	struct claim claims[CELLS];	/* the run's own, and those of others */
	enum claim_origin source[CELLS];	/* by cell */
	char keys[256];			/* what key points into */
	const char *key[KEYS_MAX + 1];
	struct sighting sighting[SIGHTINGS_MAX];
	char *owned[SIGHTINGS_MAX];	/* the texts of each sighting */
	struct evidence evidence;
	struct judged judged[CELLS];
	bool judged_all;		/* from that evidence */
};

/* The statement about the host at hand, ready to be bound; NULL with err filled. */
struct query *judge_ask(struct judge *j, enum statement id, struct error *err);

/* Fills evidence for one run. */
must_check int judge_evidence(struct judge *j, const char *run, int64_t begun_ms,
			      struct error *err);

/* Fills evidence for a host that has no run: claims only. */
void judge_no_evidence(struct judge *j);

/* Fills outside for the host: added claims, else what CONFIG_CHANGE lets assume. */
must_check int judge_outside(struct judge *j, bool has_runs, struct error *err);

/* Fills judged from evidence, and says which cells the run says something about: a bit for each. */
uint32_t judge_run(struct judge *j);

/* Nothing to say about a cell that nobody claims and nobody exercised. */
bool judge_is_told(const struct judged *cell);

/* Writes down the run at hand, and the cells that it says something about. */
must_check int judge_put_run(struct judge *j, const char *run, uint32_t cells, struct error *err);

/* Writes down cells as they are judged: those of a run, or, with run "", what is claimed without one. */
must_check int judge_put_cells(struct judge *j, uint32_t cells, const char *run, struct error *err);

/*
 * From which runs a host's cells have their verdicts: the last that has something to say about
 * each, in the order of the log. That is the order of the clock, but where the clock was set back
 * meanwhile: there it is that of serials. Where nobody knows whether it was that or a boot, there is
 * a rival: the worse of both counts. What is dated in the future counts for what nobody else says.
 */
#define NO_RUN SIZE_MAX
struct ordered_run {
	char id[RUN_ID];
	int64_t begun_ms, serial;
	uint32_t cells;
	bool future;
	unsigned boot;		/* in the order of boots */
	bool doubtful;		/* it may be of the boot before, whose clock was set back */
};
struct sources {
	struct ordered_run *run;	/* in the order of the log; owned */
	size_t count, capacity;
	size_t source[CELLS], rival[CELLS];	/* into run, or NO_RUN */
};
must_check int judge_sources(struct judge *j, struct sources *out, struct error *err);
void sources_release(struct sources *s);

/* Proven too long ago, or proven again since it was too old: of all hosts. Within a transaction. */
must_check int judge_mark_stale(struct store *s, const struct judging *how, struct error *err);

/* Frees the texts of sightings. */
void judge_release(struct judge *j);

#endif
