#include "base/text.h"

#include "base/util.h"

#include <stdarg.h>
#include <stdio.h>

void text_put(struct text *t, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(t->out + t->len, t->size - t->len, format, args);
	va_end(args);
	if (len > 0)
		t->len = MIN(t->len + (size_t)len, t->size - 1);
}

void text_put_char(struct text *t, char c)
{
	text_put(t, "%c", c);
}

/* Control characters would run what follows them, others hide it: '?' harms nobody. */
char text_plain(char c)
{
	return c < ' ' || c == 0x7f || (unsigned char)c >= 0x80 ? '?' : c;
}

void text_put_quoted(struct text *t, const char *word)
{
	text_put_char(t, '\'');
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			text_put(t, "'\\''");
		else
			text_put_char(t, text_plain(*word));
	}
	text_put_char(t, '\'');
}
