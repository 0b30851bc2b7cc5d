/*
 * A small DNS blocker. The demo and the tests inspect it; it is the only file of an image without a
 * shell.
 *
 * It serves what such a blocker serves, on the ports that AdGuard Home uses:
 *   UDP and TCP 53   DNS: the A record of every name is 0.0.0.0, all other queries are refused
 *   TCP 3000         HTTP: the same page for every request
 *
 * It is one process with one poll loop, and its only state is the open connections. It is PID 1 of its
 * container, for which the kernel ignores signals without a handler, so it handles SIGTERM itself.
 */
#define _GNU_SOURCE /* accept4 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	DNS_PORT = 53,
	HTTP_PORT = 3000,
	CONNECTIONS = 64,   /* at once; others wait in the listen queue */
	PATIENCE = 10,      /* seconds until a connection is closed */
	REQUEST_MAX = 2048, /* no legitimate request to this server is larger */
	REPLY_MAX = REQUEST_MAX + 16,
};

/* RFC 1035, section 4.1.1. */
enum { NOERROR = 0, FORMERR = 1, NOTIMP = 4, REFUSED = 5 };
enum { HEADER = 12, TYPE_A = 1, CLASS_IN = 1 };

static const char page[] = "HTTP/1.1 200 OK\r\n"
			   "Content-Type: text/plain\r\n"
			   "Content-Length: 31\r\n"
			   "Connection: close\r\n"
			   "\r\n"
			   "This server blocks every name.\n";

/* The descriptors for poll: first the sockets that are never closed, then the connections. */
enum { UDP_DNS, TCP_DNS, TCP_HTTP, FIRST_CONNECTION, SLOTS = FIRST_CONNECTION + CONNECTIONS };

static struct pollfd slots[SLOTS];

static struct connection {
	bool is_http;
	time_t deadline;
	size_t length;
	uint8_t request[REQUEST_MAX];
} connections[SLOTS];

static void die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static time_t now(void)
{
	struct timespec time;
	if (clock_gettime(CLOCK_MONOTONIC, &time) != 0)
		die("clock_gettime");
	return time.tv_sec;
}

/* ---- DNS ---- */

static unsigned read16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static void write16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* The length of the question that starts at `at`, or 0 if it is malformed. */
static size_t question_length(const uint8_t *at, size_t available)
{
	size_t length = 0;
	while (length < available && at[length] != 0) {
		if (at[length] > 63)
			return 0; /* compression: no earlier name to point to */
		length += 1u + at[length];
	}
	length += 1 + 2 + 2; /* the root label, type, class */
	return length <= available && length - 4 <= 255 ? length : 0;
}

/* Writes the reply to `query` and returns its length; 0 if the query gets no reply. */
static size_t dns_reply(const uint8_t *query, size_t length, uint8_t reply[REPLY_MAX])
{
	static const uint8_t blocked[] = {
		0xc0, HEADER,                        /* the name that was asked for */
		0, TYPE_A, 0, CLASS_IN, 0, 0, 0, 10, /* for ten seconds */
		0, 4, 0, 0, 0, 0,                    /* is at 0.0.0.0 */
	};
	if (length < HEADER || (query[2] & 0x80) != 0)
		return 0; /* a response, which gets no reply */

	unsigned opcode = query[2] >> 3 & 0xf;
	size_t question = 0;
	unsigned code = NOTIMP;
	bool answer = false;
	if (opcode == 0) {
		if (read16(query + 4) == 1)
			question = question_length(query + HEADER, length - HEADER);
		const uint8_t *type = query + HEADER + question - 4;
		answer = question != 0 && read16(type) == TYPE_A && read16(type + 2) == CLASS_IN;
		code = question == 0 ? FORMERR : answer ? NOERROR : REFUSED;
	}

	memcpy(reply, query, HEADER + question);
	reply[2] = (uint8_t)(0x80 | opcode << 3 | (query[2] & 0x01)); /* a response; RD copied */
	reply[3] = (uint8_t)code;
	write16(reply + 4, question != 0);
	write16(reply + 6, answer);
	memset(reply + 8, 0, 4); /* no further sections, EDNS included */
	size_t end = HEADER + question;
	if (answer) {
		memcpy(reply + end, blocked, sizeof blocked);
		end += sizeof blocked;
	}
	return end;
}

static void answer_datagram(int fd)
{
	uint8_t query[REQUEST_MAX], reply[REPLY_MAX];
	struct sockaddr_in peer;
	socklen_t peer_length = sizeof peer;
	ssize_t length =
		recvfrom(fd, query, sizeof query, 0, (struct sockaddr *)&peer, &peer_length);
	if (length <= 0)
		return;
	size_t reply_length = dns_reply(query, (size_t)length, reply);
	if (reply_length != 0) /* if it cannot be sent now, it is lost */
		(void)sendto(fd, reply, reply_length, 0, (struct sockaddr *)&peer, peer_length);
}

