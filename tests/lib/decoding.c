#include "decoding.h"

static const char *const wanted[] = { "modules", "stig", NULL };

int decoding_setup(void **state)
{
	static struct decoding f;

	f.decoder = decoder_new(wanted);
	records_init(&f.records);
	*state = &f;
	return f.decoder == NULL;
}

int decoding_teardown(void **state)
{
	struct decoding *f = *state;

	decoder_free(f->decoder);
	records_release(&f->records);
	return 0;
}

int decode_bytes(struct decoding *f, const char *text, size_t len)
{
	records_clear(&f->records);
	assert_true(records_add_text(&f->records, text, len) > 0);
	records_sort(&f->records);
	return decode(f->decoder, &f->records, "thishost", &f->ev, &f->err);
}

const struct event *decoded(struct decoding *f, const char *text)
{
	assert_int_equal(decode_bytes(f, text, strlen(text)), 0);
	return &f->ev;
}

void expect_bytes(struct bytes got, const char *want, size_t len, const char *file, int line)
{
	if (got.data != NULL && got.len == len && memcmp(got.data, want, len) == 0)
		return;
	print_error("got '%.*s' (%zu bytes), not '%s' (%zu)\n", got.data ? (int)got.len : 4,
		    got.data ? got.data : "NULL", got.len, want, len);
	_fail(file, line);
}
