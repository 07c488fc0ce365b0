#include "test.h"

#include "model/selftest_run.h"
#include "model/signature.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NOW INT64_C(1795456282000)
#define PID 500
#define ROUNDS 4000

static struct bytes text_of(const struct marker_text *m)
{
	return (struct bytes){ m->text, m->len };
}

static void a_key(struct signing_key *key, unsigned char first, const char *machine)
{
	const unsigned char seed[KEY_SEED] = { first };

	signing_key_make(key, seed, (struct bytes){ machine, strlen(machine) });
}

static void a_marker(struct marker_text *m, const struct signing_key *key)
{
	struct probe p = { .number = 7, .cells = 1, .pid = 501, .nonce = "00c0ffee",
			   .act = "delete_module(modtrail_00c0ffee)" };

	run_mark_probe(m, "0123456789abcdef", &p);
	marker_sign(m, key, PID, NOW);
}

static enum signature check(struct bytes text)
{
	char key[KEY_TEXT];

	return marker_signature(text, PID, NOW, key);
}

static void what_was_signed_is_good_and_says_by_whom(void **state)
{
	struct signing_key key;
	struct run_marker read;
	char by[KEY_TEXT] = "";
	struct marker_text m;

	(void)state;
	a_key(&key, 1, "web1");
	a_marker(&m, &key);
	assert_false(m.cut);
	assert_int_equal(marker_signature(text_of(&m), PID, NOW, by), SIGNATURE_GOOD);
	assert_string_equal(by, key.text);
	run_read(&read, text_of(&m));
	assert_int_equal(read.word, WORD_PROBE);
	assert_int_equal(read.probe.number, 7);
}

/* The kernel takes 8560 bytes. */
static void the_longest_marker_can_be_signed(void **state)
{
	static char large[MARKER_FIELDS];
	struct signing_key key;
	struct marker_text m;

	(void)state;
	a_key(&key, 1, "web1");
	for (size_t len = MARKER_FIELDS - 60; len < MARKER_FIELDS; len++) {
		memset(large, 'a', len);
		large[len] = '\0';
		run_mark_caveat(&m, "0123456789abcdef", large);
		m.cut = false;	/* that large was */
		marker_sign(&m, &key, INT32_MAX, INT64_MAX / 2);
		assert_false(m.cut);
		assert_true(m.len < sizeof(m.text));
		assert_int_equal(marker_signature(text_of(&m), INT32_MAX, INT64_MAX / 2,
						  (char[KEY_TEXT]){ "" }), SIGNATURE_GOOD);
	}
}

static void without_a_signature_it_is_unsigned(void **state)
{
	struct signing_key key;
	struct marker_text m;

	(void)state;
	a_key(&key, 1, "web1");
	a_marker(&m, &key);
	assert_int_equal(check(marker_signed_part(text_of(&m))), SIGNATURE_UNSIGNED);
	assert_int_equal(check(BYTES("op=modtrail-end v=1 run=0123456789abcdef")), SIGNATURE_UNSIGNED);
	assert_int_equal(check((struct bytes){ NULL, 0 }), SIGNATURE_UNSIGNED);
}

/* Each bit of each byte: of the word, values, time, key and signature. */
static void no_bit_can_be_changed(void **state)
{
	struct signing_key key;
	struct marker_text m;

	(void)state;
	a_key(&key, 1, "web1");
	a_marker(&m, &key);
	for (size_t i = 0; i < m.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			m.text[i] = (char)(m.text[i] ^ (1 << bit));
			if (check(text_of(&m)) == SIGNATURE_GOOD)
				fail_msg("byte %zu, bit %d: %s", i, bit, m.text);
			m.text[i] = (char)(m.text[i] ^ (1 << bit));
		}
	for (size_t len = 0; len < m.len; len++)
		assert_int_not_equal(check((struct bytes){ m.text, len }), SIGNATURE_GOOD);
}

static void nothing_can_be_put_behind_or_before(void **state)
{
	static const char *const more[] = { " ", "A", " n=8", " seal=", "\n" };
	struct signing_key key;
	struct marker_text m;
	char text[MARKER_MAX];

	(void)state;
	a_key(&key, 1, "web1");
	a_marker(&m, &key);
	for (size_t i = 0; i < ARRAY_SIZE(more); i++) {
		snprintf(text, sizeof(text), "%s%s", m.text, more[i]);
		assert_int_equal(check((struct bytes){ text, strlen(text) }), SIGNATURE_BAD);
		snprintf(text, sizeof(text), "%s%s", more[i], m.text);
		assert_int_not_equal(check((struct bytes){ text, strlen(text) }), SIGNATURE_GOOD);
	}
}

/* libauparse reads them, in auditd and elsewhere, and takes a key for hexadecimal: see the header. */
static void no_field_has_a_name_that_means_something_to_libauparse(void **state)
{
	static const char *const names[] = { " key=", " sig=", " uid=", " auid=", " arch=", " exe=" };
	struct signing_key key;
	struct marker_text m;

	(void)state;
	a_key(&key, 1, "web1");
	a_marker(&m, &key);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_null(strstr(m.text, names[i]));
}

/* What is not signed is not read, either. */
static void fields_behind_the_signature_say_nothing(void **state)
{
	struct run_marker read;

	(void)state;
	run_read(&read, BYTES("op=modtrail-caveat v=1 run=0123456789abcdef seal=AAAA text=forged"));
	assert_int_equal(read.word, WORD_NONE);
}

