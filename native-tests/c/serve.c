/*
 * serve - a server at a user's socket that is not Podman.
 *
 *   serve SOCKET answer FILE [LIST]   sends FILE to each client, or LIST to a client that asks for a list of
 *                                     containers, and closes the connection
 *   serve SOCKET hang                 accepts the connection and says nothing
 *   serve SOCKET flood                sends an answer without an end
 *   serve SOCKET drip                 sends a byte of an answer every tenth of a second, without an end
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void answer(int client, const char *one, const char *list)
{
	char data[4096];
	ssize_t length = read(client, data, sizeof(data) - 1);
	int file;

	if (length < 0)
		die("read");
	data[length] = '\0';
	if (list && strstr(data, "/containers/json"))
		one = list;
	file = open(one, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		die(one);
	while ((length = read(file, data, sizeof(data))) > 0)
		if (write(client, data, length) != length)
			break;
	close(file);
	close(client);
}

static void endless(int client, int drips)
{
	static const char head[] = "HTTP/1.0 200 OK\r\n\r\n{\"Id\":\"";
	static char rest[1 << 16];
	ssize_t piece = drips ? 1 : sizeof(rest);

	if (write(client, head, sizeof(head) - 1) < 0)
		return;
	memset(rest, '0', sizeof(rest));
	while (write(client, rest, piece) > 0)
		if (drips)
			usleep(100000);
	close(client);
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (argc < 3 || strlen(argv[1]) >= sizeof(address.sun_path))
		return 2;
	strcpy(address.sun_path, argv[1]);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(listener, 64) < 0)
		die(argv[1]);
	puts("listening");
	fflush(stdout);
	for (;;) {
		int client = accept(listener, NULL, NULL);

		if (client < 0)
			die("accept");
		if (fork() != 0) { /* no zombies: SIGCHLD is ignored */
			close(client);
			continue;
		}
		/* The child ends with its parent, and keeps none of its streams open. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int fd = 0; fd <= 2; fd++)
			close(fd);
		if (strcmp(argv[2], "answer") == 0 && argc > 3)
			answer(client, argv[3], argv[4]);
		else if (strcmp(argv[2], "hang") == 0)
			pause();
		else
			endless(client, strcmp(argv[2], "drip") == 0);
		exit(0);
	}
}
