/*
 * activate - listens at a socket as systemd does for dbgd: when the first client has connected, runs a command with
 * the listening socket as descriptor 3, sd_listen_fds(3). Anybody may connect.
 *
 *   activate PATH COMMAND [ARG...]
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct pollfd client = {.events = POLLIN};
	char pid[16];

	if (argc < 3 || strlen(argv[1]) >= sizeof(address.sun_path))
		return 2;
	strcpy(address.sun_path, argv[1]);
	unlink(argv[1]);
	client.fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	if (client.fd < 0 || bind(client.fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    chmod(argv[1], 0666) < 0 || listen(client.fd, 16) < 0)
		return fail(argv[1]);
	puts("listening");
	fflush(stdout);
	if (poll(&client, 1, -1) < 0)
		return fail("poll");
	/* Until the last client of the test has connected, too. */
	sleep(1);
	snprintf(pid, sizeof(pid), "%d", getpid());
	if (dup2(client.fd, 3) < 0 || setenv("LISTEN_PID", pid, 1) < 0 || setenv("LISTEN_FDS", "1", 1) < 0)
		return fail("descriptor 3");
	execv(argv[2], argv + 2);
	return fail(argv[2]);
}
