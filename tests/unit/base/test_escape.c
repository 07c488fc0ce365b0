#include "base/escape.h"

#include <locale.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

static void check_bytes(enum escape how, const char *text, size_t len, const char *want)
{
	AUTO(freep) char *got = NULL;
	int64_t got_len = escape_text(&got, how, (struct bytes){ text, len });

	assert_int_equal(got_len, strlen(want));
	assert_string_equal(got, want);
}

static void check(enum escape how, const char *text, const char *want)
{
	check_bytes(how, text, strlen(text), want);
}

static void plain_text_stays(void **state)
{
	(void)state;
	check(ESCAPE_TERMINAL, "insmod ./x.ko 'a' \"b\"", "insmod ./x.ko 'a' \"b\"");
	check(ESCAPE_TERMINAL, "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xa7",
	      "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xa7");
	check(ESCAPE_CSV, "plain", "plain");
	check(ESCAPE_JSON, "plain 'x' <", "\"plain 'x' <\"");
	check(ESCAPE_HTML, "plain", "plain");
}

static void empty_text_is_empty(void **state)
{
	(void)state;
	check_bytes(ESCAPE_TERMINAL, NULL, 0, "");
	check_bytes(ESCAPE_CSV, NULL, 0, "");
	check_bytes(ESCAPE_JSON, NULL, 0, "\"\"");
	check_bytes(ESCAPE_HTML, NULL, 0, "");
}

static void controls_are_spelt_out(void **state)
{
	(void)state;
	check(ESCAPE_TERMINAL, "a\nb\tc\rd\x1b[2Je\x7f", "a\\nb\\tc\\x0dd\\x1b[2Je\\x7f");
	check_bytes(ESCAPE_TERMINAL, "a\0b", 3, "a\\x00b");
	check_bytes(ESCAPE_JSON, "a\0b\x1b\"\\\n\r\t\b\f", 11,
		    "\"a\\u0000b\\u001b\\\"\\\\\\n\\r\\t\\b\\f\"");
}

static void a_backslash_is_doubled(void **state)
{
	(void)state;
	check(ESCAPE_TERMINAL, "\\n", "\\\\n");
	check(ESCAPE_CSV, "\\x1b", "\\\\x1b");
	check(ESCAPE_HTML, "\\", "\\\\");
}

static void characters_that_turn_or_hide_text_are_spelt_out(void **state)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "\xc2\x9b", "\\u{009b}" },			/* C1: CSI */
		{ "\xc2\xad", "\\u{00ad}" },			/* soft hyphen */
		{ "\xd8\x9c", "\\u{061c}" },			/* arabic letter mark */
		{ "\xe2\x80\x8b", "\\u{200b}" },		/* zero width space */
		{ "\xe2\x80\xae", "\\u{202e}" },		/* right-to-left override */
		{ "\xe2\x81\xa6", "\\u{2066}" },		/* left-to-right isolate */
		{ "\xe2\x80\xa8", "\\u{2028}" },		/* line separator */
		{ "\xe2\x80\xa9", "\\u{2029}" },		/* paragraph separator */
		{ "\xef\xbb\xbf", "\\u{feff}" },		/* byte order mark */
		{ "\xf3\xa0\x81\x81", "\\u{e0041}" },		/* tag */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		check(ESCAPE_TERMINAL, cases[i].text, cases[i].want);
		check(ESCAPE_HTML, cases[i].text, cases[i].want);
		check(ESCAPE_CSV, cases[i].text, cases[i].want);
	}
	check(ESCAPE_JSON, "\xe2\x80\xae\xf3\xa0\x81\x81", "\"\\u202e\\udb40\\udc41\"");
	/* Their neighbours show, and stand. */
	check(ESCAPE_TERMINAL, "\xc2\xa0\xe2\x80\x90\xe2\x80\xaf", "\xc2\xa0\xe2\x80\x90\xe2\x80\xaf");
}

