/*
 * files.c - what the tool sees as /: the container's files, in a copy of its mount namespace that ends
 * with the tool; and the procfs that fits the tool's pid namespace.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "calls.h"
#include "enter.h"

/*
 * An existing directory, in no way through a link. Only that it is one is asked of a path that the
 * container owns; what is done next is done to the descriptor.
 */
static int open_directory(const char *path)
{
	return open_path(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC,
			 RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
}

int lay_over(int tree, const char *path)
{
	int directory = open_directory(path);
	int laid;

	if (directory < 0)
		return -1;
	laid = attach_mount(tree, directory, "");
	close(directory);
	return laid;
}

/* Where the box is laid: directories that every container has, the least missed first. */
static const char *const box_places[] = {"/dev/mqueue", "/dev/shm", "/dev", "/sys", "/run", "/tmp",
					 "/var",	"/mnt",	    "/opt", "/srv", "/usr", "/etc"};

static const char *lay_box(int box)
{
	for (size_t i = 0; i < COUNT(box_places); i++)
		if (lay_over(box, box_places[i]) == 0)
			return box_places[i];
	if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
		fail("move_mount into the target");
	give_up(DBG_FAILED, "the container has no directory to lay the tool over: none of /dev, /sys, ..., /etc");
}

/* A mount namespace of this process's own, from which no mount propagates. */
static void unshare_mounts(void)
{
	require(unshare(CLONE_NEWNS), "unshare CLONE_NEWNS");
	require(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount / private");
}

/*
 * Where a runtime has put the container into its root by chroot(2) and not by pivot_root(2), the mount
 * namespace's own root is more than the container sees. Then / is made of what it sees.
 */
static void take_root_of_target(int root)
{
	int mine = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int tree;

	require(mine, "open /");
	if (!is_same_place(mine, root)) {
		tree = copy_mount(root, AT_RECURSIVE);
		require(tree, "open_tree root of the target");
		unshare_mounts();
		require(attach_mount(tree, AT_FDCWD, "/"), "move_mount root of the target");
		require(fchdir(tree), "fchdir");
		require(chroot("."), "chroot");
		close(tree);
	}
	close(mine);
}

/* A procfs of the pid namespace that the tool will be in, or gives up. */
static int proc_of_pid(const struct orders *orders, int root)
{
	int proc = containers_proc(root, orders->pid_name);

	if (proc < 0)
		proc = new_proc(orders->pid);
	if (proc < 0)
		give_up(DBG_FAILED, "no /proc for the container's pid namespace: it has none of its own at /proc, and "
				    "Linux before 6.17 makes none for another namespace: leave out pid");
	return proc;
}

/*
 * The container's / becomes /, in a copy of its mount namespace that ends with the tool. Read-only:
 * the container is not touched. NOEXEC: not a byte of it can be mapped as code, no planted
 * ld.so.preload or libnss runs. NODEV: a device node that the container's device cgroup would not let
 * it open does not open here. Nothing is created: the box is laid over a directory that is there.
 *
 * /proc is that of the tool's pid namespace. What it links to, as /proc/PID/root, is out of the tool's
 * reach: require_no_way_out().
 *
 * Answers where the box is.
 */
const char *enter_files(const struct orders *orders)
{
	join(orders->mounts, CLONE_NEWNS, "mnt");
	take_root_of_target(orders->root);
	unshare_mounts();
	require(set_mount_attributes(AT_FDCWD, "/", AT_RECURSIVE, LOCKED), "mount_setattr / of the target");
	if (orders->pid >= 0) {
		int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

		require(root, "open /");
		/* A container without a directory /proc keeps none. */
		lay_over(proc_of_pid(orders, root), "/proc");
		return lay_box(orders->box);
	}
	lay_over(orders->proc, "/proc");
	return lay_box(orders->box);
}

/*
 * Into the view that dbgd made, the procfs of the container's pid namespace. A mount can only be
 * cloned from within its namespace, so the container's is joined for a moment, and nothing is done there.
 */
void lay_proc_of_pid(const struct orders *orders)
{
	int view = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	int proc;

	require(view, "open /proc/self/ns/mnt");
	join(orders->mounts, CLONE_NEWNS, "mnt");
	proc = proc_of_pid(orders, orders->root);
	require(setns(view, CLONE_NEWNS), "setns mnt of the view");
	require(lay_over(proc, "/proc"), "move_mount /proc");
	close(view);
	close(proc);
}
