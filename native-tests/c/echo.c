/*
 * echo ADDRESS PORT [WORD] - a server that sends back what it gets; with WORD it sends only that.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int listens_at(const char *address, int port)
{
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
	int is_four = inet_pton(AF_INET, address, &four.sin_addr) == 1, on = 1;
	int fd = socket(is_four ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	inet_pton(AF_INET6, address, &six.sin6_addr);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if ((is_four ? bind(fd, (struct sockaddr *)&four, sizeof(four)) : bind(fd, (struct sockaddr *)&six, sizeof(six))) < 0 ||
	    listen(fd, 64) < 0) {
		perror(address);
		exit(1);
	}
	return fd;
}

static void send_back(int client)
{
	static char data[1 << 16];
	ssize_t length;

	while ((length = read(client, data, sizeof(data))) > 0)
		for (ssize_t sent = 0; sent < length;) {
			ssize_t now = write(client, data + sent, (size_t)(length - sent));

			if (now < 0)
				return;
			sent += now;
		}
}

int main(int argc, char **argv)
{
	int listener;

	if (argc < 3)
		return 2;
	signal(SIGCHLD, SIG_IGN); /* no zombies */
	listener = listens_at(argv[1], atoi(argv[2]));
	puts("listening");
	fflush(stdout);
	for (;;) {
		int client = accept(listener, NULL, NULL);

		if (client < 0 || fork() != 0) {
			close(client);
			continue;
		}
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (argc > 3 && write(client, argv[3], strlen(argv[3])) < 0)
			return 1;
		if (argc == 3)
			send_back(client);
		return 0;
	}
}
