/* http.c - HTTP/1.1 over a socket, the client's side; http.h */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http.h"

#define LARGEST_HEAD (16 * 1024)

/* The status of a request with which an API server that has too much to do has not begun, and how often it is sent. */
#define PUT_OFF 429
#define MOST_TIMES 10

static const char closed[] = "kubectl proxy has closed the connection", malformed[] = "an answer that is not HTTP/1.1 came";

static long long milliseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Returns as await_events(), and -1 at UNTIL if that is not 0. With ALONE it does not matter whether the courier is gone. */
static int await_until(int fd, short events, int alone, long long until)
{
	for (;;) {
		struct pollfd ready[] = {{.fd = fd, .events = events}, {.fd = alone ? -1 : STDIN_FILENO}};
		long long left = until ? until - milliseconds_now() : -1;

		if (until && left <= 0)
			return -1;
		if (poll(ready, 2, left > INT_MAX ? INT_MAX : (int)left) <= 0)
			continue;
		if (ready[0].revents)
			return 1;
		if (ready[1].revents)
			return 0;
	}
}

int await_events(int fd, short events)
{
	return await_until(fd, events, 0, 0);
}

/* Returns NULL when it can be read or written, or why it never will be. */
static const char *wait_http(const struct http *http, short events)
{
	int is_there = await_until(http->fd, events, http->is_urgent, http->until);

	return is_there > 0 ? NULL : is_there < 0 ? "none in time" : "the line has ended";
}

static const char *send_all(struct http *http, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(http->fd, bytes, length, MSG_NOSIGNAL);
		const char *problem = sent < 0 && errno == EAGAIN ? wait_http(http, POLLOUT) : NULL;

		if (problem)
			return problem;
		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return closed;
		bytes += sent > 0 ? sent : 0;
		length -= sent > 0 ? (size_t)sent : 0;
	}
	return NULL;
}

/* Reads at least a byte more. */
static const char *receive_more(struct http *http)
{
	ssize_t got;

	if (http->end >= LARGEST_HEAD + LARGEST_ANSWER)
		return "the answer is larger than four megabytes";
	if (http->end + 1 >= http->room) {
		http->room += LARGEST_HEAD + http->room;
		http->bytes = realloc(http->bytes, http->room);
		if (!http->bytes)
			return "out of memory";
	}
	while ((got = read(http->fd, http->bytes + http->end, http->room - http->end - 1)) < 0) {
		const char *problem = errno == EAGAIN ? wait_http(http, POLLIN) : errno == EINTR ? NULL : closed;

		if (problem)
			return problem;
	}
	http->end += (size_t)got;
	http->bytes[http->end] = '\0';
	return got == 0 ? closed : NULL;
}

/* Reads until there are so many bytes. */
static const char *require(struct http *http, size_t end)
{
	const char *problem = NULL;

	while (!problem && http->end < end)
		problem = receive_more(http);
	return problem;
}

/* Reads until there is such a text behind AT. Returns where it is, or NULL with the problem. */
static char *find_text(struct http *http, size_t at, const char *text, const char **problem)
{
	char *found = NULL;

	*problem = require(http, at + 1);
	while (!*problem && !(found = memmem(http->bytes + at, http->end - at, text, strlen(text))))
		*problem = http->end - at > LARGEST_HEAD ? malformed : receive_more(http);
	return found;
}

/* The value of a header between the status line and the end, or NULL. */
static const char *header(const char *head, const char *name)
{
	while ((head = strstr(head, "\r\n")) && strncmp(head, "\r\n\r\n", 4)) {
		head += 2;
		if (!strncasecmp(head, name, strlen(name)) && head[strlen(name)] == ':')
			return head + strlen(name) + 1 + strspn(head + strlen(name) + 1, " \t");
	}
	return NULL;
}

