/*
 * names.c - names resolve as the container resolves them: its resolv.conf and hosts, copied into the
 * tool's view. nsenter shows the host's, a classic trap.
 */
#include <fcntl.h>
#include <grp.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "calls.h"
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
	char link[sizeof("/proc/self/fd/") + 3 * sizeof(int)];
	struct stat status;
	struct statfs system;
	int opened;
	int fd = open_path(root, path, O_PATH | O_CLOEXEC, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);

	if (fd < 0)
		return -1;
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) || fstatfs(fd, &system) < 0 ||
	    system.f_type == PROC_SUPER_MAGIC || system.f_type == SYSFS_MAGIC) {
		close(fd);
		return -1;
	}
	/* Opening alone does things to some files; only what has been looked at is opened. */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	opened = open(link, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	close(fd);
	return opened;
}

/* Takes an identity to file systems, with its rights alone; the death signal goes with the old one. */
static void take_rights_to_files(uid_t uid, gid_t gid, pid_t parent)
{
	setfsgid(gid);
	setfsuid(uid);
	/* Neither says whether it did: asking for none answers what it is. */
	if ((uid_t)setfsuid(NOBODY) != uid || (gid_t)setfsgid(NOBODY) != gid)
		give_up(DBG_FAILED, "cannot take the rights of the container's root to its files");
	die_with(parent);
}

/*
 * A file of the container's, read with the rights of its root. In a user namespace that is not the
 * host's root: it can lay any file of the host's over its own that it can name, and whoever shares the
 * tool's ids reads the tool's view by /proc/PID/root. What it can't read itself is not copied there.
 */
static ssize_t read_names_file(const struct orders *orders, const char *path, char *text, size_t size)
{
	ssize_t length;
	int from;

	if (orders->names_uid == NOBODY || orders->names_gid == NOBODY)
		return 0;
	take_rights_to_files(orders->names_uid, orders->names_gid, orders->parent);
	from = open_in(orders->root, path);
	length = from < 0 ? 0 : read(from, text, size);
	if (from >= 0)
		close(from);
	take_rights_to_files(0, 0, orders->parent);
	return length;
}

static void copy_names_file(const struct orders *orders, const char *path, const char *to)
{
	static char text[LARGEST_NAMES_FILE];
	int into = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0444);
	ssize_t length;

	if (into < 0)
		fail("open %s", to);
	length = read_names_file(orders, path, text, sizeof(text));
	for (ssize_t done = 0; done < length;) {
		ssize_t written = write(into, text + done, (size_t)(length - done));

		if (written < 0)
			fail("write %s", to);
		done += written;
	}
	close(into);
}

void copy_names(const struct orders *orders)
{
	/* The host's groups are nobody's rights to a container's files. */
	require(setgroups(0, NULL), "setgroups");
	copy_names_file(orders, "etc/resolv.conf", NAMES "/resolv.conf");
	copy_names_file(orders, "etc/hosts", NAMES "/hosts");
	require(set_mount_attributes(AT_FDCWD, NAMES, 0, MOUNT_ATTR_RDONLY), "mount_setattr " NAMES);
}
