/*
 * connect.c - standard input and output as a connection to a port of the container.
 *
 *     connect -p PORT [-a ADDRESS]
 *
 * Without an address it is the container's loopback, first that of IPv4. It runs in the container's net namespace, with
 * no capability and no file, so it reaches what any process of the container's reaches. No name is looked up: who
 * answers for names there is the container's owner.
 *
 * The end of the input ends one direction, as by shutdown(2); the end of what the server sends ends both. At the end it
 * writes to the descriptor DBG_COUNTS how many bytes went either way, as two numbers of 64 bits, for the record.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../shared/common.h"
#include "../shared/flow.h"
#include "../shared/signals.h"

/* How long a server may take to accept, in milliseconds. */
#define ACCEPTS_WITHIN 10000

/* What the operator or dbgd ends it with; what went either way is still counted. */
static const int ending_signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

static struct flow sent, received;

/* How many bytes were read of the input and of the connection. */
static uint64_t counts[2];

static _Noreturn __attribute__((format(printf, 1, 2))) void give_up(const char *format, ...)
{
	va_list args;

	fputs("connect: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	putc('\n', stderr);
	exit(1);
}

static int error_of(int fd)
{
	int error;
	socklen_t size = sizeof(error);

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0 ? errno : error;
}

/* Where nobody listens, a socket can connect to itself, if it gets the port's number as its own. */
static int is_to_itself(int fd)
{
	struct sockaddr_in6 mine = {0}, theirs = {0};
	socklen_t size = sizeof(mine), their_size = sizeof(theirs);

	return getsockname(fd, (struct sockaddr *)&mine, &size) == 0 &&
	       getpeername(fd, (struct sockaddr *)&theirs, &their_size) == 0 && !memcmp(&mine, &theirs, sizeof(mine));
}

/* Returns 0, or the errno. */
static int finish_connecting(int fd)
{
	struct pollfd ready = {.fd = fd, .events = POLLOUT};
	int got;

	while ((got = poll(&ready, 1, ACCEPTS_WITHIN)) < 0)
		if (errno != EINTR)
			return errno;
	if (got == 0)
		return ETIMEDOUT;
	return error_of(fd);
}

/* Returns a socket that never blocks, or -1 with errno. */
static int try_to_connect(const char *address, uint16_t port)
{
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int is_four = inet_pton(AF_INET, address, &four.sin_addr) == 1, fd, error = 0;

	if (!is_four && inet_pton(AF_INET6, address, &six.sin6_addr) != 1)
		give_up("'%s' is not an address: give its numbers, a name is not looked up", address);
	fd = socket(is_four ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	if ((is_four ? connect(fd, (struct sockaddr *)&four, sizeof(four))
		     : connect(fd, (struct sockaddr *)&six, sizeof(six))) < 0)
		error = errno == EINPROGRESS ? finish_connecting(fd) : errno;
	if (!error && is_to_itself(fd))
		error = ECONNREFUSED;
	if (!error) {
		/* Pieces are passed on as they come. Otherwise each last one would wait for an answer, or for 40 ms. */
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
		return fd;
	}
	close(fd);
	errno = error;
	return -1;
}

static int connected(const char *address, uint16_t port)
{
	int fd = try_to_connect(address ? address : "127.0.0.1", port), error = errno;

	if (fd < 0 && !address)
		fd = try_to_connect("::1", port);
	if (fd < 0)
		give_up("port %u of %s: %s", port, address ? address : "the container's loopback", strerror(error));
	return fd;
}

static void count_sent(const char *bytes, size_t length)
{
	(void)bytes;
	counts[0] += length;
}

static void count_received(const char *bytes, size_t length)
{
	(void)bytes;
	counts[1] += length;
}

/* The server sees that this is not the end of what was to come. */
static void break_off(int server)
{
	struct linger none = {.l_onoff = 1, .l_linger = 0};

	setsockopt(server, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
}

/*
 * Returns the signal that ended it, or 0. FAILED is the errno if the server did not end the connection but broke it.
 * After SIGHUP nobody wants to know what the server says; what is on its way to the server still arrives.
 */
static int copy(int server, int signals, int *failed)
{
	int is_shut = 0, signal_got = 0;

	sent = (struct flow){.from = STDIN_FILENO, .to = server, .taken = count_sent};
	received = (struct flow){.from = server, .to = STDOUT_FILENO, .taken = count_received};
	while ((signal_got ? sent.from : received.from) >= 0) {
		struct pollfd ready[] = {wanted(&sent), wanted(&received), {.fd = signals, .events = POLLIN}};
		struct signalfd_siginfo got;

		if (poll(ready, COUNT(ready), -1) < 0)
			continue;
		if (ready[2].revents && read(signals, &got, sizeof(got)) == sizeof(got)) {
			signal_got = (int)got.ssi_signo;
			if (signal_got != SIGHUP) {
				if (!is_shut)
					break_off(server);
				return signal_got;
			}
			stop_flow(&received);
			received.start = received.end = 0;
			continue;
		}
		/* What the server sent before can still be read. */
		for (int i = 0; i < 2; i++)
			if (ready[i].fd == server && ready[i].revents & POLLERR && !*failed)
				*failed = error_of(server);
		if (ready[0].revents)
			move_bytes(&sent);
		if (ready[1].revents)
			move_bytes(&received);
		if (sent.from < 0 && !is_shut)
			is_shut = shutdown(server, SHUT_WR) == 0 || errno == ENOTCONN;
	}
	if (!*failed && sent.error != EPIPE)
		*failed = sent.error;
	return signal_got;
}

static void tell_counts(void)
{
	const char *descriptor = getenv("DBG_COUNTS");

	counts[0] -= sent.end - sent.start;
	counts[1] -= received.end - received.start;
	if (descriptor && write(atoi(descriptor), counts, sizeof(counts)) < 0)
		give_up("its counts: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	const char *address = NULL;
	unsigned long port = 0;
	int option, server, signals, ended_by, failed = 0;

	while ((option = getopt(argc, argv, "p:a:")) != -1)
		if (option == 'p')
			port = strtoul(optarg, NULL, 10);
		else if (option == 'a')
			address = optarg;
		else
			return 2;
	if (port == 0 || port > UINT16_MAX || optind != argc)
		give_up("type dbg connect TARGET [ADDRESS:]PORT");
	signal(SIGPIPE, SIG_IGN);
	server = connected(address, (uint16_t)port);
	signals = receive_signals(ending_signals, COUNT(ending_signals));
	if (signals < 0)
		give_up("signals: %s", strerror(errno));
	ended_by = copy(server, signals, &failed);
	tell_counts();
	if (ended_by)
		end_by_signal(ended_by);
	if (failed)
		give_up("port %lu: %s", port, strerror(failed));
	return 0;
}
