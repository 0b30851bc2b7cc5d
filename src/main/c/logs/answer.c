/*
 * answer.c - the answer of Docker or Podman to a request for a log, in HTTP/1.0: its body ends with the connection.
 *
 * The body has frames, each with a header of eight bytes: the stream, three zeros, the length. A container with a
 * terminal has one stream, and Docker sends no frames for it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "logs.h"

#define HEADER 8
#define LONGEST_MESSAGE 1024

/* The numbers of the streams in frames; what comes in the last is a message of the engine's about the log. */
enum { INPUT, OUTPUT, ERROR, OF_ENGINE };

/* The text of "message" in the body of an error; all of it if there is none. Drawn, because anybody may have chosen it. */
static _Noreturn void refuse(const char *status)
{
	char body[LONGEST_MESSAGE + 1], text[LONGEST_MESSAGE + 1];
	size_t length = 0, out = 0;
	char *from;
	int c;

	while (length < LONGEST_MESSAGE && (c = take()) >= 0)
		body[length++] = c >= ' ' && c < 0x7f ? (char)c : '?';
	body[length] = '\0';
	from = strstr(body, "\"message\":\"");
	for (from = from ? from + 11 : body; *from && *from != '"'; from++)
		text[out++] = *from == '\\' && from[1] ? *++from : *from;
	text[out] = '\0';
	give_up("the engine answers %.3s: %s", status, out > 0 ? text : "nothing more");
}

static void require(int whole)
{
	if (!whole)
		give_up("the log is cut off: the engine ended it in the middle");
}

static int print_some(int fd, size_t most, size_t *got)
{
	const char *bytes = take_some(most, got);

	if (bytes)
		print(fd, bytes, *got);
	return bytes != NULL;
}

static void print_frame(const unsigned char *header)
{
	uint32_t left = (uint32_t)header[4] << 24 | (uint32_t)header[5] << 16 | (uint32_t)header[6] << 8 | header[7];
	size_t got;

	if (header[0] > OF_ENGINE || header[1] || header[2] || header[3])
		give_up("the log is not as engines send it: a frame begins with %02x%02x%02x%02x", header[0], header[1], header[2],
			header[3]);
	if (header[0] == OF_ENGINE)
		print(2, "logs: the engine says: ", 23);
	for (; left > 0; left -= (uint32_t)got)
		require(print_some(header[0] <= OUTPUT ? 1 : 2, left, &got));
	if (header[0] == OF_ENGINE) {
		print(2, "\n", 1);
		flush_output();
		exit(1);
	}
}

static void print_raw(const unsigned char *begun, size_t length)
{
	size_t got;

	print(1, (const char *)begun, length);
	while (print_some(1, SIZE_MAX, &got))
		;
}

/* Old engines do not say whether there are frames. A container that writes what looks like one disturbs only itself. */
static int looks_like_frame(const unsigned char *bytes, size_t length)
{
	return length == HEADER && bytes[0] <= OF_ENGINE && !bytes[1] && !bytes[2] && !bytes[3];
}

static void print_body(int raw, int frames)
{
	for (int first = 1;; first = 0) {
		unsigned char header[HEADER];
		size_t length = 0;
		int c;

		while (length < HEADER && !(raw && !frames) && (c = take()) >= 0)
			header[length++] = (unsigned char)c;
		if (first && !frames && (raw || (length > 0 && !looks_like_frame(header, length)))) {
			print_raw(header, length);
			return;
		}
		if (length == 0)
			return;
		require(length == HEADER);
		print_frame(header);
	}
}

void print_answer(const char *status)
{
	char line[LINE_MAX_LENGTH], kept[4] = "";
	int raw = 0, frames = 0;

	strncpy(kept, status, 3);
	for (int lines = 0; take_line(line, sizeof(line)) && *line; lines++) {
		if (lines == 100)
			give_up("the engine's answer has no end of its head");
		if (!strncasecmp(line, "Transfer-Encoding:", 18))
			give_up("the engine answers in pieces, which it was not asked for");
		if (!strncasecmp(line, "Content-Type:", 13)) {
			raw = strstr(line, "vnd.docker.raw-stream") != NULL;
			frames = strstr(line, "vnd.docker.multiplexed-stream") != NULL;
		}
	}
	if (strcmp(kept, "200"))
		refuse(kept);
	print_body(raw, frames);
}
