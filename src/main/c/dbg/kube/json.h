/*
 * json.h - reads and writes JSON, RFC 8259. A text of JSON is the API server's, and has strings that strangers chose: it
 * is read in its place, and nothing is allocated.
 */
#pragma once

#include <stdio.h>
#include <sys/types.h>

/* A value: where it begins in the text, and where the text ends. AT is NULL if there is none. */
struct json {
	const char *at, *end;
};

/* The value that the text is. */
struct json json_of(const char *text, size_t length);

/* The value that an object has by this name, or by this one in that object, as in metadata.name. */
struct json member_of(struct json object, const char *path);

/* The first of an array, and the one after another. */
struct json first_of(struct json array);
struct json next_of(struct json element);

/* Copies a string, ended by a zero byte. Returns its length, or -1 if it is none, too long, or has a zero byte itself. */
ssize_t string_of(struct json value, char *to, size_t room);

/* Writes a value as it is in its text. It must be one of an object or of an array, which bounds it. */
void write_value(FILE *to, struct json value);

/* Writes a text of UTF-8, are_characters(), as a string. */
void write_string(FILE *to, const char *text);
