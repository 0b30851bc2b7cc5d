/*
 * loopback.c - a port of this host's loopback; loopback.h
 *
 * "localhost" is either address. If this process had only one, another user could listen on the other one, and get what
 * is meant for it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loopback.h"
#include "../terminal/terminal.h"

#define BACKLOG 64

static int has_ipv6(void)
{
	return access("/proc/net/if_inet6", F_OK) == 0;
}

/* Returns -1 with EADDRNOTAVAIL if there is no such address. */
static int listen_at(const struct sockaddr *address, socklen_t size)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
		fail("cannot make a socket: %s", strerror(errno));
	if (address->sa_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0)
		fail("cannot make a socket: %s", strerror(errno));
	if (bind(fd, address, size) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	if (errno != EADDRNOTAVAIL)
		fail("cannot listen on port %u of the loopback: %s: give another one, as in dbg forward web 8080:80",
		     ntohs(((const struct sockaddr_in *)address)->sin_port), strerror(errno));
	close(fd);
	return -1;
}

unsigned listen_on_loopback(unsigned port, int listeners[2])
{
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	socklen_t size = sizeof(four);

	four.sin_port = htons((uint16_t)port);
	listeners[0] = listen_at((struct sockaddr *)&four, sizeof(four));
	if (listeners[0] < 0 || getsockname(listeners[0], (struct sockaddr *)&four, &size) < 0)
		fail("cannot listen on 127.0.0.1: does ip address show that of lo?");
	six.sin6_port = four.sin_port;
	listeners[1] = has_ipv6() ? listen_at((struct sockaddr *)&six, sizeof(six)) : -1;
	return ntohs(four.sin_port);
}
