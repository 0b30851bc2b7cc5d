/*
 * names.c - names resolve as the container resolves them: its resolv.conf and hosts, copied into the
 * tool's view. nsenter shows the host's, a classic trap.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "enter.h"

/* Where dbgd put a tmpfs for the names; /etc/resolv.conf and /etc/hosts are links into it. */
#define NAMES "/run/names"

#define LARGEST_NAMES_FILE (64 * 1024)

/*
 * Opens a file of the container's as if its root were /: no link in it, absolute or with dots,
 * leads out, and no magic link is followed. -1 when there is none, or it is no regular file, or one
 * of procfs or sysfs, which answer to root's capabilities and not to the container's: what a
 * container puts there is its own loss.
 */
static int open_in(int root, const char *path)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	char link[sizeof("/proc/self/fd/") + 3 * sizeof(int)];
	struct stat status;
	struct statfs system;
	int opened;
	long fd = syscall(SYS_openat2, root, path, &how, sizeof(how));

	if (fd < 0 && errno == ENOSYS)
		fail("openat2 %s of the target", path);
	if (fd < 0)
		return -1;
	if (fstat((int)fd, &status) < 0 || !S_ISREG(status.st_mode) || fstatfs((int)fd, &system) < 0 ||
	    system.f_type == PROC_SUPER_MAGIC || system.f_type == SYSFS_MAGIC) {
		close((int)fd);
		return -1;
	}
	/* Opening alone does things to some files; only what has been looked at is opened. */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", (int)fd);
	opened = open(link, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	close((int)fd);
	return opened;
}

static void copy_names_file(int root, const char *path, const char *to)
{
	static char text[LARGEST_NAMES_FILE];
	int from = open_in(root, path);
	int into = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0444);
	ssize_t length;

	if (into < 0)
		fail("open %s", to);
	length = from < 0 ? 0 : read(from, text, sizeof(text));
	for (ssize_t done = 0; done < length;) {
		ssize_t written = write(into, text + done, (size_t)(length - done));

		if (written < 0)
			fail("write %s", to);
		done += written;
	}
	close(into);
	if (from >= 0)
		close(from);
}

void copy_names(int root)
{
	struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};

	copy_names_file(root, "etc/resolv.conf", NAMES "/resolv.conf");
	copy_names_file(root, "etc/hosts", NAMES "/hosts");
	require((int)syscall(SYS_mount_setattr, AT_FDCWD, NAMES, 0, &read_only, sizeof(read_only)),
		"mount_setattr " NAMES);
}
