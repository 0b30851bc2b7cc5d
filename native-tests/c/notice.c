/*
 * notice - reports accesses to files and addresses that nobody should touch. It prints `noticing`, then a line
 * for each access, and runs until it is ended.
 *
 *   notice FILE | tcp:ADDRESS:PORT ...
 *
 * An access to a FILE is an open, a change or a removal, through any path and any mount: inotify(7) watches
 * the file, not its name. At an IPv4 address notice listens; an access is a connection. That it reports
 * nothing is a result only where a test has also shown that it reports an access.
 */
#include <arpa/inet.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 256 };

static const char *names[MOST + 1];
static struct pollfd from[MOST];
static const char *at[MOST];

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static int listen_at(char *where)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	char *port = strchr(where, ':');
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (!port)
		return -1;
	*port = '\0';
	address.sin_port = htons((uint16_t)atoi(port + 1));
	if (inet_pton(AF_INET, where, &address.sin_addr) != 1)
		return -1;
	*port = ':';
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	return bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(listener, 64) < 0 ? -1
													    : listener;
}

static void tell(const char *name)
{
	printf("touched %s\n", name);
	fflush(stdout);
}

static void tell_events(int watch)
{
	union {
		struct inotify_event event;
		char bytes[sizeof(struct inotify_event) + NAME_MAX + 1];
	} all[16];
	ssize_t length = read(watch, all, sizeof(all));

	for (ssize_t i = 0; i < length;) {
		struct inotify_event *event = (void *)((char *)all + i);

		if (event->wd > 0 && event->wd <= MOST)
			tell(names[event->wd]);
		i += (ssize_t)(sizeof(*event) + event->len);
	}
}

int main(int argc, char **argv)
{
	nfds_t count = 1;
	int watch = inotify_init1(IN_CLOEXEC);

	if (watch < 0)
		return fail("inotify_init1");
	from[0] = (struct pollfd){.fd = watch, .events = POLLIN};
	for (int i = 1; i < argc && i < MOST; i++)
		if (strncmp(argv[i], "tcp:", 4) == 0) {
			at[count] = argv[i];
			from[count] = (struct pollfd){.fd = listen_at(argv[i] + 4), .events = POLLIN};
			if (from[count++].fd < 0)
				return fail(argv[i]);
		} else {
			/* A file that is named twice has one watch descriptor. */
			int number = inotify_add_watch(watch, argv[i], IN_OPEN | IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF);

			if (number < 0 || number > MOST)
				return fail(argv[i]);
			names[number] = argv[i];
		}
	puts("noticing");
	fflush(stdout);
	while (poll(from, count, -1) > 0) {
		if (from[0].revents)
			tell_events(watch);
		for (nfds_t i = 1; i < count; i++)
			if (from[i].revents) {
				close(accept(from[i].fd, NULL, NULL));
				tell(at[i]);
			}
	}
	return fail("poll");
}
