/*
 * http.h - HTTP/1.1 over a socket, the client's side: a request, and its answer, on a connection that is kept. What
 * answers is kubectl proxy, and behind it the API server.
 */
#pragma once

#include <stddef.h>

/* A larger answer is refused. A pod of a megabyte and a half is the largest that a cluster keeps. */
#define LARGEST_ANSWER (4 * 1024 * 1024)

struct http {
	int fd;	       /* never blocks */
	int is_urgent; /* goes on although nobody waits any more, await_events() */
	int within;    /* in milliseconds: how long a request may take with its answer; 0: as long as it takes */
	long long until;
	char *request; /* the last one */
	size_t length;
	char *bytes;
	size_t room, end;
};

struct answer {
	int status;
	/* Valid until the next request. After 101 they are what came behind the answer. */
	char *body;
	size_t length;
};

/*
 * Sends a request, whose answer is to be read before the next one is sent. HEADERS are lines that end with \r\n; BODY,
 * which is JSON, may be NULL. Returns NULL, or why it cannot be sent; then the connection is of no more use.
 */
const char *send_http(struct http *http, const char *method, const char *path, const char *headers, const char *body);

/* Reads its answer. What an API server has put off, 429, is sent again when it says so, ten times at most. Returns the same. */
const char *read_http(struct http *http, struct answer *answer);

/*
 * Waits for events of poll(2). Returns 0 if the courier, at standard input, is gone before they come: whoever typed the
 * line has ended it.
 */
int await_events(int fd, short events);
