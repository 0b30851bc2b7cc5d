/*
 * calls.h - system calls that several files make and that not every C library has a function for.
 *
 * Each returns -1 with errno if it fails.
 */
#pragma once

#include <stdint.h>

/* Nothing of a mount may be written, executed or opened as a device, mount_setattr(2). */
#define LOCKED (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)

/*
 * openat2(2). DIRECTORY is the target's root, or AT_FDCWD. Reports the failure and ends where the kernel does
 * not have this call.
 */
int open_path(int directory, const char *path, int flags, uint64_t resolve);

/* open_tree(2): a detached copy of what is mounted at DIRECTORY. FLAGS may be AT_RECURSIVE. */
int copy_mount(int directory, unsigned flags);

/* move_mount(2): attaches a detached mount to PATH below DIRECTORY, or to DIRECTORY itself if PATH is empty. */
int attach_mount(int tree, int directory, const char *path);

/* mount_setattr(2). FLAGS may be AT_RECURSIVE, or AT_EMPTY_PATH with an empty PATH. */
int set_mount_attributes(int directory, const char *path, unsigned flags, uint64_t attributes);
