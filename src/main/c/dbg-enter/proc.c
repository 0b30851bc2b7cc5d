/*
 * proc.c - gets a procfs of the container's pid namespace, proc(5), detached and read-only.
 *
 * A process in that namespace could mount one. But that process would have the capability to mount, and the
 * container's root could take it over. So a new one is made from outside, which needs Linux 6.17. Before, the
 * container's own is copied, which nearly every container has. The container's root chose the options of that one,
 * and hidepid= hides processes from a tool that may not trace them: ps would show none, and say nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "calls.h"
#include "enter.h"

/* The kernel's PROC_ROOT_INO: the root of a procfs has this inode number, and no other directory of it. */
#define INODE_OF_ROOT 1

/* A file system that has ended, such as one of FUSE, does not answer. A procfs always does. */
int is_on_proc(int fd)
{
	struct statfs system;

	if (fstatfs(fd, &system) == 0)
		return system.f_type == PROC_SUPER_MAGIC;
	if (errno == EACCES || errno == EPERM)
		fail("fstatfs");
	return 0;
}

/* Not left out: an empty directory would be an answer too. */
_Noreturn void refuse_second_proc(void)
{
	give_up(DBG_FAILED, "the container has more than one procfs mounted, and this kernel has no Landlock to keep a tool "
			    "from following their links: leave out mnt");
}

void require_no_proc(int fd)
{
	if (is_on_proc(fd))
		refuse_second_proc();
}

/*
 * Whether a directory is the root of a procfs of that pid namespace. The container's root may have mounted
 * something else at /proc: another file system, a directory of a procfs, a procfs of other processes.
 */
static int is_proc_of(int directory, const char *pid_name)
{
	struct stat status;
	char name[64];
	ssize_t length;

	if (!is_on_proc(directory) || fstat(directory, &status) < 0 || status.st_ino != INODE_OF_ROOT)
		return 0;
	length = readlinkat(directory, "1/ns/pid", name, sizeof(name));
	return length > 0 && (size_t)length == strlen(pid_name) && memcmp(name, pid_name, (size_t)length) == 0;
}

/*
 * The line of a file's mount in proc_pid_mountinfo(5), to be freed; NULL if the mount is not in this process's mount
 * namespace, or not below its root. SELF is the directory of this process in the host's procfs.
 */
char *listed_mount(int fd, int self)
{
	long long mount = mount_of(fd);
	int file = openat(self, "mountinfo", O_RDONLY | O_CLOEXEC), found = 0;
	FILE *mounts = file < 0 ? NULL : fdopen(file, "r");
	char *line = NULL;
	size_t room = 0;

	if (!mounts)
		fail("open /proc/self/mountinfo");
	while (!found && getline(&line, &room, mounts) > 0)
		found = strtoll(line, NULL, 10) == mount;
	fclose(mounts);
	if (found)
		return line;
	free(line);
	return NULL;
}

/* Whether that procfs has the option hidepid=, which is the last word of its line. */
static int hides_processes(int directory, int self)
{
	char *line = listed_mount(directory, self);
	int hides = !line || strstr(strrchr(line, ' '), "hidepid=");

	free(line);
	return hides;
}

/* The directory of this process in the host's procfs, to be opened before the container's mounts are joined. */
int own_directory(void)
{
	int self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);

	require(self, "open /proc/self");
	return self;
}

/*
 * Copies the container's own procfs without the mounts below it. -1 if /proc is not such a procfs. ALL says that the
 * tool sees processes that are hidden.
 */
int containers_proc(int root, const char *pid_name, int self, int all)
{
	int directory = open_path(root, "proc", O_PATH | O_DIRECTORY | O_CLOEXEC,
				  RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
	int tree;

	if (directory < 0)
		return -1;
	tree = is_proc_of(directory, pid_name) ? copy_mount(directory, 0) : -1;
	if (tree >= 0 && !all && hides_processes(directory, self))
		give_up(DBG_FAILED, "the container's /proc has hidepid, which hides processes from this tool, and Linux before "
				    "6.17 cannot make another: leave out pid");
	close(directory);
	if (tree >= 0)
		require(set_mount_attributes(tree, "", AT_EMPTY_PATH, LOCKED), "mount_setattr /proc of the target");
	return tree;
}

/*
 * Makes a new procfs: of that pid namespace, or, for -1, of the one that this process is in. The latter hides processes
 * that its reader may not trace, as in the view. -1 if this kernel cannot.
 */
int new_proc(int pid)
{
	int context = (int)syscall(SYS_fsopen, "proc", FSOPEN_CLOEXEC);
	int tree = -1;
	long set;

	if (context < 0)
		return -1;
	set = pid >= 0 ? syscall(SYS_fsconfig, context, FSCONFIG_SET_FD, "pidns", NULL, pid)
		       : syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "hidepid", "ptraceable", 0);
	if (set == 0 &&
	    syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		tree = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, LOCKED);
	close(context);
	return tree;
}
