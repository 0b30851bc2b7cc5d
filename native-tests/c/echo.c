/*
 * echo ADDRESS PORT [WORD] - a server that sends back what it gets. With WORD it sends only that; with "much", 8 MB, and
 * reads nothing; with "broken", 1000 bytes before it resets the connection; with "silent", nothing, for ever;
 * with "reports", nothing, and says on standard output how its input begins and ends.
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
	if ((is_four ? bind(fd, (struct sockaddr *)&four, sizeof(four))
		     : bind(fd, (struct sockaddr *)&six, sizeof(six))) < 0 ||
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

static void send_zeros(int client, size_t count)
{
	static char zeros[1 << 16];

	while (count > 0) {
		ssize_t now = write(client, zeros, count < sizeof(zeros) ? count : sizeof(zeros));

		if (now < 0)
			return;
		count -= (size_t)now;
	}
}

static void break_off(int client)
{
	struct linger none = {.l_onoff = 1};

	send_zeros(client, 1000);
	usleep(200000);
	setsockopt(client, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
}

/* Sends all of it and its end, and stays until the client is gone. */
static void send_much(int client)
{
	char byte;

	send_zeros(client, 8000000);
	shutdown(client, SHUT_WR);
	while (read(client, &byte, 1) > 0)
		;
}

static void report_end(int client)
{
	static char data[1 << 16];
	ssize_t length;

	while ((length = read(client, data, sizeof(data))) > 0) {
		puts("begun");
		fflush(stdout);
	}
	puts(length < 0 ? "broken off" : "ended");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	const char *word = argc > 3 ? argv[3] : "";
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
		if (!*word)
			send_back(client);
		else if (!strcmp(word, "much"))
			send_much(client);
		else if (!strcmp(word, "broken"))
			break_off(client);
		else if (!strcmp(word, "silent"))
			pause();
		else if (!strcmp(word, "reports"))
			report_end(client);
		else if (write(client, word, strlen(word)) < 0)
			return 1;
		close(client);
		return 0;
	}
}
