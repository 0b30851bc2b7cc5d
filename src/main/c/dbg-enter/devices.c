/*
 * devices.c - gives a tool that sees the container's files the devices null(4), zero, full, random(4), urandom and
 * tty(4). Many tools end without a word if they cannot open one of them.
 *
 * No device node of the container's can be opened: enter_files(). So a node of the host's is mounted over each node
 * of the container's that is the same device with the same permissions. What the container's directory lists stays
 * as it is, and a /dev/null that is a file, or that only root may open, is seen as that. The container's nodes are
 * looked at and never opened.
 *
 * A process of the container may reach these nodes through /proc/PID/root of the tool. They are read-only mounts,
 * so the permissions of the host's nodes cannot be changed there, and whoever can open a device can open these.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>

#include "calls.h"
#include "enter.h"

static const char *const names[DEVICES] = {"null", "zero", "full", "random", "urandom", "tty"};

/* Opens the node without opening the device, and without following a link. */
static int open_node(const char *name)
{
	char path[32];

	snprintf(path, sizeof(path), "/dev/%s", name);
	return open_path(AT_FDCWD, path, O_PATH | O_NOFOLLOW | O_CLOEXEC, RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
}

/* Copies what dbgd has mounted; -1 for a device that the host does not have. What is opened here keep_only() closes. */
void take_devices(int trees[DEVICES])
{
	for (size_t i = 0; i < DEVICES; i++) {
		int node = open_node(names[i]);

		trees[i] = node < 0 ? -1 : copy_mount(node, 0);
	}
}

static int is_same_device(int one, int other)
{
	struct stat a, b;

	return fstat(one, &a) == 0 && fstat(other, &b) == 0 && S_ISCHR(a.st_mode) && a.st_mode == b.st_mode &&
	       a.st_rdev == b.st_rdev;
}

void mount_devices(const int trees[DEVICES])
{
	for (size_t i = 0; i < DEVICES; i++) {
		int node = trees[i] < 0 ? -1 : open_node(names[i]);

		if (node >= 0 && is_same_device(node, trees[i]))
			require(attach_mount(trees[i], node, ""), "move_mount into /dev of the target");
	}
}
