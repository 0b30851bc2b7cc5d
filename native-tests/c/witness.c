/*
 * witness - prints what a journal sees: the sender of each message, as the kernel reports it, SCM_CREDENTIALS.
 *
 *   witness PROGRAM [ARG...]   runs PROGRAM with one end of a pair of datagram sockets as its standard
 *                              output, and prints `uid N: TEXT` for each message that arrives
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int ends[2];

static void print_messages(void)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	char text[4096];
	ssize_t length;

	do {
		struct iovec data = {.iov_base = text, .iov_len = sizeof(text)};
		struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control,
					 .msg_controllen = sizeof(control)};
		struct cmsghdr *sender;
		struct ucred who = {0};

		length = recvmsg(ends[0], &message, MSG_DONTWAIT);
		sender = length > 0 ? CMSG_FIRSTHDR(&message) : NULL;
		if (sender && sender->cmsg_type == SCM_CREDENTIALS) {
			memcpy(&who, CMSG_DATA(sender), sizeof(who));
			printf("uid %u: %.*s\n", who.uid, (int)length, text);
		}
	} while (length > 0);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static const int yes = 1;
	int status;
	pid_t child;

	if (argc < 2 || socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) < 0 ||
	    setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)) < 0)
		return 2;
	child = fork();
	if (child == 0) {
		dup2(ends[1], 1);
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	while (waitpid(child, &status, WNOHANG) == 0) {
		print_messages();
		usleep(5000);
	}
	print_messages();
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
