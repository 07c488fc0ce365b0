#include "parse/fragment.h"

#include <string.h>

size_t piece_packed_size(const struct piece *piece)
{
	size_t size = sizeof(*piece) + piece->count * sizeof(*piece->lines) + piece->node.len;

	for (size_t i = 0; i < piece->count; i++)
		size += piece->lines[i].len;
	return size;
}

static char *add(char *to, struct bytes bytes)
{
	if (bytes.len > 0)
		memcpy(to, bytes.data, bytes.len);
	return to + bytes.len;
}

void piece_pack(const struct piece *piece, void *to)
{
	struct piece *packed = to;
	struct bytes *lines = (struct bytes *)(packed + 1);
	char *text = (char *)(lines + piece->count);

	*packed = *piece;
	memcpy(lines, piece->lines, piece->count * sizeof(*lines));
	text = add(text, piece->node);
	for (size_t i = 0; i < piece->count; i++)
		text = add(text, piece->lines[i]);
}

const struct piece *piece_unpack(void *block)
{
	struct piece *piece = block;
	struct bytes *lines = (struct bytes *)(piece + 1);
	const char *text = (const char *)(lines + piece->count);

	piece->lines = lines;
	piece->node.data = text;
	text += piece->node.len;
	for (size_t i = 0; i < piece->count; i++) {
		lines[i].data = text;
		text += lines[i].len;
	}
	return piece;
}