static void another_process_cannot_send_it_once_more(void **state)
{
	struct signing_key key;
	char by[KEY_TEXT];
	struct marker_text m;

	(void)state;
	a_key(&key, 1, "web1");
	a_marker(&m, &key);
	assert_int_equal(marker_signature(text_of(&m), PID + 1, NOW, by), SIGNATURE_BAD);
	assert_int_equal(marker_signature(text_of(&m), -1, NOW, by), SIGNATURE_BAD);
}

static void it_cannot_be_sent_at_another_time(void **state)
{
	static const struct { int64_t time_ms; enum signature is; } cases[] = {
		{ NOW - SIGNED_SLACK_MS - 1, SIGNATURE_BAD }, { NOW - SIGNED_SLACK_MS, SIGNATURE_GOOD },
		{ NOW + SIGNED_SLACK_MS, SIGNATURE_GOOD }, { NOW + SIGNED_SLACK_MS + 1, SIGNATURE_BAD },
		{ INT64_MAX, SIGNATURE_BAD }, { INT64_MIN, SIGNATURE_BAD }, { 0, SIGNATURE_BAD },
	};
	struct signing_key key;
	char by[KEY_TEXT];
	struct marker_text m;

	(void)state;
	a_key(&key, 1, "web1");
	a_marker(&m, &key);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(marker_signature(text_of(&m), PID, cases[i].time_ms, by), cases[i].is);
}

static void each_machine_has_a_key_of_its_own(void **state)
{
	struct signing_key web1, copy, other;

	(void)state;
	a_key(&web1, 1, "web1");
	a_key(&copy, 1, "web2");
	a_key(&other, 2, "web1");
	assert_string_not_equal(web1.text, copy.text);
	assert_string_not_equal(web1.text, other.text);
	a_key(&copy, 1, "web1");
	assert_string_equal(web1.text, copy.text);
	assert_int_equal(strlen(web1.text), KEY_TEXT - 1);
	assert_true(signing_key_is_public((struct bytes){ web1.text, KEY_TEXT - 1 }));
	assert_false(signing_key_is_public((struct bytes){ web1.text, KEY_TEXT - 2 }));
	assert_false(signing_key_is_public(BYTES("")));
}

/* Another's key in the text does not make it another's marker. */
static void the_key_cannot_be_changed(void **state)
{
	struct signing_key key, other;
	struct marker_text m;
	char *at;

	(void)state;
	a_key(&key, 1, "web1");
	a_key(&other, 2, "web1");
	a_marker(&m, &key);
	at = strstr(m.text, key.text);
	assert_non_null(at);
	memcpy(at, other.text, KEY_TEXT - 1);
	assert_int_equal(check(text_of(&m)), SIGNATURE_BAD);
}

/* A cut, a copy, a piece of another marker, a byte. */
static size_t tamper(char *text, size_t len, size_t size, const struct marker_text *other)
{
	size_t at = (size_t)rand() % len, n = 1 + (size_t)rand() % 40;

	switch (rand() % 4) {
	case 0:
		text[at] = (char)rand();
		return len;
	case 1:
		n = MIN(n, len - at);
		memmove(text + at, text + at + n, len - at - n);
		return len - n;
	case 2:
		n = MIN(MIN(n, len - at), size - len);
		memmove(text + at + n, text + at, len - at);
		return len + n;
	default:
		n = MIN(MIN(n, len - at), other->len > at ? other->len - at : 0);
		memcpy(text + at, other->text + at, n);
		return len;
	}
}

static void no_tampering_is_good(void **state)
{
	const char *given = getenv("SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
	struct marker_text m, other;
	struct signing_key key;

	(void)state;
	print_message("# SEED=%u\n", seed);
	srand(seed);
	a_key(&key, 1, "web1");
	a_marker(&m, &key);
	run_mark_end(&other, &(struct selftest_run){ .id = "0123456789abcdef" }, 7);
	marker_sign(&other, &key, PID, NOW + 5);
	for (int i = 0; i < ROUNDS; i++) {
		char text[2 * MARKER_MAX];
		size_t len = m.len;

		memcpy(text, m.text, len);
		for (int k = rand() % 3; k >= 0 && len > 0; k--)
			len = tamper(text, len, sizeof(text), &other);
		if (len == m.len && memcmp(text, m.text, len) == 0)
			continue;
		if (check((struct bytes){ text, len }) == SIGNATURE_GOOD)
			fail_msg("%.*s", (int)len, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_signed_is_good_and_says_by_whom),
		cmocka_unit_test(the_longest_marker_can_be_signed),
		cmocka_unit_test(without_a_signature_it_is_unsigned),
		cmocka_unit_test(no_bit_can_be_changed),
		cmocka_unit_test(nothing_can_be_put_behind_or_before),
		cmocka_unit_test(no_field_has_a_name_that_means_something_to_libauparse),
		cmocka_unit_test(fields_behind_the_signature_say_nothing),
		cmocka_unit_test(another_process_cannot_send_it_once_more),
		cmocka_unit_test(it_cannot_be_sent_at_another_time),
		cmocka_unit_test(each_machine_has_a_key_of_its_own),
		cmocka_unit_test(the_key_cannot_be_changed),
		cmocka_unit_test(no_tampering_is_good),
	};

	signature_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
