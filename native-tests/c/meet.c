/*
 * meet - servers of a container's owner, at which a program that enters the container may ask without being told to.
 * It runs in the container, with CAP_SYS_ADMIN and CAP_SYS_PTRACE.
 *
 *   meet NAME...
 *       listens at each NAME: a path, whose directories are made, or with an @ in front an abstract name; with
 *       `datagrams:` before that for messages. Prints `meeting`. For each client it prints `met NAME`, and joins the
 *       network, IPC and UTS namespaces of the client, whom the kernel names with a pidfd, SO_PEERPIDFD, SCM_PIDFD:
 *       `joined net:[4026531840]`, or the name of the error. Then it closes the connection.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#define SO_PEERPIDFD 77
#endif
#ifndef SCM_PIDFD
#define SCM_PIDFD 4
#endif

enum { MOST = 64 };

static const char datagrams[] = "datagrams:";

static int is_for_datagrams(const char *name)
{
	return strncmp(name, datagrams, strlen(datagrams)) == 0;
}

static void make_directories(const char *path)
{
	char part[sizeof(((struct sockaddr_un *)0)->sun_path)];

	for (size_t i = 1; path[i]; i++)
		if (path[i] == '/') {
			snprintf(part, sizeof(part), "%.*s", (int)i, path);
			mkdir(part, 0755);
		}
}

static int listen_at(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int type = is_for_datagrams(name) ? SOCK_DGRAM : SOCK_STREAM, on = 1;
	const char *where = type == SOCK_DGRAM ? name + strlen(datagrams) : name;
	int listener = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof(address);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", where);
	if (where[0] == '@') {
		address.sun_path[0] = 0;
		size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(where));
	} else {
		make_directories(where);
		unlink(where);
	}
	if (bind(listener, (struct sockaddr *)&address, size) < 0)
		return -1;
	chmod(where, 0666);
	setsockopt(listener, SOL_SOCKET, SO_PASSPIDFD, &on, sizeof(on));
	return type == SOCK_STREAM && listen(listener, 64) < 0 ? -1 : listener;
}

static void join(int client, int kind, const char *name)
{
	char path[32], link[64] = "";

	if (setns(client, kind) < 0) {
		printf("cannot join %s: %s\n", name, strerrorname_np(errno));
		return;
	}
	snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
	printf("joined %s\n", readlink(path, link, sizeof(link) - 1) < 0 ? "what is not shown" : link);
}

/* In a process of its own: this one stays where it is. */
static void join_all(int client)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		join(client, CLONE_NEWNET, "net");
		join(client, CLONE_NEWIPC, "ipc");
		join(client, CLONE_NEWUTS, "uts");
		fflush(stdout);
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

static int client_of_message(int from)
{
	char byte, control[256];
	struct iovec data = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
	int client = -1;

	if (recvmsg(from, &message, 0) < 0)
		return -1;
	for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part))
		if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_PIDFD)
			memcpy(&client, CMSG_DATA(part), sizeof(client));
	return client;
}

static void meet(int listener, const char *name)
{
	int connection = -1, client = -1;
	socklen_t size = sizeof(client);

	if (is_for_datagrams(name)) {
		client = client_of_message(listener);
	} else {
		connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		getsockopt(connection, SOL_SOCKET, SO_PEERPIDFD, &client, &size);
	}
	printf("met %s\n", name);
	if (client >= 0) {
		join_all(client);
		close(client);
	}
	fflush(stdout);
	if (connection >= 0)
		close(connection);
}

int main(int argc, char **argv)
{
	struct pollfd from[MOST];
	nfds_t count = 0;

	for (int i = 1; i < argc && count < MOST; i++) {
		from[count] = (struct pollfd){.fd = listen_at(argv[i]), .events = POLLIN};
		if (from[count++].fd < 0) {
			perror(argv[i]);
			return 1;
		}
	}
	puts("meeting");
	fflush(stdout);
	while (poll(from, count, -1) > 0)
		for (nfds_t i = 0; i < count; i++)
			if (from[i].revents)
				meet(from[i].fd, argv[i + 1]);
	perror("poll");
	return 1;
}
