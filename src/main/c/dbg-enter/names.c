/*
 * names.c - copies the container's resolv.conf and hosts into the tool's view, so that names resolve as in the
 * container. With nsenter(1) they resolve as on the host, a common mistake.
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

/* Where dbgd has mounted a tmpfs. In the view, /etc/resolv.conf and /etc/hosts are links into it. */
#define NAMES "/run/names"

#define LARGEST_NAMES_FILE (64 * 1024)

/*
 * Opens a file of the container's as if the container's root were /: no link leads out of it, absolute or with
 * dots, and no magic link is followed.
 *
 * Returns -1 if the file does not exist, is not a regular file, or is in a procfs or sysfs. Those file systems
 * would answer according to the capabilities of this process, not the container's.
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
	/* To open some files has effects of its own, so only a file that was checked is opened for reading. */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	opened = open(link, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	close(fd);
	return opened;
}

/* Changes the ids that count for access to files. This clears the death signal, which is then set again. */
static void take_rights_to_files(uid_t uid, gid_t gid, pid_t parent)
{
	setfsgid(gid);
	setfsuid(uid);
	/* These calls do not report failure. With an invalid id they change nothing and return the current one. */
	if ((uid_t)setfsuid(NOBODY) != uid || (gid_t)setfsgid(NOBODY) != gid)
		give_up(DBG_FAILED, "cannot take the ids of the container's root to read its files");
	die_with(parent);
}

/*
 * Reads a file of the container's with the rights of the container's root.
 *
 * In a user namespace, that root is not the host's root. It can mount any file of the host that it has a path to
 * over its own file, and a process with the tool's ids can read the tool's view by /proc/PID/root. So a file that
 * the container's root cannot read itself must not be copied into the view.
 */
static ssize_t read_names_file(const struct orders *orders, const char *path, char *text, size_t size)
{
	const struct root *root = &orders->root;
	ssize_t length;
	int from;

	if (root->names_uid == NOBODY || root->names_gid == NOBODY)
		return 0;
	take_rights_to_files(root->names_uid, root->names_gid, orders->sync.parent);
	from = open_in(root->directory, path);
	length = from < 0 ? 0 : read(from, text, size);
	if (from >= 0)
		close(from);
	take_rights_to_files(0, 0, orders->sync.parent);
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
	/* The groups of the host's root must not give access to the container's files. */
	require(setgroups(0, NULL), "setgroups");
	copy_names_file(orders, "etc/resolv.conf", NAMES "/resolv.conf");
	copy_names_file(orders, "etc/hosts", NAMES "/hosts");
	require(set_mount_attributes(AT_FDCWD, NAMES, 0, MOUNT_ATTR_RDONLY), "mount_setattr " NAMES);
}
