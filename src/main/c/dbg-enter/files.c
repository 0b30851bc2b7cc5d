/*
 * files.c - makes what the tool sees as / where this is the container's files: a copy of the container's mount
 * namespace, which ends with the tool. Also mounts the procfs of the tool's pid namespace.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "calls.h"
#include "enter.h"

/*
 * Opens a directory without following any link, or returns -1. The container controls the path, so it is
 * resolved only once; all further steps use the descriptor.
 */
int open_directory(const char *path)
{
	return open_path(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC,
			 RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
}

/* Mounts TREE over an existing directory. Returns -1 with errno if there is no such directory. */
int mount_over(int tree, const char *path)
{
	int directory = open_directory(path);
	int result;

	if (directory < 0)
		return -1;
	result = attach_mount(tree, directory, "");
	close(directory);
	return result;
}

/* Directories over which the bundle can be mounted. Those that a tool is least likely to need come first. */
static const char *const bundle_places[] = {"/dev/mqueue", "/dev/shm", "/dev", "/sys", "/run", "/tmp",
					 "/var",	"/mnt",	    "/opt", "/srv", "/usr", "/etc"};

/*
 * Of these, the first ones come into question for files of what does not run: who made an image could leave out the others,
 * and the tool would cover what its operator looks for.
 */
#define PLACES_IN_LAYERS 6

/* PLACES is how many of the places come into question. */
static const char *mount_bundle(int bundle, size_t places)
{
	for (size_t i = 0; i < places; i++)
		if (mount_over(bundle, bundle_places[i]) == 0)
			return bundle_places[i];
	if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
		fail("move_mount into the target");
	give_up(DBG_FAILED, "the container has no directory over which dbg can mount the tool, such as /dev or /sys");
}

/* A mount namespace of this process's own, from which no mount propagates. */
void unshare_mounts(void)
{
	require(unshare(CLONE_NEWNS), "unshare CLONE_NEWNS");
	require(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount / private");
}

/*
 * A FUSE file system that was mounted in a user namespace is at most, with allow_other, mount.fuse3(8), for who is in
 * there; root of the host is not, and may ask for nothing but its type.
 */
static _Noreturn void cannot_look(int root)
{
	struct statfs seen;
	int error = errno;

	if (error == EACCES && fstatfs(root, &seen) == 0 && seen.f_type == FUSE_SUPER_MAGIC)
		give_up(DBG_FAILED, "the container's root is FUSE for its user alone, like fuse-overlayfs: leave out mnt, or "
				    "have that Podman use the kernel's overlay, without mount_program in storage.conf");
	errno = error;
	fail("statx");
}

static void enter_as_root(int directory)
{
	require(fchdir(directory), "fchdir");
	require(chroot("."), "chroot");
}

/* Makes a detached mount the root; to be called in a mount namespace of this process's own. */
void take_root(int tree)
{
	require(attach_mount(tree, AT_FDCWD, "/"), "move_mount root of the target");
	enter_as_root(tree);
	close(tree);
}

/*
 * The container chooses its root directory, and dbgd has looked whose mounts are in its mount namespace. Another's may have
 * come to it by a descriptor: since Linux 6.15 open_tree(2) also copies what is in no namespace, whoever made it. To be called
 * where the root of that namespace is the root.
 */
void require_in_namespace(int root, int self)
{
	int mine = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char *line = listed_mount(root, self);

	require(mine, "open /");
	if (!line) {
		/* A mount over which another has been laid is in the list of who has it as the root. */
		enter_as_root(root);
		line = listed_mount(root, self);
		enter_as_root(mine);
	}
	close(mine);
	if (!line)
		give_up(DBG_FAILED, "the container's root directory is not in its mount namespace, so dbg cannot tell who has "
				    "mounted what is there: leave out mnt");
	free(line);
}

/*
 * A runtime may have used chroot(2), not pivot_root(2), for the container. The root of the mount namespace then
 * shows more than the container sees. This makes the container's root directory the root.
 */
static void take_root_of_target(int root, int self)
{
	int mine = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int tree, same;

	require(mine, "open /");
	same = is_same_place(mine, root);
	if (same < 0)
		cannot_look(root);
	if (!same) {
		require_in_namespace(root, self);
		tree = copy_mount(root, AT_RECURSIVE);
		require(tree, "open_tree root of the target");
		unshare_mounts();
		take_root(tree);
	}
	close(mine);
}

/*
 * Shows the container's mounts as they are to mount(8), findmnt(8) and df(1), which read the list of their own process.
 * PROC, where it has been mounted, has this process by its number on the host.
 */
static void show_mounts(int proc, int list, const char *path)
{
	int file;

	if (list < 0)
		return;
	file = openat(proc, path, O_PATH | O_CLOEXEC);
	require(file, path);
	require(attach_mount(list, file, ""), "move_mount the container's list of mounts");
	close(file);
}

/*
 * The root of a container that does not run. Its paths are the container's, and are resolved below its root as the
 * runtime does. Where a directory is missing, the container would not have had the volume before its next start either.
 */
static void take_layers(const struct root *root)
{
	unshare_mounts();
	take_root(root->layers);
	for (size_t i = 0; i < root->volume_count; i++) {
		const struct volume *volume = &root->volumes[i];
		int at = open_path(AT_FDCWD, volume->destination, O_PATH | O_CLOEXEC,
				   RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);

		if (at < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
			continue;
		require(at, "open a volume's place in the target");
		require(attach_mount(volume->tree, at, ""), "move_mount a volume into the target");
		close(at);
	}
}

/* Each of these is a clone of one mount, without others below it: LayeredRoot.java. */
static void require_no_procs(const struct root *root)
{
	require_no_proc(root->layers);
	for (size_t i = 0; i < root->volume_count; i++)
		require_no_proc(root->volumes[i].tree);
}

/*
 * A copy of the container's procfs, for a kernel that makes no new one; to be called in the container's mounts. Gives up
 * if there is none.
 */
static int copied_proc(const struct orders *orders, int root, int self)
{
	int proc = containers_proc(root, orders->namespaces.pid_name, self,
				   sees_all_processes(orders->identity.capabilities));

	if (proc < 0)
		give_up(DBG_FAILED, "no /proc for the container's pid namespace: the container has none of its own at "
				    "/proc, and Linux before 6.17 cannot make one from outside: leave out pid");
	return proc;
}

/*
 * The container's / becomes /, in a copy of its mount namespace, or of its layers, that ends with the tool. Its mounts
 * become:
 * - read-only, so the tool cannot change the container;
 * - NOEXEC, so no file of the container can be mapped as code: a planted ld.so.preload or libnss does not run;
 * - NODEV, so the tool cannot open a device that the container's device cgroup would deny. It gets a few harmless
 *   ones of the host's: devices.c.
 * Nothing is created in the container: the bundle is mounted over an existing directory.
 *
 * /proc is that of the tool's pid namespace. The tool cannot follow its links, such as /proc/PID/root, to other
 * files: close_ways_out(). LIFE hangs up when the relay ends.
 *
 * Returns the path of the bundle.
 */
const char *enter_files(const struct orders *orders, int life)
{
	const struct namespaces *namespaces = &orders->namespaces;
	int devices[DEVICES], self = own_directory(), empty_sys = take_cover("/covers/sys");
	struct covers covers = {-1, -1};

	take_devices(devices);
	if (namespaces->pid >= 0 || namespaces->own_pid)
		covers = take_covers();
	if (orders->root.layers >= 0) {
		if (namespaces->own_pid)
			require_no_procs(&orders->root);
		take_layers(&orders->root);
	} else if (namespaces->own_pid) {
		if (mount_of(orders->root.directory) < 0)
			cannot_look(orders->root.directory);
		take_mounts(orders, self);
	} else {
		join(namespaces->mounts, CLONE_NEWNS, "mnt");
		take_root_of_target(orders->root.directory, self);
		note_masks(orders, self);
		unshare_mounts();
	}
	require(set_mount_attributes(AT_FDCWD, "/", AT_RECURSIVE, LOCKED), "mount_setattr / of the target");
	cover_systems(empty_sys);
	mount_devices(devices);
	if (namespaces->pid >= 0) {
		int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		/*
		 * In a mount namespace that dbg made: in one of another user namespace the kernel makes a procfs only
		 * if no part of the one that is there is covered.
		 */
		int proc = new_proc(namespaces->pid);

		require(root, "open /");
		/* The tool would follow a link to a procfs whose options, or files whose names, the owner chose. */
		if (proc < 0)
			proc = copied_proc(orders, root, self);
		if (mount_over(proc, "/proc") < 0)
			give_up(DBG_FAILED, "the container has no directory /proc, where a tool looks for processes: leave "
					    "out pid");
		cover_proc(proc, &covers, orders->root.shown);
	} else if (namespaces->own_pid) {
		make_own_pid_namespace(&covers, orders->root.shown, life);
	} else if (mount_over(orders->root.proc, "/proc") == 0) {
		cover_masks(orders->root.proc);
		show_mounts(orders->root.proc, orders->root.mountinfo, "self/mountinfo");
		show_mounts(orders->root.proc, orders->root.mounts, "self/mounts");
	}
	return mount_bundle(orders->root.bundle, orders->root.layers < 0 ? COUNT(bundle_places) : PLACES_IN_LAYERS);
}

/*
 * The same where the tool does not see the container's files. A mount can only be copied from within its mount
 * namespace. So this process joins the container's, makes the copy, does nothing else there, and returns to the view.
 */
static int proc_for_view(const struct orders *orders)
{
	int proc = new_proc(orders->namespaces.pid);
	int view, self;

	if (proc >= 0)
		return proc;
	view = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	require(view, "open /proc/self/ns/mnt");
	self = own_directory();
	join(orders->namespaces.mounts, CLONE_NEWNS, "mnt");
	proc = copied_proc(orders, orders->root.directory, self);
	require(setns(view, CLONE_NEWNS), "setns mnt of the view");
	close(view);
	close(self);
	return proc;
}

/* Mounts the procfs of the container's pid namespace in the view that dbgd has made. */
void mount_proc_of_pid(const struct orders *orders)
{
	struct covers covers = take_covers();
	int proc = proc_for_view(orders);

	/* Or the host's would be below it. */
	require(umount2("/proc", MNT_DETACH), "umount2 /proc");
	require(mount_over(proc, "/proc"), "move_mount /proc");
	cover_proc(proc, &covers, orders->root.shown);
	close(proc);
}
