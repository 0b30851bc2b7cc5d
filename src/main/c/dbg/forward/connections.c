/*
 * connections.c - the connections to a forwarded port; connections.h
 *
 * A connection is served by another dbg, which has it as its standard input and output. This process has it too: until
 * that dbg has ended, to notice that the client is gone; then, to end it so that nothing is lost on the way to a client
 * that reads slowly.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "../several/another.h"
#include "../terminal/terminal.h"
#include "connections.h"
#include "peer.h"

/* As many as a browser opens. dbgd gives a user two more by default. */
#define MOST_SERVED 6

/* With those that wait for one of the others to end. */
#define MOST 64

/* In milliseconds: how often is looked after what does not tell by itself. */
#define PERIOD 5000

/* Unless FD is -1: waiting without DBG, or served by it; or DBG has ended, and the client has not. */
struct connection {
	int fd;
	pid_t dbg;
	int has_ended;
	unsigned long number; /* those that came first are served first */
	int periods;	      /* for how many the client has been gone, or the dbg */
};

enum message { FOREIGN, WAITING, NOT_STARTED, MESSAGES };

static const char *const messages[MESSAGES] = {
	"dbg: a connection was closed: it is not of one of your own processes, or it was given up before it was served\n",
	"dbg: six connections are served: another one waits until one of them ends\n",
	"dbg: a connection was closed: another dbg cannot be started\n",
};

static struct connection connections[MOST] = {[0 ... MOST - 1] = {.fd = -1}};

/* What was said lately: who floods this port does not flood the terminal. */
static int was_said[MESSAGES];

/* Not until the next period if this process cannot have more descriptors. */
static int may_accept = 1;

static unsigned long accepted;

static void say(enum message message)
{
	if (!was_said[message])
		fputs(messages[message], stderr);
	was_said[message] = 1;
}

static void forget(struct connection *connection)
{
	close(connection->fd);
	*connection = (struct connection){.fd = -1};
}

/* The client sees an error, and not an end that looks whole. */
static void reset(struct connection *connection)
{
	struct linger none = {.l_onoff = 1, .l_linger = 0};

	setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	forget(connection);
}

static int is_waiting(const struct connection *connection)
{
	return connection->fd >= 0 && !connection->dbg && !connection->has_ended;
}

static struct connection *first_waiting(void)
{
	struct connection *first = NULL;

	for (int i = 0; i < MOST; i++)
		if (is_waiting(&connections[i]) && (!first || connections[i].number < first->number))
			first = &connections[i];
	return first;
}

static void serve_waiting(char **line)
{
	struct connection *first;
	int served = 0;

	for (int i = 0; i < MOST; i++)
		served += connections[i].dbg != 0;
	while ((first = first_waiting()) && served < MOST_SERVED) {
		first->dbg = start_dbg(line, first->fd, first->fd, STDERR_FILENO, 1);
		if (first->dbg > 0) {
			served++;
			continue;
		}
		first->dbg = 0;
		reset(first);
		say(NOT_STARTED);
	}
}

static struct connection *free_place(void)
{
	for (int i = 0; i < MOST; i++)
		if (connections[i].fd < 0)
			return &connections[i];
	return NULL;
}

static void accept_one(int listener)
{
	struct connection *place = free_place();
	int fd = place ? accept4(listener, NULL, NULL, SOCK_CLOEXEC) : -1, on = 1;

	if (!place)
		return;
	if (fd < 0) {
		may_accept = errno == EAGAIN || errno == ECONNABORTED || errno == EINTR;
		return;
	}
	/* As connect does on the other side. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	*place = (struct connection){.fd = fd, .number = accepted++};
	if (!is_of_this_user(fd)) {
		forget(place);
		say(FOREIGN);
	}
}

/* A client that is slow still gets all of it. */
static void note_ends(void)
{
	for (int i = 0; i < MOST; i++) {
		struct connection *connection = &connections[i];
		int status;

		if (!connection->dbg || waitpid(connection->dbg, &status, WNOHANG) != connection->dbg)
			continue;
		connection->dbg = 0;
		connection->has_ended = 1;
		connection->periods = 0;
		if (status)
			reset(connection);
		else
			shutdown(connection->fd, SHUT_WR);
	}
}

/* What a client sends to nobody is thrown away: closed with it unread, a connection loses what is under way. */
static void discard(struct connection *connection)
{
	char bytes[4096];
	ssize_t got = recv(connection->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
		forget(connection);
}

/* A client that only has ended what it sends still has its socket. */
static int is_given_up(int fd)
{
	struct pollfd ends = {.fd = fd, .events = POLLRDHUP};

	return poll(&ends, 1, 0) > 0 && !is_of_this_user(fd);
}

/* What serves a client that is gone ends when all that the client has sent has arrived, or after a minute. */
static void look_after(struct connection *connection)
{
	if (connection->has_ended) {
		if (++connection->periods == 2)
			forget(connection);
	} else if (!is_given_up(connection->fd)) {
		connection->periods = 0;
	} else if (!connection->dbg) {
		forget(connection);
	} else if (++connection->periods == 2) {
		kill(connection->dbg, SIGHUP);
	} else if (connection->periods == 12) {
		kill(connection->dbg, SIGTERM);
	}
}

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void end_period(void)
{
	was_said[FOREIGN] = was_said[NOT_STARTED] = 0;
	may_accept = 1;
	for (int i = 0; i < MOST; i++)
		if (connections[i].fd >= 0)
			look_after(&connections[i]);
	/* Said once for as long as somebody waits. A page with many files makes some wait for a moment. */
	if (first_waiting())
		say(WAITING);
	else
		was_said[WAITING] = 0;
}

/* Returns the signal that is to end this process, or 0. */
static int next_signal(int signals)
{
	struct signalfd_siginfo got;

	if (read(signals, &got, sizeof(got)) != sizeof(got))
		return 0;
	return got.ssi_signo == SIGCHLD ? 0 : (int)got.ssi_signo;
}

int serve_connections(const int listeners[2], int signals, char **line)
{
	int64_t end = milliseconds() + PERIOD;

	for (;;) {
		struct pollfd ready[3 + MOST] = {{.fd = signals, .events = POLLIN}};
		int64_t left = end - milliseconds();
		int ended_by = 0;

		for (int i = 0; i < 2; i++)
			ready[1 + i] = (struct pollfd){.fd = may_accept && free_place() ? listeners[i] : -1, .events = POLLIN};
		for (int i = 0; i < MOST; i++)
			ready[3 + i] = (struct pollfd){.fd = connections[i].has_ended ? connections[i].fd : -1, .events = POLLIN};
		if (left <= 0) {
			end_period();
			end += PERIOD - left;
			continue;
		}
		if (await_ready(ready, COUNT(ready), (int)left) < 0)
			continue;
		if (ready[0].revents)
			ended_by = next_signal(signals);
		if (ended_by)
			return ended_by;
		for (int i = 0; i < MOST; i++)
			if (ready[3 + i].revents)
				discard(&connections[i]);
		note_ends();
		for (int i = 0; i < 2; i++)
			if (ready[1 + i].revents)
				accept_one(listeners[i]);
		serve_waiting(line);
	}
}

void end_connections(int number)
{
	for (int i = 0; i < MOST; i++)
		if (connections[i].dbg)
			kill(connections[i].dbg, number);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
}
