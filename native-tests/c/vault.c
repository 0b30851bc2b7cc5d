/*
 * vault - a file system for root of the host alone, fuse(4), without a library: mounted without allow_other, as sshfs(1)
 * mounts what root mounts. It has one file, `secret`, prints `mounted`, and runs until it is ended.
 *
 *   vault DIRECTORY
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET "SECRET-OF-THE-HOST\n"

static char request[1 << 17];

static struct {
	struct fuse_out_header header;
	union {
		struct fuse_init_out init;
		struct fuse_entry_out entry;
		struct fuse_attr_out status;
		struct fuse_open_out opened;
		struct fuse_statfs_out system;
		char text[sizeof(SECRET)];
	} body;
} reply;

static struct fuse_attr status_of(unsigned long node)
{
	return (struct fuse_attr){.ino = node,
				  .mode = node == FUSE_ROOT_ID ? S_IFDIR | 0700 : S_IFREG | 0600,
				  .size = sizeof(SECRET) - 1,
				  .nlink = 1};
}

/* Returns the length of the body, or a negative errno. */
static long answer(const struct fuse_in_header *in)
{
	switch (in->opcode) {
	case FUSE_INIT:
		reply.body.init = (struct fuse_init_out){.major = FUSE_KERNEL_VERSION,
							 .minor = FUSE_KERNEL_MINOR_VERSION,
							 .max_background = 16,
							 .congestion_threshold = 12,
							 .max_write = 4096};
		return sizeof(reply.body.init);
	case FUSE_LOOKUP:
		if (strcmp((const char *)(in + 1), "secret") != 0)
			return -ENOENT;
		reply.body.entry = (struct fuse_entry_out){.nodeid = 2, .attr = status_of(2)};
		return sizeof(reply.body.entry);
	case FUSE_GETATTR:
		reply.body.status = (struct fuse_attr_out){.attr = status_of(in->nodeid)};
		return sizeof(reply.body.status);
	case FUSE_STATFS:
		reply.body.system = (struct fuse_statfs_out){.st = {.namelen = 255}};
		return sizeof(reply.body.system);
	case FUSE_OPEN:
		reply.body.opened = (struct fuse_open_out){.fh = 0};
		return sizeof(reply.body.opened);
	case FUSE_READ:
		if (((const struct fuse_read_in *)(const void *)(in + 1))->offset)
			return 0;
		memcpy(reply.body.text, SECRET, sizeof(SECRET) - 1);
		return sizeof(SECRET) - 1;
	case FUSE_FLUSH:
	case FUSE_RELEASE:
		return 0;
	default:
		return -ENOSYS;
	}
}

int main(int argc, char **argv)
{
	const struct fuse_in_header *in = (const void *)request;
	char options[128];
	int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (argc != 2 || device < 0) {
		perror("/dev/fuse");
		return 2;
	}
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
	if (mount("vault", argv[1], "fuse", 0, options) < 0) {
		perror(argv[1]);
		return 1;
	}
	puts("mounted");
	fflush(stdout);
	while (read(device, request, sizeof(request)) >= 0 || errno == EINTR || errno == ENOENT) {
		long length;

		if (in->opcode == FUSE_FORGET || in->opcode == FUSE_BATCH_FORGET)
			continue;
		length = answer(in);
		reply.header = (struct fuse_out_header){.len = (unsigned)sizeof(reply.header),
							.error = length < 0 ? (int)length : 0,
							.unique = in->unique};
		reply.header.len += length > 0 ? (unsigned)length : 0;
		if (write(device, &reply, reply.header.len) < 0 && errno != ENOENT)
			perror("write");
	}
	perror("read");
	return 1;
}
