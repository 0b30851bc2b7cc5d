/*
 * speak - a client of dbgd that need not keep to the protocol. In C, as Java has no SOCK_SEQPACKET.
 *
 *   speak SOCKET send DESCRIPTORS [MILLISECONDS]
 *                                   sends standard input as one packet, with so many descriptors of
 *                                   /dev/zero, waits that long, and prints the answers
 *   speak SOCKET ignore MILLISECONDS
 *                                   sends standard input as one packet, and reads nothing for that long
 *   speak SOCKET lend COUNT         sends a request for `version` with COUNT copies of the descriptor of its
 *                                   standard input, a file of clog; prints `lent` when those are the last
 *                                   references to the file, and then the answers
 *   speak SOCKET clutch MILLISECONDS
 *                                   sends standard input as one packet, holds the pipe of each stream that it gets by
 *                                   splice(2), prints `clutching`, closes the connection after that time, and holds
 *                                   them until a signal ends it
 *   speak SOCKET sip MILLISECONDS
 *                                   sends standard input as one packet, prints `sipping`, and takes 4096 bytes of the
 *                                   tool's output each time so many milliseconds are over, until a signal ends it
 *   speak SOCKET hold COUNT         opens so many connections, prints `holding N`, stays silent, and
 *                                   ends at the end of standard input
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LARGEST = 1 << 18, MOST_DESCRIPTORS = 64 };

static char bytes[LARGEST];
static useconds_t milliseconds;

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

static size_t standard_input(void)
{
	size_t length = 0;
	ssize_t got;

	while ((got = read(STDIN_FILENO, bytes + length, sizeof(bytes) - length)) > 0)
		length += (size_t)got;
	return length;
}

static void send_packet(int daemon, size_t length, size_t count, int lent)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int))];
	} control = {0};
	struct iovec data = {.iov_base = bytes, .iov_len = length};
	struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};

	if (count > 0) {
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		struct cmsghdr *rights = CMSG_FIRSTHDR(&message);

		rights->cmsg_level = SOL_SOCKET;
		rights->cmsg_type = SCM_RIGHTS;
		rights->cmsg_len = CMSG_LEN(count * sizeof(int));
		for (size_t i = 0; i < count; i++)
			memcpy(CMSG_DATA(rights) + i * sizeof(int), &lent, sizeof(int));
	}
	if (sendmsg(daemon, &message, MSG_NOSIGNAL) < 0)
		printf("not sent: %s\n", strerror(errno));
}

/*
 * Leaves the receiver with the last references to the file that was sent, so that closing it waits: for a page
 * that was written, through a separate open file, after clog's server had stopped answering.
 */
static void let_go_of_input(void)
{
	static const char page[4096] = "x";
	const char *server = getenv("CLOG_SERVER");
	int other = open("/proc/self/fd/0", O_RDWR | O_CLOEXEC);

	/* The first write makes the kernel ask the server what the second write needs to know. */
	if (!server || other < 0 || close(STDIN_FILENO) < 0 || write(other, page, sizeof(page)) < 0 ||
	    kill(atoi(server), SIGUSR1) < 0 || pwrite(other, page, sizeof(page), 0) < 0) {
		perror("clog");
		exit(1);
	}
}

/* 0x82 is text for standard error, 0x83 an exit status: dbg-protocol(7). */
static void print_answers(int daemon)
{
	ssize_t length;

	while ((length = recv(daemon, bytes, sizeof(bytes), 0)) >= 2)
		switch ((unsigned char)bytes[0]) {
		case 0x83:
			printf("exit %d\n", bytes[length - 1]);
			break;
		default:
			printf("%.*s", (int)length - 2, bytes + 2);
		}
}

