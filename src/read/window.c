#include "read/window.h"

#include "base/error.h"

#include <assert.h>
#include <sys/mman.h>
#include <sys/shm.h>

/*
 * Puts a second view of the ring behind it. From 0 bytes of a shared mapping
 * mremap(2) makes another one of the same pages; where that is unknown
 * (valgrind), a segment of System V does it, gone with its last view.
 */
static bool map_again(char *ring)
{
	bool twice;
	int id;

	if (mremap(ring, 0, WINDOW_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, ring + WINDOW_SIZE) !=
	    MAP_FAILED)
		return true;
	id = shmget(IPC_PRIVATE, WINDOW_SIZE, 0600);
	if (id < 0)
		return false;
	twice = shmat(id, ring, SHM_REMAP) == ring &&
		shmat(id, ring + WINDOW_SIZE, SHM_REMAP) == ring + WINDOW_SIZE;
	shmctl(id, IPC_RMID, NULL);
	return twice;
}

int window_init(struct window *w)
{
	char *ring = mmap(NULL, 2 * WINDOW_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			  -1, 0);

	*w = (struct window){ 0 };
	if (ring == MAP_FAILED)
		return ERR_NOMEM;
	if (!map_again(ring)) {
		munmap(ring, 2 * WINDOW_SIZE);
		return ERR_NOMEM;
	}
	w->ring = w->data = ring;
	return 0;
}

void window_release(struct window *w)
{
	if (w->ring != NULL)
		munmap(w->ring, 2 * WINDOW_SIZE);
	*w = (struct window){ 0 };
}

void window_clear(struct window *w)
{
	*w = (struct window){ .ring = w->ring, .data = w->ring };
}

size_t window_room(struct window *w, uint64_t keep_from, char **at)
{
	assert(keep_from >= w->base && keep_from <= window_end(w));

	if (keep_from - w->base > WINDOW_KEEP) {
		size_t gone = (size_t)(keep_from - w->base - WINDOW_KEEP);

		w->base += gone;
		w->len -= gone;
		w->data = w->ring + (size_t)(w->data - w->ring + gone) % WINDOW_SIZE;
	}
	assert(WINDOW_SIZE - w->len >= WINDOW_LINE_MAX);
	*at = w->data + w->len;
	return WINDOW_SIZE - w->len;
}

void window_grow(struct window *w, size_t len, const struct newline_index *newlines)
{
	assert(len <= WINDOW_SIZE - w->len);
	w->newlines = newlines;
	w->newlines_at = window_end(w);
	w->len += len;
}

void window_shrink(struct window *w, size_t len)
{
	assert(len <= w->len);
	w->len -= len;
	w->newlines = NULL;
}