/* ---- connections ---- */

/* A reply fits into the send buffer of a connection whose peer reads its replies. The connection of any
   other peer is closed. */
static bool send_all(int fd, const void *bytes, size_t length)
{
	return send(fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

/* Both functions answer each complete request and return whether to keep the connection open. */
static bool serve_http(int fd, struct connection *c)
{
	if (memmem(c->request, c->length, "\r\n\r\n", 4) == NULL)
		return true;
	(void)send_all(fd, page, sizeof page - 1);
	(void)shutdown(fd, SHUT_WR);
	return false;
}

static bool serve_dns(int fd, struct connection *c)
{
	while (c->length >= 2) { /* the length precedes each message: RFC 1035, 4.2.2 */
		size_t length = read16(c->request);
		if (length > REQUEST_MAX - 2)
			return false;
		if (c->length < 2 + length)
			return true;

		uint8_t reply[2 + REPLY_MAX];
		size_t reply_length = dns_reply(c->request + 2, length, reply + 2);
		if (reply_length == 0)
			return false;
		write16(reply, (unsigned)reply_length);
		if (!send_all(fd, reply, 2 + reply_length))
			return false;

		c->length -= 2 + length;
		memmove(c->request, c->request + 2 + length, c->length);
	}
	return true;
}

static bool serve(int fd, struct connection *c)
{
	ssize_t got = recv(fd, c->request + c->length, REQUEST_MAX - c->length, 0);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	if (got == 0)
		return false;
	c->length += (size_t)got;
	bool goes_on = c->is_http ? serve_http(fd, c) : serve_dns(fd, c);
	return goes_on && c->length < REQUEST_MAX;
}

static void close_slot(int slot)
{
	close(slots[slot].fd);
	slots[slot].fd = -1; /* poll ignores it */
}

static int open_connections(void)
{
	int count = 0;
	for (int slot = FIRST_CONNECTION; slot < SLOTS; slot++)
		count += slots[slot].fd >= 0;
	return count;
}

static void accept_connection(int listener)
{
	int slot = FIRST_CONNECTION;
	while (slot < SLOTS && slots[slot].fd >= 0)
		slot++;
	if (slot == SLOTS)
		return; /* the other listener used the last slot */
	int fd = accept4(slots[listener].fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return; /* the peer has closed it */
	slots[slot].fd = fd;
	connections[slot].is_http = listener == TCP_HTTP;
	connections[slot].deadline = now() + PATIENCE;
	connections[slot].length = 0;
}

/* ---- the loop ---- */

static void listen_on(int slot, int type, uint16_t port)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(port)};
	int on = 1;
	int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("socket");
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
		die("setsockopt");
	if (bind(fd, (struct sockaddr *)&any, sizeof any) != 0)
		die("bind");
	if (type == SOCK_STREAM && listen(fd, SOMAXCONN) != 0)
		die("listen");
	slots[slot].fd = fd;
}

static void serve_connections(void)
{
	time_t time = now();
	for (int slot = FIRST_CONNECTION; slot < SLOTS; slot++) {
		if (slots[slot].fd < 0)
			continue;
		bool goes_on =
			slots[slot].revents == 0 || serve(slots[slot].fd, &connections[slot]);
		if (!goes_on || time >= connections[slot].deadline)
			close_slot(slot);
	}
}

static void stop(int signal)
{
	(void)signal;
	_exit(EXIT_SUCCESS);
}

int main(void)
{
	signal(SIGTERM, stop);
	signal(SIGINT, stop);
	for (int slot = 0; slot < SLOTS; slot++)
		slots[slot] = (struct pollfd){.fd = -1, .events = POLLIN};
	listen_on(UDP_DNS, SOCK_DGRAM, DNS_PORT);
	listen_on(TCP_DNS, SOCK_STREAM, DNS_PORT);
	listen_on(TCP_HTTP, SOCK_STREAM, HTTP_PORT);
	for (;;) {
		int open = open_connections();
		slots[TCP_DNS].events = slots[TCP_HTTP].events = open < CONNECTIONS ? POLLIN : 0;
		if (poll(slots, SLOTS, open > 0 ? 1000 : -1) < 0 && errno != EINTR)
			die("poll");
		if (slots[UDP_DNS].revents != 0)
			answer_datagram(slots[UDP_DNS].fd);
		serve_connections();
		if (slots[TCP_DNS].revents != 0)
			accept_connection(TCP_DNS);
		if (slots[TCP_HTTP].revents != 0)
			accept_connection(TCP_HTTP);
	}
}
