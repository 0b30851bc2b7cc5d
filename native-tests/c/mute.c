/*
 * mute - a file system that does not answer, fuse(4), without a library. It runs in a container that may
 * mount, prints `mounted`, and runs until it is ended.
 *
 *   mute deaf DIRECTORY   never reads a request: a process that waits for an answer can be killed
 *   mute mute DIRECTORY   reads every request and answers only the first, FUSE_INIT: a process that waits for
 *                         an answer cannot be killed, not even with SIGKILL, until this program has ended
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static char request[1 << 17];

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static void answer_init(int device, const struct fuse_in_header *in)
{
	struct {
		struct fuse_out_header header;
		struct fuse_init_out init;
	} out = {.header = {.len = sizeof(out), .unique = in->unique},
		 .init = {.major = FUSE_KERNEL_VERSION,
			  .minor = FUSE_KERNEL_MINOR_VERSION,
			  .max_background = 16,
			  .congestion_threshold = 12,
			  .max_write = 4096}};

	if (write(device, &out, sizeof(out)) < 0)
		perror("FUSE_INIT");
}

int main(int argc, char **argv)
{
	char options[128];
	int device;

	if (argc != 3)
		return 2;
	device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (device < 0)
		return fail("/dev/fuse");
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", device);
	if (mount("mute", argv[2], "fuse", 0, options) < 0)
		return fail(argv[2]);
	puts("mounted");
	fflush(stdout);
	if (strcmp(argv[1], "deaf") == 0)
		for (;;)
			pause();
	while (read(device, request, sizeof(request)) >= 0 || errno == EINTR || errno == ENOENT) {
		struct fuse_in_header *in = (struct fuse_in_header *)request;

		if (in->opcode == FUSE_INIT)
			answer_init(device, in);
	}
	return fail("read");
}
