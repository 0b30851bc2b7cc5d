/* calls.c - system calls that not every C library has a function for; calls.h */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "calls.h"
#include "enter.h"

int open_path(int directory, const char *path, int flags, uint64_t resolve)
{
	struct open_how how = {.flags = (unsigned)flags, .resolve = resolve};
	int opened = (int)syscall(SYS_openat2, directory, path, &how, sizeof(how));

	if (opened < 0 && errno == ENOSYS) {
		int in_target = directory != AT_FDCWD;

		fail("openat2 %s%s%s", in_target ? "/" : "", path, in_target ? " of the target" : "");
	}
	return opened;
}

int copy_mount(int directory, unsigned flags)
{
	return (int)syscall(SYS_open_tree, directory, "",
			    flags | AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
}

int attach_mount(int tree, int directory, const char *path)
{
	return (int)syscall(SYS_move_mount, tree, "", directory, path,
			    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

int set_mount_attributes(int directory, const char *path, unsigned flags, uint64_t attributes)
{
	struct mount_attr set = {.attr_set = attributes};

	return (int)syscall(SYS_mount_setattr, directory, path, flags, &set, sizeof(set));
}
