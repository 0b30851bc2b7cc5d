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

#define MOST_MASKS 64

static char *masks[MOST_MASKS];
static size_t mask_count;

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

	if (strncmp(path, "/proc/", strlen("/proc/")) != 0 || is_process(name) ||
	    !is_shown(name, strcspn(name, "/"), shown))
		return;
	if (mask_count == MOST_MASKS || !(masks[mask_count] = strdup(name)))
		give_up(DBG_FAILED, "the container has more than %d mounts below /proc, too many to hide the same: leave out mnt",
			MOST_MASKS);
	mask_count++;
}

static int take_cover(const char *path)
{
	int tree = (int)syscall(SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	require(tree, "open_tree a cover of /proc");
	if (is_on_proc(tree))
		give_up(DBG_FAILED, "%s is not covered in dbgd's own /proc", path);
	return tree;
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
	if (mask_count > 0)
		require(fchdir(proc), "fchdir /proc");
	for (size_t i = 0; i < mask_count; i++)
		cover(masks[i]);
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
