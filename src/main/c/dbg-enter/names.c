/*
 * names.c - copies the container's resolv.conf and hosts into the tool's view, so that names resolve as in the
 * container. With nsenter(1) they resolve as on the host, a common mistake.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/securebits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls.h"
#include "enter.h"

/* Where dbgd has mounted a tmpfs. In the view, /etc/resolv.conf and /etc/hosts are links into it. */
#define NAMES "/run/names"

static const struct {
	const char *from, *to;
} files[] = {{"etc/resolv.conf", NAMES "/resolv.conf"}, {"etc/hosts", NAMES "/hosts"}};

#define LARGEST_NAMES_FILE (64 * 1024)

/* What has been read of one of these, and one byte more if there is more; or the errno, 0 if there is no such file. */
struct copied {
	int error;
	size_t length;
	char text[LARGEST_NAMES_FILE + 1];
};

/*
 * Opens a file of the container's as if the container's root were /: no link leads out of it, absolute or with
 * dots, and no magic link is followed.
 *
 * Returns -1 with an errno, ENOENT also if the file is not a regular file, or is in a procfs or sysfs. Those file
 * systems would answer according to the capabilities of this process, not the container's.
 */
static int open_in(int root, const char *path)
{
	char link[sizeof("/proc/self/fd/") + 3 * sizeof(int)];
	struct stat status;
	struct statfs system;
	int opened, seen, error;
	int fd = open_path(root, path, O_PATH | O_CLOEXEC, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);

	if (fd < 0)
		return -1;
	seen = fstat(fd, &status) == 0 && fstatfs(fd, &system) == 0;
	error = seen ? ENOENT : errno;
	if (!seen || !S_ISREG(status.st_mode) || system.f_type == PROC_SUPER_MAGIC || system.f_type == SYSFS_MAGIC) {
		close(fd);
		errno = error;
		return -1;
	}
	/* To open some files has effects of its own, so only a file that was checked is opened for reading. */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	opened = open(link, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	close(fd);
	return opened;
}

static void read_files(int root, struct copied *copies)
{
	for (size_t i = 0; i < COUNT(files); i++) {
		int from = open_in(root, files[i].from);
		ssize_t length = from < 0 ? -1 : read(from, copies[i].text, sizeof(copies[i].text));

		copies[i].error = length >= 0 || errno == ENOENT || errno == ENOTDIR ? 0 : errno;
		copies[i].length = length < 0 ? 0 : (size_t)length;
		if (from >= 0)
			close(from);
	}
}

/*
 * The container's root, or who its first process is, without any capability. This process cannot become that and return,
 * and a part of its ids would not do: FUSE asks for all of them, and others for the effective one or for the user namespace.
 *
 * That user of the host may end and stop this process. They take nothing from it, since it is not dumpable.
 */
static void become_reader(const struct root *root, pid_t parent)
{
	int user = root->names_user;
	uid_t uid = user < 0 ? root->names_uid : 0;
	gid_t gid = user < 0 ? root->names_gid : 0;

	keep_only((int[]){root->directory, user}, 2);
	report = -1;
	if (user >= 0)
		require(setns(user, CLONE_NEWUSER), "setns user of the target");
	/* Another user than root could not drop them any more. */
	require(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP), "PR_SET_SECUREBITS");
	require(setresgid(gid, gid, gid), "setresgid to who reads the container's names");
	require(setresuid(uid, uid, uid), "setresuid to who reads the container's names");
	require(prctl(PR_SET_DUMPABLE, 0), "PR_SET_DUMPABLE");
	drop_all_privileges();
	die_with(parent);
}

/*
 * Reads the files with rights of the container's, in a child.
 *
 * In a user namespace, its root is not the host's root. It can mount any file of the host that it has a path to
 * over its own file, and a process with the tool's ids can read the tool's view by /proc/PID/root. So a file that
 * the container's root cannot read itself must not be copied into the view. And who mounted the container's root may
 * have it answer nobody outside of that user namespace, like fuse-overlayfs(1).
 *
 * In the host's user namespace root is nobody of the container's, unless it runs as that: who runs there, and may
 * chroot(2), has for its root what somebody else has mounted.
 */
static struct copied *read_as_container(const struct root *root)
{
	struct copied *copies = mmap(NULL, COUNT(files) * sizeof(*copies), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t self = getpid(), child;

	if (copies == MAP_FAILED)
		fail("mmap");
	for (size_t i = 0; i < COUNT(files); i++)
		copies[i].error = EINTR;
	child = fork();
	require(child, "fork");
	if (child == 0) {
		become_reader(root, self);
		read_files(root->directory, copies);
		_exit(0);
	}
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		continue;
	return copies;
}

/* What dbg-enter says here comes before the tool's own words. */
static size_t told_length(const struct copied *copied, const char *path)
{
	const char *end;

	if (copied->error)
		fprintf(stderr, "dbg: the container's /%s could not be read: %s: names resolve as without it\n", path,
			strerror(copied->error));
	if (copied->error || copied->length <= LARGEST_NAMES_FILE)
		return copied->error ? 0 : copied->length;
	fprintf(stderr, "dbg: the container's /%s has more than 64 KiB: names resolve as without the rest of it: a tool "
			"with mnt reads all\n", path);
	end = memrchr(copied->text, '\n', LARGEST_NAMES_FILE);
	return end ? (size_t)(end - copied->text) + 1 : 0;
}

static void write_copy(const char *text, size_t length, const char *to)
{
	int into = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0444);

	if (into < 0)
		fail("open %s", to);
	while (length > 0) {
		ssize_t written = write(into, text, length);

		if (written < 0)
			fail("write %s", to);
		text += written;
		length -= (size_t)written;
	}
	close(into);
}

void copy_names(const struct orders *orders)
{
	static struct copied own[COUNT(files)];
	const struct root *root = &orders->root;
	const struct copied *copies = own;

	/* The groups of the host's root must not give access to the container's files. */
	require(setgroups(0, NULL), "setgroups");
	if (root->names_uid == 0 && root->names_gid == 0)
		read_files(root->directory, own);
	else if (root->names_uid != NOBODY && root->names_gid != NOBODY)
		copies = read_as_container(root);
	for (size_t i = 0; i < COUNT(files); i++)
		write_copy(copies[i].text, told_length(&copies[i], files[i].from), files[i].to);
	require(set_mount_attributes(AT_FDCWD, NAMES, 0, MOUNT_ATTR_RDONLY), "mount_setattr " NAMES);
}