static void bytes_that_are_no_utf8_are_spelt_out(void **state)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "\xe9", "\\xe9" },					/* Latin-1 */
		{ "\xff\xfe", "\\xff\\xfe" },
		{ "\x80", "\\x80" },					/* tail without head */
		{ "\xe2\x82", "\\xe2\\x82" },				/* cut */
		{ "\xe2\x82x", "\\xe2\\x82x" },
		{ "\xc0\xaf", "\\xc0\\xaf" },				/* overlong */
		{ "\xe0\x80\xaf", "\\xe0\\x80\\xaf" },
		{ "\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },			/* surrogate */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },		/* beyond U+10FFFF */
		{ "\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(ESCAPE_TERMINAL, cases[i].text, cases[i].want);
	check_bytes(ESCAPE_TERMINAL, "\xe2\x82\xac", 2, "\\xe2\\x82");
	check(ESCAPE_JSON, "a\xe9z", "\"a\xef\xbf\xbdz\"");
	check(ESCAPE_TERMINAL, "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf",
	      "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf");
}

/* U+00DB ends in 0x9b, which tells a Latin-1 terminal to listen. */
static void a_terminal_without_utf8_gets_ascii(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C"));
	check(ESCAPE_TERMINAL, "gr\xc3\xbc\xc3\x9f \xc3\x9b", "gr\\xc3\\xbc\\xc3\\x9f \\xc3\\x9b");
	check(ESCAPE_TERMINAL, "\xe2\x80\xae\n\\", "\\xe2\\x80\\xae\\n\\\\");
	check(ESCAPE_FILE, "\xc3\xbc\xe2\x80\xae", "\xc3\xbc\\u{202e}");
	check(ESCAPE_CSV, "\xc3\xbc\xe2\x80\xae", "\xc3\xbc\\u{202e}");
	check(ESCAPE_JSON, "\xc3\xbc", "\"\xc3\xbc\"");
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
}

static void csv_cells_are_quoted_where_needed(void **state)
{
	(void)state;
	check(ESCAPE_CSV, "a,b", "\"a,b\"");
	check(ESCAPE_CSV, "say \"x\"", "\"say \"\"x\"\"\"");
	check(ESCAPE_CSV, "a\nb", "a\\nb");
	check(ESCAPE_TERMINAL, "a,\"b\"", "a,\"b\"");
}

static void csv_cells_are_no_formulas(void **state)
{
	(void)state;
	check(ESCAPE_CSV, "=1+1", "'=1+1");
	check(ESCAPE_CSV, "+1", "'+1");
	check(ESCAPE_CSV, "-1", "'-1");
	check(ESCAPE_CSV, "@x", "'@x");
	check(ESCAPE_CSV, "=A1,\"b\"", "\"'=A1,\"\"b\"\"\"");
	check(ESCAPE_CSV, "a=1", "a=1");
	check_bytes(ESCAPE_CSV, "\0=1", 3, "\\x00=1");
}

static void html_has_entities(void **state)
{
	(void)state;
	check(ESCAPE_HTML, "<a href=\"x\" b='y'>&amp;\x1b",
	      "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;\\x1b");
	check(ESCAPE_TERMINAL, "<&>", "<&>");
}

/* Whatever the bytes are, a terminal gets none that it would act on. */
static void no_pair_of_bytes_gets_through_to_the_terminal(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 0x10000; i++) {
		char text[2] = { (char)(i >> 8), (char)(i & 0xff) };
		AUTO(freep) char *got = NULL;

		assert_true(escape_text(&got, ESCAPE_TERMINAL, (struct bytes){ text, 2 }) >= 2);
		for (const unsigned char *p = (const unsigned char *)got; *p; p++)
			assert_true((*p >= ' ' && *p < 0x7f) || (*p >= 0xc2 && p[1] >= 0x80) ||
				    (*p >= 0x80 && p > (unsigned char *)got && p[-1] >= 0xc2));
	}
}

static void check_shortened(const char *text, size_t most, const char *want)
{
	AUTO(freep) char *got = NULL;

	assert_int_equal(escape_shortened(&got, (struct bytes){ text, strlen(text) }, most), strlen(want));
	assert_string_equal(got, want);
}

