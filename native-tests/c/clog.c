/*
 * clog - a file of the operator whose last close(2) can be made to hang. It is on the operator's own file
 * system, fuse(4), in a new user and a new mount namespace. It can be written; a read is never answered.
 * On SIGUSR1 the server stops answering, except to FUSE_FLUSH, which every close(2) sends. The last close
 * then waits for the file's dirty pages.
 *
 *   clog DEVICE DIRECTORY PROGRAM [ARG...]   mounts the file system at DIRECTORY, prints `server PID`, and
 *                                            executes PROGRAM with the file as its standard input and
 *                                            CLOG_SERVER set to PID
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static char request[1 << 17];
static int device;
static volatile sig_atomic_t is_silent;

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void fall_silent(int signal)
{
	is_silent = signal;
}

static void put(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);

	if (file < 0 || write(file, text, strlen(text)) < 0)
		fail(path);
	close(file);
}

static void answer_with(const struct fuse_in_header *in, int error, const void *body, size_t size)
{
	char out[4096];
	struct fuse_out_header header = {
		.len = (unsigned)(sizeof(header) + size), .error = -error, .unique = in->unique};

	memcpy(out, &header, sizeof(header));
	if (size > 0)
		memcpy(out + sizeof(header), body, size);
	if (write(device, out, header.len) < 0)
		perror("answer");
}

static void answer(const struct fuse_in_header *in, const void *body, size_t size)
{
	answer_with(in, 0, body, size);
}

static struct fuse_attr attributes(unsigned long node)
{
	return (struct fuse_attr){.ino = node, .size = 64, .nlink = 1, .uid = getuid(), .gid = getgid(),
				  .mode = node == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0644};
}

static void serve_one(const struct fuse_in_header *in)
{
	switch (in->opcode) {
	case FUSE_INIT: {
		struct fuse_init_out out = {.major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION,
					    .flags = FUSE_WRITEBACK_CACHE, .max_background = 16,
					    .congestion_threshold = 12, .max_write = 4096};

		answer(in, &out, sizeof(out));
		return;
	}
	case FUSE_LOOKUP: {
		struct fuse_entry_out out = {.nodeid = 2, .attr_valid = 3600, .attr = attributes(2)};

		answer(in, &out, sizeof(out));
		return;
	}
	case FUSE_GETATTR: {
		struct fuse_attr_out out = {.attr_valid = 3600, .attr = attributes(in->nodeid)};

		answer(in, &out, sizeof(out));
		return;
	}
	case FUSE_OPEN: {
		struct fuse_open_out out = {.fh = 1};

		answer(in, &out, sizeof(out));
		return;
	}
	case FUSE_WRITE: {
		struct fuse_write_out out = {.size = ((const struct fuse_write_in *)(in + 1))->size};

		answer(in, &out, sizeof(out));
		return;
	}
	case FUSE_GETXATTR:
		/* After ENOSYS the kernel does not ask again before each write. */
		answer_with(in, ENOSYS, NULL, 0);
		return;
	case FUSE_READ:
		return;
	default:
		answer(in, NULL, 0);
	}
}

/* Processes that wait for an answer are released when the server is killed. */
static _Noreturn void serve(void)
{
	struct sigaction silence = {.sa_handler = fall_silent};

	sigaction(SIGUSR1, &silence, NULL);
	for (;;) {
		const struct fuse_in_header *in = (struct fuse_in_header *)request;

		if (read(device, request, sizeof(request)) > 0 && (!is_silent || in->opcode == FUSE_FLUSH))
			serve_one(in);
	}
}

static void mount_at(const char *node, const char *directory)
{
	uid_t user = getuid();
	gid_t group = getgid();
	char text[128];

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		fail("unshare");
	put("/proc/self/setgroups", "deny");
	snprintf(text, sizeof(text), "0 %u 1", user);
	put("/proc/self/uid_map", text);
	snprintf(text, sizeof(text), "0 %u 1", group);
	put("/proc/self/gid_map", text);
	device = open(node, O_RDWR | O_CLOEXEC);
	if (device < 0)
		fail(node);
	snprintf(text, sizeof(text), "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
	if (mount("clog", directory, "fuse", MS_NOSUID | MS_NODEV, text) < 0)
		fail(directory);
}

int main(int argc, char **argv)
{
	char path[4096];
	pid_t server;
	int file;

	if (argc < 4)
		return 2;
	mount_at(argv[1], argv[2]);
	server = fork();
	if (server < 0)
		fail("fork");
	if (server == 0)
		serve();
	printf("server %d\n", (int)server);
	fflush(stdout);
	snprintf(path, sizeof(path), "%d", (int)server);
	setenv("CLOG_SERVER", path, 1);
	snprintf(path, sizeof(path), "%s/file", argv[2]);
	file = open(path, O_RDWR | O_CLOEXEC);
	if (file < 0 || dup2(file, STDIN_FILENO) < 0)
		fail(path);
	execvp(argv[3], argv + 3);
	fail(argv[3]);
}
