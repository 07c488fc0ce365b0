#include "window.h"

#include "error.h"

#include <assert.h>
#include <string.h>

int window_init(struct window *w)
{
	*w = (struct window){ .data = malloc(WINDOW_SIZE) };
	return w->data == NULL ? ERR_NOMEM : 0;
}

void window_release(struct window *w)
{
	free(w->data);
	*w = (struct window){ 0 };
}

size_t window_room(struct window *w, uint64_t keep_from, char **at)
{
	assert(keep_from >= w->base && keep_from <= window_end(w));

	if (WINDOW_SIZE - w->len < WINDOW_LINE_MAX && keep_from - w->base > WINDOW_KEEP) {
		size_t gone = (size_t)(keep_from - w->base - WINDOW_KEEP);

		memmove(w->data, w->data + gone, w->len - gone);
		w->base += gone;
		w->len -= gone;
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