static void what_fits_is_not_shortened(void **state)
{
	(void)state;
	check_shortened("", 0, "");
	check_shortened("insmod", 6, "insmod");
	check_shortened("gr\xc3\xbc\xc3\x9f", 4, "gr\xc3\xbc\xc3\x9f");
	check_shortened("a\nb", 4, "a\\nb");
	check_shortened("insmod", SIZE_MAX, "insmod");
}

static void text_is_shortened_between_characters(void **state)
{
	(void)state;
	check_shortened("insmod", 5, "insmo\xe2\x80\xa6");
	check_shortened("gr\xc3\xbc\xc3\x9f", 3, "gr\xc3\xbc\xe2\x80\xa6");
	check_shortened("gr\xc3\xbc\xc3\x9f", 2, "gr\xe2\x80\xa6");
	/* A piece of an escape could be taken for another. */
	check_shortened("a\x1bz", 4, "a\xe2\x80\xa6");
	check_shortened("a\\z", 2, "a\xe2\x80\xa6");
	check_shortened("\xe2\x80\xae", 7, "\xe2\x80\xa6");
	check_shortened("\xf3\xa0\x81\x81z", 9, "\\u{e0041}\xe2\x80\xa6");
	assert_non_null(setlocale(LC_CTYPE, "C"));
	check_shortened("gr\xc3\xbc\xc3\x9f", 6, "gr\\xc3...");
	check_shortened("gr\xc3\xbc\xc3\x9f", 18, "gr\\xc3\\xbc\\xc3\\x9f");
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
}

/* Of anything the beginning is shown as it is in the whole, and no place is left empty. */
static void any_text_is_shortened_to_its_beginning(void **state)
{
	static const char bytes[] = "az\\\n\x1b\xc3\xbc\xe2\x80\xae\xf3\xa0\x81\x81";
	unsigned seed = (unsigned)time(NULL);

	(void)state;
	print_message("seed %u\n", seed);
	for (int i = 0; i < 20000; i++) {
		char text[40];
		size_t most = (size_t)rand_r(&seed) % 60, len = (size_t)rand_r(&seed) % sizeof(text), fits;
		AUTO(freep) char *whole = NULL, *got = NULL;

		for (size_t at = 0; at < len; at++)
			text[at] = bytes[(size_t)rand_r(&seed) % (sizeof(bytes) - 1)];
		assert_true(escape_text(&whole, ESCAPE_TERMINAL, (struct bytes){ text, len }) >= 0);
		assert_true(escape_shortened(&got, (struct bytes){ text, len }, most) >= 0);
		fits = mbstowcs(NULL, whole, 0);
		if (fits <= most) {
			assert_string_equal(got, whole);
			continue;
		}
		assert_true(strlen(got) >= 3);
		assert_string_equal(got + strlen(got) - 3, "\xe2\x80\xa6");
		got[strlen(got) - 3] = '\0';
		assert_memory_equal(got, whole, strlen(got));
		assert_in_range(mbstowcs(NULL, got, 0), most < 9 ? 0 : most - 9, most);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stays),
		cmocka_unit_test(empty_text_is_empty),
		cmocka_unit_test(controls_are_spelt_out),
		cmocka_unit_test(a_backslash_is_doubled),
		cmocka_unit_test(characters_that_turn_or_hide_text_are_spelt_out),
		cmocka_unit_test(bytes_that_are_no_utf8_are_spelt_out),
		cmocka_unit_test(a_terminal_without_utf8_gets_ascii),
		cmocka_unit_test(csv_cells_are_quoted_where_needed),
		cmocka_unit_test(csv_cells_are_no_formulas),
		cmocka_unit_test(html_has_entities),
		cmocka_unit_test(no_pair_of_bytes_gets_through_to_the_terminal),
		cmocka_unit_test(what_fits_is_not_shortened),
		cmocka_unit_test(text_is_shortened_between_characters),
		cmocka_unit_test(any_text_is_shortened_to_its_beginning),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
