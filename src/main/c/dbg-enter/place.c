/*
 * place.c - the mount that a descriptor refers to, and whether two refer to the same directory in the same mount,
 * statx(2).
 *
 * This is a file of its own because some C libraries do not have all members of the kernel's struct statx, and
 * the kernel's headers cannot be included together with the library's.
 */
#include <linux/fcntl.h>
#include <linux/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enter.h"

int is_same_place(int a, int b)
{
	struct statx one, other;

	if (syscall(SYS_statx, a, "", AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &one) < 0 ||
	    syscall(SYS_statx, b, "", AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &other) < 0)
		return -1;
	return one.stx_ino == other.stx_ino && one.stx_mnt_id == other.stx_mnt_id &&
	       one.stx_dev_major == other.stx_dev_major && one.stx_dev_minor == other.stx_dev_minor;
}

long long mount_of(int fd)
{
	struct statx status;

	return syscall(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) < 0 ? -1 : (long long)status.stx_mnt_id;
}
