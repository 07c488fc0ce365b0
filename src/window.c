#include "window.h"

#include "error.h"

#include <assert.h>
#include <sys/mman.h>

/*
 * Puts a second view of the ring behind it. From 0 bytes of a shared mapping
 * mremap(2) makes another one of the same pages; where that is unknown
 * (valgrind), a file without a name does it, which ulimit -f counts as one.
 */
static bool map_again(char *ring)
{
	const int access = PROT_READ | PROT_WRITE, how = MAP_SHARED | MAP_FIXED;
	AUTO(closep) int fd = -1;

	if (mremap(ring, 0, WINDOW_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, ring + WINDOW_SIZE) !=
	    MAP_FAILED)
		return true;
	fd = memfd_create("modtrail window", MFD_CLOEXEC);
	return fd >= 0 && ftruncate(fd, WINDOW_SIZE) == 0 &&
	       mmap(ring, WINDOW_SIZE, access, how, fd, 0) != MAP_FAILED &&
	       mmap(ring + WINDOW_SIZE, WINDOW_SIZE, access, how, fd, 0) != MAP_FAILED;
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

void window_grow(struct window *w, size_t len, const struct line_ends *ends)
{
	assert(len <= WINDOW_SIZE - w->len);
	w->ends = ends;
	w->ends_at = window_end(w);
	w->len += len;
}

void window_shrink(struct window *w, size_t len)
{
	assert(len <= w->len);
	w->len -= len;
	w->ends = NULL;
}
