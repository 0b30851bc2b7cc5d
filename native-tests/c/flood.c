/*
 * flood - floods dbgd with clients, or measures how long clients wait.
 *
 *   flood with SOCKET CLIENTS SECONDS wait|deaf|close
 *           starts CLIENTS processes. For SECONDS each of them runs one client after another, which sends
 *           standard input as one packet, and then reads the whole answer, or waits a second without
 *           reading, or closes at once. Prints the number of clients.
 *   flood ask SOCKET COUNT FILE FILE
 *           sends the packets in both files alternately; prints a line for each pair: the microseconds
 *           until the end of each answer
 *   flood time COUNT PROGRAM ARGUMENT...
 *           runs a program COUNT times; prints a line for each run: microseconds and its exit status
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LARGEST = 1 << 18, BETWEEN = 18000 };

struct packet {
	char bytes[LARGEST];
	size_t length;
};

static struct packet packets[2];

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static int connected(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	perror(path);
	exit(1);
}

static void fill(struct packet *packet, int fd)
{
	ssize_t got;

	while ((got = read(fd, packet->bytes + packet->length, LARGEST - packet->length)) > 0)
		packet->length += (size_t)got;
}

static void send_packet(int daemon, struct packet *packet)
{
	/* If dbgd has turned the client away, nobody reads the packet. */
	if (send(daemon, packet->bytes, packet->length, MSG_NOSIGNAL) < 0 && errno != EPIPE && errno != ECONNRESET) {
		perror("send");
		exit(1);
	}
}

static void hear(int daemon)
{
	static char answer[LARGEST];

	while (recv(daemon, answer, sizeof(answer), 0) > 0)
		;
}

static void flood(const char *socket, long long until, const char *how, long *answered)
{
	while (now() < until) {
		int daemon = connected(socket);

		send_packet(daemon, &packets[0]);
		if (strcmp(how, "wait") == 0)
			hear(daemon);
		if (strcmp(how, "deaf") == 0)
			sleep(1);
		close(daemon);
		__atomic_add_fetch(answered, 1, __ATOMIC_RELAXED);
	}
	_exit(0);
}

static int floods(const char *socket, int clients, int seconds, const char *how)
{
	long *answered = mmap(NULL, sizeof(long), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	long long until = now() + seconds * 1000000LL;
	int failures = 0, status;

	fill(&packets[0], STDIN_FILENO);
	for (int i = 0; i < clients; i++)
		if (fork() == 0)
			flood(socket, until, how, answered);
	printf("flooding\n");
	fflush(stdout);
	while (wait(&status) > 0)
		failures += status != 0;
	printf("clients %ld\n", *answered);
	return failures > 0;
}

static long long asks(const char *socket, struct packet *packet)
{
	long long begun = now();
	int daemon = connected(socket);

	send_packet(daemon, packet);
	hear(daemon);
	close(daemon);
	begun = now() - begun;
	usleep(BETWEEN);
	return begun;
}

static int ask(const char *socket, int count, char **files)
{
	for (int i = 0; i < 2; i++) {
		int fd = open(files[i], O_RDONLY | O_CLOEXEC);

		fill(&packets[i], fd);
		close(fd);
	}
	for (int i = 0; i < count; i++) {
		long long took[2];
		int first = i % 2;

		took[first] = asks(socket, &packets[first]);
		took[1 - first] = asks(socket, &packets[1 - first]);
		printf("%lld %lld\n", took[0], took[1]);
		fflush(stdout);
	}
	return 0;
}

static int times(int count, char **words)
{
	for (int i = 0; i < count; i++) {
		int status;
		long long begun = now();
		pid_t child = fork();

		if (child == 0) {
			int null = open("/dev/null", O_RDWR);

			dup2(null, STDOUT_FILENO);
			execv(words[0], words);
			_exit(99);
		}
		waitpid(child, &status, 0);
		printf("%lld %d\n", now() - begun, WEXITSTATUS(status));
		usleep(5000);
	}
	return 0;
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	if (argc == 6 && strcmp(argv[1], "with") == 0)
		return floods(argv[2], atoi(argv[3]), atoi(argv[4]), argv[5]);
	if (argc == 6 && strcmp(argv[1], "ask") == 0)
		return ask(argv[2], atoi(argv[3]), argv + 4);
	if (argc >= 4 && strcmp(argv[1], "time") == 0)
		return times(atoi(argv[2]), argv + 3);
	fputs("flood: that means nothing\n", stderr);
	return 2;
}
