/*
 * From the trail to verdicts: takes the evidence of each host that has news,
 * has verify() judge it, and keeps what came out: the latest state of each
 * cell, each run, and the history. The same for the self-test of this host and
 * for a fleet. What is kept is a function of the events in the trail, of the
 * claims that were added and of the keys, however often and in whatever order
 * they came.
 */
#ifndef MODTRAIL_VERDICT_JUDGE_H
#define MODTRAIL_VERDICT_JUDGE_H

#include "model/keys.h"
#include "trail/store.h"
#include "verdict/verify.h"

#define MAX_AGE_DEFAULT (INT64_C(25) * 3600 * 1000)

struct judging {
	const char *host;		/* NULL: all hosts */
	const char *const *keys;	/* wanted keys, NULL-ended; NULL: those that each run names */
	int64_t now_ms;
	int64_t max_age_ms;		/* a run before now - max_age proves nothing any more;
					   0: what is stale stays so, and nothing becomes it */
};

/*
 * Judges the hosts that have news, within a transaction. With keys, every host
 * is judged anew: such verdicts answer one question and are to be forgotten.
 * A run that began less than 10 minutes ago and has not ended is left alone.
 * Returns how many hosts were judged, or ERR_TRAIL, ERR_NOMEM.
 */
must_check int judge(struct store *s, const struct judging *how, struct error *err);

/*
 * The same outside of a transaction, while others may write: the trail is read as it is at
 * one time, and what comes of it is written in a turn of its own, if none of the hosts has
 * had news or was judged meanwhile. Else it is done again, three times at most; then others
 * wait.
 */
must_check int judge_apart(struct store *s, const struct judging *how, struct error *err);

/*
 * Judges outside of a transaction, as if it were written: what was judged can be read
 * until judge_forget(), by this store alone. So keys answer one question. Also for a trail
 * that was opened with STORE_READ.
 */
must_check int judge_aside(struct store *s, const struct judging *how, struct error *err);
void judge_forget(struct store *s);

/*
 * What a host knows of a run of its own: counts where the run's markers do not
 * arrive, and is forgotten where they do. Within a transaction. Markers of one
 * run only; the same run noted again is replaced.
 */
struct known_run {
	const char *host;
	const struct selftest_run *run;		/* begun_ms and ended_ms set */
	const struct claim *claims;
	size_t claim_count;
	const struct probe *probes;	/* times and results set, by this host's clock */
	size_t probe_count;
	const char (*caveats)[RUN_RULE];
	size_t caveat_count;
	struct delivery_state delivery;
};
must_check int judge_note(struct store *s, const struct known_run *known, struct error *err);

/*
 * What a host's configuration claims, in the place of what was claimed for it
 * before. Of each claim, cell, rule and where count. Within a transaction.
 */
must_check int judge_claim(struct store *s, const char *host, const struct claim *claims,
			   size_t count, struct error *err);

#endif