/* The length that the text is in this base, before a character of ENDS; -1 if it is none. */
static long length_of_part(const char *text, int base, const char *ends)
{
	char *end;
	long length;

	if (!strchr("0123456789abcdefABCDEF", *text) || !*text)
		return -1;
	length = strtol(text, &end, base);
	return length <= LARGEST_ANSWER && *end && strchr(ends, *end) ? length : -1;
}

/* Makes one body of the chunks that begin at AT. */
static const char *join_chunks(struct http *http, size_t at, struct answer *answer)
{
	size_t begin = at, length = 0;
	const char *problem;

	for (;;) {
		char *line = find_text(http, at, "\r\n", &problem);
		long part;

		if (problem)
			return problem;
		part = length_of_part(http->bytes + at, 16, "\r; \t");
		if (part < 0)
			return malformed;
		at = (size_t)(line - http->bytes) + 2;
		problem = part ? require(http, at + (size_t)part + 2) : NULL;
		if (problem)
			return problem;
		if (!part)
			break;
		memmove(http->bytes + begin + length, http->bytes + at, (size_t)part);
		length += (size_t)part;
		at += (size_t)part;
		if (memcmp(http->bytes + at, "\r\n", 2))
			return malformed;
		at += 2;
	}
	/* Lines may follow, up to an empty one. */
	find_text(http, at - 2, "\r\n\r\n", &problem);
	answer->body = http->bytes + begin;
	answer->length = length;
	return problem;
}

static const char *read_answer(struct http *http, struct answer *answer)
{
	const char *problem, *coding, *given;
	char *end;
	size_t begin;
	long length;

	http->end = 0;
	end = find_text(http, 0, "\r\n\r\n", &problem);
	if (problem)
		return problem;
	if (sscanf(http->bytes, "HTTP/1.1 %3d", &answer->status) != 1)
		return malformed;
	/* Bytes of the body are no headers. */
	begin = (size_t)(end - http->bytes) + 4;
	coding = header(http->bytes, "Transfer-Encoding");
	given = header(http->bytes, "Content-Length");
	length = given ? length_of_part(given, 10, "\r") : -1;
	if (answer->status != 101 && coding && !strncasecmp(coding, "chunked\r", 8))
		return join_chunks(http, begin, answer);
	if (answer->status != 101 && (length < 0 || (problem = require(http, begin + (size_t)length))))
		return problem ? problem : malformed;
	answer->body = http->bytes + begin;
	answer->length = answer->status == 101 ? http->end - begin : (size_t)length;
	return NULL;
}

/* When the request is to be sent again; 0 for never. */
static long long time_to_ask_again(const struct http *http, const struct answer *answer)
{
	const char *after = answer->status == PUT_OFF ? header(http->bytes, "Retry-After") : NULL;
	long long seconds = after ? length_of_part(after, 10, "\r") : -1, time = milliseconds_now() + seconds * 1000;

	return seconds < 0 || (http->until && time >= http->until) ? 0 : time;
}

const char *read_http(struct http *http, struct answer *answer)
{
	const char *problem = read_answer(http, answer);
	long long again;

	for (int times = 1; times < MOST_TIMES && !problem && (again = time_to_ask_again(http, answer)); times++) {
		if (!await_until(-1, 0, http->is_urgent, again))
			return "the line has ended";
		problem = send_all(http, http->request, http->length);
		if (!problem)
			problem = read_answer(http, answer);
	}
	return problem;
}

const char *send_http(struct http *http, const char *method, const char *path, const char *headers, const char *body)
{
	FILE *to;
	const char *problem = "out of memory";

	free(http->request);
	http->request = NULL;
	to = open_memstream(&http->request, &http->length);
	http->until = http->within ? milliseconds_now() + http->within : 0;
	if (to) {
		fprintf(to, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s", method, path, headers);
		if (body)
			fprintf(to, "Content-Type: application/json\r\nContent-Length: %zu\r\n", strlen(body));
		fprintf(to, "\r\n%s", body ? body : "");
		problem = fclose(to) == 0 ? send_all(http, http->request, http->length) : problem;
	}
	return problem;
}
