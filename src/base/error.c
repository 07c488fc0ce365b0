#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *err, enum err code, const char *format, ...)
{
	va_list ap;

	if (err == NULL)
		return code;
	va_start(ap, format);
	vsnprintf(err->text, sizeof(err->text), format, ap);
	va_end(ap);
	return code;
}

int error_prefix(struct error *err, int code, const char *format, ...)
{
	struct error prefix;
	size_t prefix_len, text_len;
	va_list ap;

	if (err == NULL)
		return code;
	va_start(ap, format);
	vsnprintf(prefix.text, sizeof(prefix.text), format, ap);
	va_end(ap);

	prefix_len = strnlen(prefix.text, sizeof(prefix.text) - 3);
	text_len = strlen(err->text);
	if (text_len > sizeof(err->text) - prefix_len - 3)
		text_len = sizeof(err->text) - prefix_len - 3;
	memmove(err->text + prefix_len + 2, err->text, text_len);
	memcpy(err->text, prefix.text, prefix_len);
	memcpy(err->text + prefix_len, ": ", 2);
	err->text[prefix_len + 2 + text_len] = '\0';
	return code;
}