/* Nobody reads from, or writes to, the other end of what the stream is spliced with. */
static void clutch(int daemon, int stream, int is_input)
{
	static char filling[4096];
	int ends[2];

	if (fork() != 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(daemon);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		_exit(1);
	while (!is_input && send(ends[0], filling, sizeof(filling), MSG_DONTWAIT) > 0)
		continue;
	for (;;)
		if (splice(is_input ? ends[0] : stream, NULL, is_input ? stream : ends[0], NULL, 4096, 0) <= 0)
			pause();
}

/* Of the tool's input nobody hears anything but a byte out of band, with which poll(2) says that there is one to read. */
static void sip(int daemon, int stream, int is_input)
{
	static char taken[4096];

	if (is_input)
		send(stream, "x", 1, MSG_OOB);
	if (is_input || fork() != 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(daemon);
	while (read(stream, taken, sizeof(taken)) > 0)
		usleep(milliseconds * 1000);
	_exit(0);
}

/* 0x86 brings streams, with a bit for each: dbg-protocol(7). Other packets are of no interest. */
static void with_streams(int daemon, void (*does)(int daemon, int stream, int is_input))
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int))];
	} control = {0};
	struct iovec data = {.iov_base = bytes, .iov_len = sizeof(bytes)};
	struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
	int streams[3], next = 0;

	do {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		if (recvmsg(daemon, &message, 0) < 3 || !CMSG_FIRSTHDR(&message))
			bytes[0] = 0;
	} while ((unsigned char)bytes[0] != 0x86);
	memcpy(streams, CMSG_DATA(CMSG_FIRSTHDR(&message)), CMSG_FIRSTHDR(&message)->cmsg_len - CMSG_LEN(0));
	for (int fd = 0; fd < 3; fd++)
		if (bytes[2] >> fd & 1)
			does(daemon, streams[next++], fd == 0);
}

int main(int argc, char **argv)
{
	if (argc == 4 && (strcmp(argv[2], "clutch") == 0 || strcmp(argv[2], "sip") == 0)) {
		int clutches = strcmp(argv[2], "clutch") == 0;
		size_t length = standard_input();
		int daemon = connected(argv[1]);

		milliseconds = (useconds_t)atoi(argv[3]);
		send_packet(daemon, length, 0, -1);
		with_streams(daemon, clutches ? clutch : sip);
		puts(clutches ? "clutching" : "sipping");
		fflush(stdout);
		if (clutches) {
			usleep(milliseconds * 1000);
			close(daemon);
		}
		for (;;)
			pause();
	}
	if (argc >= 4 && strcmp(argv[2], "send") == 0) {
		size_t length = standard_input();
		int daemon = connected(argv[1]);

		send_packet(daemon, length, (size_t)atoi(argv[3]) % (MOST_DESCRIPTORS + 1),
			    open("/dev/zero", O_RDWR | O_CLOEXEC));
		shutdown(daemon, SHUT_WR);
		usleep(argc > 4 ? (useconds_t)atoi(argv[4]) * 1000 : 0);
		print_answers(daemon);
		return 0;
	}
	if (argc == 4 && strcmp(argv[2], "ignore") == 0) {
		size_t length = standard_input();

		send_packet(connected(argv[1]), length, 0, -1);
		usleep((useconds_t)atoi(argv[3]) * 1000);
		return 0;
	}
	if (argc == 4 && strcmp(argv[2], "lend") == 0) {
		static const char request[] = {1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, '/',
					       0, 0, 0, 1, 0, 0, 0, 7, 'v', 'e', 'r', 's', 'i', 'o', 'n'};
		int daemon = connected(argv[1]);

		memcpy(bytes, request, sizeof(request));
		send_packet(daemon, sizeof(request), (size_t)atoi(argv[3]) % (MOST_DESCRIPTORS + 1), STDIN_FILENO);
		let_go_of_input();
		puts("lent");
		fflush(stdout);
		print_answers(daemon);
		return 0;
	}
	if (argc == 4 && strcmp(argv[2], "hold") == 0) {
		int count = atoi(argv[3]);

		for (int i = 0; i < count; i++)
			connected(argv[1]);
		printf("holding %d\n", count);
		fflush(stdout);
		standard_input();
		return 0;
	}
	fputs("speak: that means nothing\n", stderr);
	return 2;
}
