/* json.c - reads and writes JSON; json.h */
#include <string.h>

#include "json.h"

/* No name of a member that is asked for is longer. */
#define LONGEST_NAME 64

static const struct json no_value = {0};

static const char *skip_space(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
		at++;
	return at;
}

static int begins(struct json value, char with)
{
	return value.at && value.at < value.end && *value.at == with;
}

/* AT is at the quotation mark. Returns what follows the string, or NULL if it has no end. */
static const char *past_string(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++)
		at += *at == '\\' && at + 1 < end;
	return at < end ? at + 1 : NULL;
}

/* Returns the comma or the bracket that follows a value, or NULL. Brackets are counted: so no depth is too much. */
static const char *past_value(const char *at, const char *end)
{
	size_t depth = 0;

	while (at && at < end) {
		if (!depth && strchr(",]}", *at))
			return at;
		if (*at == '"') {
			at = past_string(at, end);
			continue;
		}
		depth += *at == '{' || *at == '[';
		depth -= *at == '}' || *at == ']';
		at++;
	}
	return NULL;
}

struct json json_of(const char *text, size_t length)
{
	return (struct json){skip_space(text, text + length), text + length};
}

/* The member whose name is the first LENGTH bytes of NAME. */
static struct json own_member(struct json object, const char *name, size_t length)
{
	struct json key = object;

	if (!begins(object, '{'))
		return no_value;
	for (key.at++;; key.at++) {
		char is[LONGEST_NAME];
		ssize_t read;

		key.at = skip_space(key.at, key.end);
		if (!begins(key, '"'))
			return no_value;
		read = string_of(key, is, sizeof(is));
		key.at = past_string(key.at, key.end);
		if (!key.at)
			return no_value;
		key.at = skip_space(key.at, key.end);
		if (!begins(key, ':'))
			return no_value;
		key.at = skip_space(key.at + 1, key.end);
		if (read == (ssize_t)length && !memcmp(is, name, length))
			return key;
		key.at = past_value(key.at, key.end);
		if (!begins(key, ','))
			return no_value;
	}
}

struct json member_of(struct json object, const char *path)
{
	size_t length = strcspn(path, ".");

	object = own_member(object, path, length);
	return path[length] ? member_of(object, path + length + 1) : object;
}

struct json first_of(struct json array)
{
	struct json first = {begins(array, '[') ? skip_space(array.at + 1, array.end) : NULL, array.end};

	return begins(first, ']') ? no_value : first;
}

struct json next_of(struct json element)
{
	element.at = past_value(element.at, element.end);
	return begins(element, ',') ? json_of(element.at + 1, (size_t)(element.end - element.at) - 1) : no_value;
}

/* Reads four digits. Returns -1 if they are none. */
static long hexadecimal(const char *at, const char *end)
{
	long value = 0;

	for (int i = 0; i < 4; i++) {
		const char *digits = "0123456789abcdef0123456789ABCDEF";
		const char *digit = at + i < end && at[i] ? strchr(digits, at[i]) : NULL;

		if (!digit)
			return -1;
		value = value << 4 | (digit - digits) % 16;
	}
	return value;
}

/* Returns how many bytes it has in UTF-8. Half of a pair, which the API server never writes, is the replacement character. */
static size_t encode(long value, char bytes[3])
{
	size_t length = value < 0x80 ? 1 : value < 0x800 ? 2 : 3;
	static const unsigned first[] = {0, 0, 0xc0, 0xe0};

	if (value >= 0xd800 && value <= 0xdfff)
		value = 0xfffd;
	for (size_t i = length; i-- > 1; value >>= 6)
		bytes[i] = (char)(0x80 | (value & 0x3f));
	bytes[0] = (char)(first[length] | (unsigned)value);
	return length;
}

ssize_t string_of(struct json value, char *to, size_t room)
{
	static const char escapes[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	const char *at = value.at;
	size_t length = 0;

	if (!begins(value, '"'))
		return -1;
	at++;
	while (at < value.end && *at != '"') {
		char bytes[3] = {*at};
		size_t count = 1;

		if (*at++ == '\\') {
			const char *escape = at < value.end && *at ? strchr(escapes, *at) : NULL;
			long point = escape ? means[escape - escapes] : -1;

			if (at < value.end && *at++ == 'u') {
				point = hexadecimal(at, value.end);
				at += point < 0 ? 0 : 4;
			}
			if (point < 0)
				return -1;
			count = encode(point, bytes);
		}
		if (!bytes[0] || count >= room - length)
			return -1;
		memcpy(to + length, bytes, count);
		length += count;
	}
	if (at >= value.end)
		return -1;
	to[length] = '\0';
	return (ssize_t)length;
}

void write_value(FILE *to, struct json value)
{
	const char *end = past_value(value.at, value.end);

	if (end)
		fwrite(value.at, 1, (size_t)(end - value.at), to);
}

void write_string(FILE *to, const char *text)
{
	fputc('"', to);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(to, "\\%c", *text);
		else if ((unsigned char)*text < ' ')
			fprintf(to, "\\u%04x", (unsigned)*text);
		else
			fputc(*text, to);
	}
	fputc('"', to);
}
