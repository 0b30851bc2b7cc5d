/*
 * Listens under the abstract name of a container's command socket while the container is down, and answers
 * as the monitor of LXC would: that the container runs, and that PROCESS, or this process itself, is its
 * first one.
 *
 *   squat NAME [PROCESS]
 *   squat NAME full
 *
 * With `full` it fills its own queue instead, so that nobody else gets a connection.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { GET_STATE = 3, GET_INIT_PID = 4, GET_INIT_PIDFD = 18, RUNNING = 2 };

struct question {
	int32_t command;
	int32_t length;
	uint64_t data;
};

struct answer {
	int32_t result;
	int32_t length;
	uint64_t data;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int listening(const char *name, int full)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(name);
	if (length + 1 > sizeof address.sun_path) {
		fprintf(stderr, "the name is too long\n");
		exit(1);
	}
	memcpy(address.sun_path + 1, name, length);
	socklen_t size = offsetof(struct sockaddr_un, sun_path) + 1 + length;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, full ? 0 : 100) != 0)
		die(name);
	/* A queue of 0 has room for one. */
	if (full && connect(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), (struct sockaddr *)&address, size) != 0)
		die(name);
	return fd;
}

static void pass(int client, struct answer answer, int passed)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr header;
	} control = {0};
	struct iovec bytes = {.iov_base = &answer, .iov_len = sizeof answer};
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &control,
				 .msg_controllen = sizeof control.room};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &passed, sizeof passed);
	sendmsg(client, &message, MSG_NOSIGNAL);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	int full = argc > 2 && strcmp(argv[2], "full") == 0;
	pid_t process = argc > 2 ? atoi(argv[2]) : getpid();
	int server = listening(argv[1], full);
	printf("listening\n");
	fflush(stdout);
	while (full)
		pause();
	for (;;) {
		int client = accept4(server, NULL, NULL, SOCK_CLOEXEC);
		struct question question;
		if (client >= 0 && recv(client, &question, sizeof question, MSG_WAITALL) == sizeof question) {
			struct answer answer = {0};
			if (question.command == GET_INIT_PIDFD) {
				int pidfd = (int)syscall(SYS_pidfd_open, process, 0);
				pass(client, answer, pidfd);
				close(pidfd);
			} else {
				answer.data = question.command == GET_STATE ? RUNNING : (uint64_t)process;
				send(client, &answer, sizeof answer, MSG_NOSIGNAL);
			}
		}
		close(client);
	}
}
