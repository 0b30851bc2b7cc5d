/*
 * mounts.c - the container's / for a tool on a kernel without Landlock: clones of the container's mounts, each looked at
 * by its descriptor, none of them a procfs. own_pid.c
 *
 * A copy of the whole mount namespace would also have a procfs that no list shows: mountinfo leaves out a mount whose
 * place was renamed out of the directory that is mounted. Renamed back, it would be there again. So each mount is cloned
 * without those below it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "calls.h"
#include "enter.h"

#define MOST_MOUNTS 256

struct clones {
	size_t count;
	struct clone {
		int tree; /* a detached mount */
		char *path;
	} all[MOST_MOUNTS];
};

/* The place may be a file. No part of its path is a link in proc_pid_mountinfo(5): then it has been replaced. */
static int open_place(const char *path)
{
	int place = open_path(AT_FDCWD, path, O_PATH | O_NOFOLLOW | O_CLOEXEC,
			      RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);

	if (place < 0 && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
		fail("openat2 %s of the target", path);
	return place;
}

static int clone_alone(int place, const char *path)
{
	int tree = copy_mount(place, 0);

	if (tree < 0 && errno == EINVAL)
		give_up(DBG_FAILED, "this kernel has no Landlock, and %.500s of the container cannot be mounted without what is "
				    "mounted below it: leave out mnt", path);
	require(tree, "open_tree a mount of the target");
	return tree;
}

int is_below(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	return strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* The list has the order in which the mounts were made, not attached: a mount comes before those that are below it. */
static void add(struct clones *clones, int tree, const char *path)
{
	struct clone *at = clones->all, *end = at + clones->count;

	if (clones->count == MOST_MOUNTS)
		give_up(DBG_FAILED, "the container has more than %d mounts, too many for a kernel without Landlock: leave out mnt",
			MOST_MOUNTS);
	while (at < end && !is_below(at->path, path))
		at++;
	memmove(at + 1, at, (size_t)(end - at) * sizeof(*at));
	*at = (struct clone){.tree = tree, .path = strdup(path)};
	if (!at->path)
		give_up(DBG_FAILED, "out of memory");
	clones->count++;
}

/* Replaces each \ooo by the byte that it stands for. */
static void decode(char *path)
{
	char *to = path;

	for (; *path; path++)
		if (path[0] == '\\' && path[1] && path[2] && path[3]) {
			*to++ = (char)((path[1] - '0') << 6 | (path[2] - '0') << 3 | (path[3] - '0'));
			path += 3;
		} else {
			*to++ = *path;
		}
	*to = '\0';
}

/* The path of a mount in a line of mountinfo, its type, and what of its file system is its root. */
static char *path_of(char *line, const char **type, const char **root)
{
	char *path = line;

	*type = strstr(line, " - ");
	for (int field = 0; path && field < 4; field++) {
		*root = path + 1;
		path = strchr(*root, ' ');
	}
	if (!*type || !path)
		give_up(DBG_FAILED, "/proc/self/mountinfo has a line of another form");
	*type += 3;
	*path++ = '\0';
	path[strcspn(path, " ")] = '\0';
	decode(path);
	return path;
}

/* Whether a line of mountinfo is of a place's mount. A file system of FUSE for its user alone does not say. */
static int is_listed(int place, const char *line)
{
	long long mount = mount_of(place);

	return mount < 0 || mount == strtoll(line, NULL, 10);
}

/* Notes a mount of the kernel's objects for cover_systems(), unless another is mounted over it. */
static void note_listed(const char *line, const char *path)
{
	int place = open_place(path);

	if (place >= 0 && is_listed(place, line))
		note_system(path);
	close(place);
}

/*
 * Clones what a line of mountinfo is of, unless it is covered, or has been moved or replaced meanwhile. What is at /proc
 * is covered by the tool's own procfs.
 */
static void clone_listed(struct clones *clones, const char *line, const char *path, const char *type)
{
	int place;

	if (strcmp(path, "/") == 0 || is_below(path, "/proc"))
		return;
	if (strncmp(type, "proc ", 5) == 0)
		refuse_second_proc();
	place = open_place(path);
	if (place < 0)
		return;
	if (is_listed(place, line) && !is_on_proc(place))
		add(clones, clone_alone(place, path), path);
	close(place);
}

/* Reads the list of mounts of this process: notes what is to be covered, and clones all if CLONES is given. */
static void read_list(struct clones *clones, int self, const char *shown)
{
	int file = openat(self, "mountinfo", O_RDONLY | O_CLOEXEC);
	FILE *mounts = file < 0 ? NULL : fdopen(file, "r");
	char *line = NULL;
	size_t room = 0;

	if (!mounts)
		fail("open /proc/self/mountinfo");
	while (getline(&line, &room, mounts) > 0) {
		const char *type, *root, *path = path_of(line, &type, &root);

		if (is_mask(type, root))
			note_mask(path, shown);
		if (is_system(type, root))
			note_listed(line, path);
		if (clones)
			clone_listed(clones, line, path, type);
	}
	if (ferror(mounts))
		fail("read /proc/self/mountinfo");
	free(line);
	fclose(mounts);
}

void note_masks(const struct orders *orders, int self)
{
	read_list(NULL, self, orders->root.shown);
}

/*
 * A clone of a shared mount is shared too: what is mounted there in the container is mounted in the clone as well,
 * mount_namespaces(7). So here, in a mount namespace of this process's own, the clone is made private, and cloned once
 * more without what came to it.
 */
static int severed(int tree, const char *path)
{
	const char *place = "/proc";
	int again;

	/* A directory, or a file. */
	if (attach_mount(tree, AT_FDCWD, place) < 0)
		require(attach_mount(tree, AT_FDCWD, place = "/dev/null"), "move_mount a mount of the target");
	require(mount(NULL, place, NULL, MS_REC | MS_PRIVATE, NULL), "mount private");
	again = clone_alone(tree, path);
	require(umount2(place, MNT_DETACH), "umount2");
	close(tree);
	return again;
}

/*
 * The clones are made in the container's mount namespace and attached in another: nothing of the container's can be
 * mounted there. A place that is missing has been renamed meanwhile.
 */
void take_mounts(const struct orders *orders, int self)
{
	static struct clones clones;
	int view = openat(self, "ns/mnt", O_RDONLY | O_CLOEXEC);
	int root;

	require(view, "open /proc/self/ns/mnt");
	join(orders->namespaces.mounts, CLONE_NEWNS, "mnt");
	require_in_namespace(orders->root.directory, self);
	require(fchdir(orders->root.directory), "fchdir");
	require(chroot("."), "chroot");
	require_no_proc(orders->root.directory);
	root = clone_alone(orders->root.directory, "/");
	read_list(&clones, self, orders->root.shown);
	require(setns(view, CLONE_NEWNS), "setns mnt of dbgd");
	close(view);
	unshare_mounts();
	root = severed(root, "/");
	for (size_t i = 0; i < clones.count; i++)
		clones.all[i].tree = severed(clones.all[i].tree, clones.all[i].path);
	take_root(root);
	for (size_t i = 0; i < clones.count; i++) {
		int place = open_place(clones.all[i].path);

		if (place >= 0) {
			require(attach_mount(clones.all[i].tree, place, ""), "move_mount into the target");
			close(place);
		}
		close(clones.all[i].tree);
		free(clones.all[i].path);
	}
}
