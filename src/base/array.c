#include "base/array.h"

#define ITEMS_MIN 16

int array_grow(void *array, size_t *cap, size_t count, size_t size, struct error *err)
{
	size_t wanted = MAX(*cap, (size_t)ITEMS_MIN);
	void *grown = NULL;

	if (count <= *cap)
		return 0;
	while (wanted < count && wanted <= SIZE_MAX / 2)
		wanted *= 2;
	if (wanted >= count && wanted <= SIZE_MAX / size)
		grown = realloc(*(void **)array, wanted * size);
	if (grown == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	*(void **)array = grown;
	*cap = wanted;
	return 0;
}
