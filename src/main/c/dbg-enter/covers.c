/*
 * covers.c - hides what root in the container does not see of a procfs: all entries of its root but those of an allowlist,
 * and what the container's own /proc has masked below these. Covers.java does the former for the procfs of dbgd's own.
 *
 * The tool reads with the rights of the host's root, of whom keys(7) and timers show more than to anybody in a container.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "calls.h"
#include "enter.h"

/* Two entries that each procfs has, and that are always covered: the covers are taken from there. */
#define DIRECTORY "fs"
#define PLAIN_FILE "interrupts"

/*
 * What a tool sees of a sysfs of the container's: Covers.java makes directories of these names. Root reads elsewhere what
 * nobody else reads, and changes the host by that: each read of class/zram-control/hot_add makes a device.
 */
static const char *const shown_of_sys[] = {"class/net", "devices/virtual/net", "fs/cgroup",
					   "kernel/mm/transparent_hugepage"};

#define MOST_MASKS 64

static struct paths {
	size_t count;
	char *all[MOST_MASKS];
} masks, systems;

static void note(struct paths *paths, const char *path)
{
	if (paths->count == MOST_MASKS || !(paths->all[paths->count] = strdup(path)))
		give_up(DBG_FAILED, "the container has more than %d mounts below /proc or of /sys, too many to hide: leave out mnt",
			MOST_MASKS);
	paths->count++;
}

static int is_shown(const char *name, size_t length, const char *shown)
{
	for (const char *word = shown; word; word = strchr(word, ',')) {
		word += *word == ',';
		if (strncmp(word, name, length) == 0 && (word[length] == ',' || !word[length]))
			return 1;
	}
	return 0;
}

static int is_process(const char *name)
{
	return (*name >= '0' && *name <= '9') || strncmp(name, "self/", 5) == 0 || strncmp(name, "thread-self/", 12) == 0;
}

/*
 * Whether that is how runtimes hide: null(4), an empty file system, or an empty directory. A mount of procfs hides nothing, and
 * in place of another file, such as one of lxcfs, the kernel's own is shown: CoveredFiles.java.
 */
int is_mask(const char *type, const char *root)
{
	const char *name = strrchr(root, '/');

	return strncmp(type, "proc ", 5) != 0 && strncmp(type, "fuse", 4) != 0 && name &&
	       (strcmp(root, "/") == 0 || strcmp(name, "/null") == 0 || strcmp(name, "/.empty-directory") == 0);
}

/* Notes a mask of the container's below /proc. Its root may have made it, so it only ever hides. */
void note_mask(const char *path, const char *shown)
{
	const char *name = path + strlen("/proc/");

	if (strncmp(path, "/proc/", strlen("/proc/")) == 0 && !is_process(name) &&
	    is_shown(name, strcspn(name, "/"), shown))
		note(&masks, name);
}

/* Whether a tool sees nothing but the above of such a mount: one of the kernel's objects, or of what debugs the kernel. */
int is_system(const char *type, const char *root)
{
	if (strncmp(type, "sysfs ", 6) != 0 && strncmp(type, "debugfs ", 8) != 0 && strncmp(type, "tracefs ", 8) != 0)
		return 0;
	for (size_t i = 0; i < COUNT(shown_of_sys); i++)
		if (is_below(root + 1, shown_of_sys[i]))
			return 0;
	return 1;
}

void note_system(const char *path)
{
	note(&systems, path);
}

int take_cover(const char *path)
{
	int tree = (int)syscall(SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	require(tree, "open_tree a cover");
	if (is_on_proc(tree))
		give_up(DBG_FAILED, "%s is not covered in dbgd's own /proc", path);
	return tree;
}

/* Lays EMPTY, which has only directories, over a system, and over these what is shown. execve(2) closes what is opened. */
static void cover_system(int system, int empty)
{
	int trees[COUNT(shown_of_sys)];

	for (size_t i = 0; i < COUNT(trees); i++) {
		int part = open_path(system, shown_of_sys[i], O_PATH | O_DIRECTORY | O_CLOEXEC,
				     RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);

		trees[i] = part < 0 ? -1 : copy_mount(part, AT_RECURSIVE);
		if (part >= 0)
			require(trees[i], "open_tree a part of /sys");
	}
	require(attach_mount(empty, system, ""), "move_mount a cover of /sys");
	for (size_t i = 0; i < COUNT(trees); i++)
		if (trees[i] >= 0)
			require(attach_mount(trees[i], empty, shown_of_sys[i]), "move_mount a part of /sys");
}

/* To be called in the tool's copy of the container's mounts. What is not there any more has been covered with what is above. */
void cover_systems(int empty)
{
	for (size_t i = 0; i < systems.count; i++) {
		int system = open_directory(systems.all[i]);

		if (system >= 0) {
			cover_system(system, empty);
			/* Of a detached mount there would be no copy. */
			if (i + 1 < systems.count)
				require(empty = copy_mount(empty, 0), "open_tree a cover of /sys");
		} else if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) {
			fail("openat2 %.500s of the target", systems.all[i]);
		}
	}
}

/* To be called where dbgd's own procfs is at /proc. */
struct covers take_covers(void)
{
	return (struct covers){.directory = take_cover("/proc/" DIRECTORY), .file = take_cover("/proc/" PLAIN_FILE)};
}

/* In the working directory, which has the covers. What is not there needs none. */
static void cover(const char *path)
{
	if (mount(DIRECTORY, path, NULL, MS_BIND, NULL) < 0 &&
	    (errno != ENOTDIR || mount(PLAIN_FILE, path, NULL, MS_BIND, NULL) < 0) && errno != ENOENT && errno != ENOTDIR)
		fail("mount over %.500s of /proc", path);
}

/* Of PROC, a procfs that has been attached and whose root is covered: covers what is noted. */
void cover_masks(int proc)
{
	if (masks.count > 0)
		require(fchdir(proc), "fchdir /proc");
	for (size_t i = 0; i < masks.count; i++)
		cover(masks.all[i]);
}

/* Of PROC, a new procfs that has been attached. The kernel lists its own entries first, then self, then processes. */
void cover_proc(int proc, const struct covers *covers, const char *shown)
{
	struct dirent *entry;
	DIR *root;

	require(fchdir(proc), "fchdir /proc");
	require(attach_mount(covers->directory, AT_FDCWD, DIRECTORY), "move_mount a cover of /proc");
	require(attach_mount(covers->file, AT_FDCWD, PLAIN_FILE), "move_mount a cover of /proc");
	root = opendir(".");
	if (!root)
		fail("open /proc");
	while ((errno = 0, entry = readdir(root)) && strcmp(entry->d_name, "self") != 0)
		if (entry->d_name[0] != '.' && entry->d_type != DT_LNK && strcmp(entry->d_name, DIRECTORY) != 0 &&
		    strcmp(entry->d_name, PLAIN_FILE) != 0 && !is_shown(entry->d_name, strlen(entry->d_name), shown))
			require(mount(entry->d_type == DT_DIR ? DIRECTORY : PLAIN_FILE, entry->d_name, NULL, MS_BIND, NULL),
				"mount over an entry of /proc");
	if (errno)
		fail("read /proc");
	closedir(root);
	close(covers->directory);
	close(covers->file);
	cover_masks(proc);
}
