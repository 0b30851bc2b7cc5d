/*
 * forward.c - `dbg connect TARGET PORT` and `dbg forward TARGET [LOCAL:]PORT`; forward.h
 *
 * Both are lines of the tool connect. With forward, each connection is run by another dbg, so each is a session of its
 * own, which dbgd decides on, limits and records as if it had been typed. This process only accepts connections. It
 * accepts those of its own user: whoever else is on this host would reach the container in that user's name.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../shared/common.h"
#include "../shared/signals.h"
#include "another.h"
#include "forward.h"
#include "peer.h"
#include "port.h"
#include "terminal.h"

/* As many as a browser opens. dbgd gives a user two more by default. */
#define MOST_CONNECTIONS 6

/* How many may wait until one of them ends. */
#define WAITING 64

static const int awaited_signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD};

/* IPv4 first. -1 where there is no IPv6. */
static int listeners[2];

static pid_t connections[MOST_CONNECTIONS];

static size_t count_of(char **words)
{
	size_t count = 0;

	while (words[count])
		count++;
	return count;
}

/* dbg VERB, what was typed between the verb and the port, and the line of connect. */
static char **line_of(char *verb, char **words, struct port *port)
{
	size_t between = count_of(words) - 2, at = 0;
	char **line = calloc(between + 9, sizeof(*line));

	if (!line)
		fail("out of memory");
	line[at++] = (char *)"dbg";
	line[at++] = verb;
	memcpy(line + at, words + 1, between * sizeof(*line));
	at += between;
	line[at++] = (char *)"--";
	line[at++] = (char *)"connect";
	line[at++] = (char *)"-p";
	line[at++] = port->port;
	if (*port->address) {
		line[at++] = (char *)"-a";
		line[at++] = port->address;
	}
	return line;
}

static struct port port_at_end(char **words, int takes_local)
{
	size_t count = count_of(words);

	if (count < 3)
		fail(takes_local ? "type dbg forward TARGET [LOCAL:]PORT, as in dbg forward web 8080:80"
				 : "type dbg connect TARGET PORT, as in dbg connect db 5432");
	return port_of(words[count - 1], takes_local);
}

void replace_connect(int *argc, char ***argv)
{
	static struct port port;

	if (*argc < 2 || strcmp((*argv)[1], "connect"))
		return;
	port = port_at_end(*argv + 1, 0);
	*argv = line_of((char *)"exec", *argv + 1, &port);
	*argc = (int)count_of(*argv);
}

int forward_asked(char **words)
{
	return words[0] && !strcmp(words[0], "forward");
}

/* Ends with dbgd's words if the line would be refused: nobody should learn that from a browser. */
static void require_permission(char **words, struct port *port)
{
	int status;
	char *said = output_of_dbg(line_of((char *)"explain", words, port), &status);

	if (!status)
		return;
	fputs(said, stderr);
	exit(status);
}

/* Returns -1 if this host has no such address. */
static int try_to_listen(const struct sockaddr *address, socklen_t size)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;

	if (fd < 0 && address->sa_family == AF_INET6)
		return -1;
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
		fail("cannot make a socket: %s", strerror(errno));
	if (address->sa_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0)
		fail("cannot make a socket: %s", strerror(errno));
	if (bind(fd, address, size) == 0 && listen(fd, WAITING) == 0)
		return fd;
	if (errno != EADDRNOTAVAIL)
		fail("cannot listen on port %u of the loopback: %s: give another one, as in dbg forward web 8080:80",
		     ntohs(((const struct sockaddr_in *)address)->sin_port), strerror(errno));
	close(fd);
	return -1;
}

/* On both addresses that "localhost" can be: otherwise another user could listen on the other one. */
static unsigned listen_on(unsigned port)
{
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	socklen_t size = sizeof(four);

	four.sin_port = htons((uint16_t)port);
	listeners[0] = try_to_listen((struct sockaddr *)&four, sizeof(four));
	if (listeners[0] < 0 || getsockname(listeners[0], (struct sockaddr *)&four, &size) < 0)
		fail("cannot listen on the loopback: %s", strerror(errno));
	six.sin6_port = four.sin_port;
	listeners[1] = try_to_listen((struct sockaddr *)&six, sizeof(six));
	return ntohs(four.sin_port);
}

static int free_place(void)
{
	for (int i = 0; i < MOST_CONNECTIONS; i++)
		if (!connections[i])
			return i;
	return -1;
}

static void accept_one(int listener, char **line)
{
	int place = free_place(), connection = place < 0 ? -1 : accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (connection < 0)
		return;
	if (is_of_this_user(connection))
		connections[place] = start_dbg(line, connection, connection, STDERR_FILENO, 1);
	else
		fputs("dbg: a connection that is not of one of your own processes was closed\n", stderr);
	close(connection);
}

static void forget_ended(void)
{
	for (int i = 0; i < MOST_CONNECTIONS; i++)
		if (connections[i] && waitpid(connections[i], NULL, WNOHANG) == connections[i])
			connections[i] = 0;
}

/* Returns the signal that is to end this process, or 0. */
static int next_signal(int signals)
{
	struct signalfd_siginfo got;

	if (read(signals, &got, sizeof(got)) != sizeof(got))
		return 0;
	forget_ended();
	return got.ssi_signo == SIGCHLD ? 0 : (int)got.ssi_signo;
}

/* Returns the signal that ended it. */
static int serve_connections(int signals, char **line)
{
	for (;;) {
		int has_room = free_place() >= 0;
		struct pollfd ready[] = {{.fd = signals, .events = POLLIN},
					 {.fd = has_room ? listeners[0] : -1, .events = POLLIN},
					 {.fd = has_room ? listeners[1] : -1, .events = POLLIN}};
		int ended_by;

		if (poll(ready, COUNT(ready), -1) < 0)
			continue;
		ended_by = ready[0].revents ? next_signal(signals) : 0;
		if (ended_by)
			return ended_by;
		for (int i = 0; i < 2; i++)
			if (ready[1 + i].revents)
				accept_one(listeners[i], line);
	}
}

_Noreturn void run_forward(char **words)
{
	struct port port = port_at_end(words, 1);
	unsigned local;
	int signals, ended_by;

	/* Whoever ignores it would let no end be waited for. */
	signal(SIGCHLD, SIG_DFL);
	require_permission(words, &port);
	local = listen_on(port.local);
	signals = receive_signals(awaited_signals, COUNT(awaited_signals));
	if (signals < 0)
		fail("cannot receive signals: %s", strerror(errno));
	printf("127.0.0.1:%u is port %s of %s, for your own processes: ^C ends it\n", local, port.port,
	       words[count_of(words) - 2]);
	if (fflush(stdout) == EOF)
		fail("cannot write: %s", strerror(errno));
	ended_by = serve_connections(signals, line_of((char *)"exec", words, &port));
	for (int i = 0; i < MOST_CONNECTIONS; i++)
		if (connections[i])
			kill(connections[i], ended_by);
	/* A second signal ends this process at once, and with it the others. */
	unblock_signals();
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	die_by(ended_by);
}
