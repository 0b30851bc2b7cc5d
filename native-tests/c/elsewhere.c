/*
 * elsewhere UID HOW - two who work together: a user of the host, and one that dbg takes for a container of root's. UID is
 * both's id on the host. The user mounts the host's /etc where nobody is, in no mount namespace, and hands that on by a
 * Unix socket. The other makes it its own, prints `ready` and waits; it is this process itself, in a mount namespace of root's.
 *
 *   own       it makes a user namespace, stays in root's mounts, and makes what it got its root directory
 *   given     it is in a user and a mount namespace that root made for it, and does the same
 *   mounted   it is there, may mount, and mounts what it got below a root directory of its own
 *   service   it makes no namespace, may chroot(2), and makes what it got its root directory
 *
 * The host's shadow is at /var/log/shadow then, or at /tmp/var/log/shadow where it is mounted, and at /etc/hosts. Neither
 * may read it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

union rights {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

static int check(long result, const char *what)
{
	if (result < 0) {
		perror(what);
		_exit(1);
	}
	return (int)result;
}

static void put(pid_t process, const char *name, const char *text)
{
	char file[64];
	int fd;

	snprintf(file, sizeof(file), "/proc/%d/%s", process, name);
	fd = check(open(file, O_WRONLY | O_CLOEXEC), file);
	check(write(fd, text, strlen(text)), file);
	close(fd);
}

static void map(pid_t process, unsigned int uid)
{
	char text[64];

	snprintf(text, sizeof(text), "0 %u 1", uid);
	put(process, "setgroups", "deny");
	put(process, "uid_map", text);
	put(process, "gid_map", text);
}

static void become(unsigned int uid)
{
	check(setgroups(0, NULL), "setgroups");
	check(setresgid(uid, uid, uid), "setresgid");
	check(setresuid(uid, uid, uid), "setresuid");
	check(prctl(PR_SET_DUMPABLE, 1), "prctl");
}

static void keep_chroot(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[2] = {{.effective = 1 << CAP_SYS_CHROOT, .permitted = 1 << CAP_SYS_CHROOT}};

	check(syscall(SYS_capset, &header, sets), "capset");
}

static int new_tmpfs(void)
{
	int context = check(syscall(SYS_fsopen, "tmpfs", 0), "fsopen");

	check(syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0), "fsconfig");
	return check(syscall(SYS_fsmount, context, 0, 0), "fsmount");
}

static void make_directories(int at)
{
	static const char *const names[] = {"dev", "etc", "proc", "tmp", "var", "var/log"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		check(mkdirat(at, names[i], 0755), names[i]);
}

static void attach(int tree, int at, const char *path, const char *what)
{
	check(syscall(SYS_move_mount, tree, "", at, path, MOVE_MOUNT_F_EMPTY_PATH), what);
}

/* What the user of the host does. */
static void hand_on(int to, unsigned int uid)
{
	union rights rights = {.header = {.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int))}};
	struct iovec data = {.iov_base = "x", .iov_len = 1};
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = &rights, .msg_controllen = sizeof(rights)};
	int tree, etc, hosts;

	become(uid);
	check(unshare(CLONE_NEWUSER | CLONE_NEWNS), "unshare");
	map(getpid(), uid);
	tree = new_tmpfs();
	make_directories(tree);
	etc = check(syscall(SYS_open_tree, AT_FDCWD, "/etc", OPEN_TREE_CLONE | AT_RECURSIVE), "open_tree");
	attach(etc, tree, "var/log", "move_mount onto what is in no namespace");
	check(openat(tree, "etc/hosts", O_CREAT | O_RDONLY | O_CLOEXEC, 0644), "etc/hosts");
	hosts = check(syscall(SYS_open_tree, AT_FDCWD, "/etc/shadow", OPEN_TREE_CLONE), "open_tree");
	attach(hosts, tree, "etc/hosts", "move_mount etc/hosts");
	memcpy(CMSG_DATA(&rights.header), &tree, sizeof(tree));
	check(sendmsg(to, &message, 0), "sendmsg");
	_exit(0);
}

static int handed(int from)
{
	union rights rights;
	char byte;
	struct iovec data = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = &rights, .msg_controllen = sizeof(rights)};
	int tree;

	check(recvmsg(from, &message, 0) == 1 && CMSG_FIRSTHDR(&message) ? 0 : -1, "recvmsg");
	memcpy(&tree, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(tree));
	return tree;
}

/* A process that is still root maps the ids of this one, as a runtime does. */
static void enter_given_namespaces(unsigned int uid)
{
	pid_t self = getpid(), mapping;
	int made[2], status;
	char byte;

	check(pipe(made), "pipe");
	mapping = check(fork(), "fork");
	if (mapping == 0) {
		check(read(made[0], &byte, 1), "read");
		map(self, uid);
		_exit(0);
	}
	check(unshare(CLONE_NEWUSER | CLONE_NEWNS), "unshare");
	check(write(made[1], "x", 1), "write");
	check(waitpid(mapping, &status, 0), "waitpid");
	check(status == 0 ? 0 : -1, "the ids");
	check(setresgid(0, 0, 0), "setresgid");
	check(setresuid(0, 0, 0), "setresuid");
}

int main(int argc, char **argv)
{
	unsigned int uid = argc == 3 ? (unsigned int)strtoul(argv[1], NULL, 10) : 0;
	const char *shadow = "/var/log/shadow";
	int sockets[2], root;

	if (uid == 0)
		return 2;
	check(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), "socketpair");
	if (check(fork(), "fork") == 0)
		hand_on(sockets[1], uid);
	root = handed(sockets[0]);
	check(unshare(CLONE_NEWNS | CLONE_NEWNET), "unshare");
	check(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount private");
	if (strcmp(argv[2], "own") == 0) {
		become(uid);
		check(unshare(CLONE_NEWUSER), "unshare");
		map(getpid(), uid);
	} else if (strcmp(argv[2], "service") == 0) {
		check(prctl(PR_SET_KEEPCAPS, 1), "prctl");
		become(uid);
		keep_chroot();
	} else {
		enter_given_namespaces(uid);
	}
	if (strcmp(argv[2], "mounted") == 0) {
		int mine = new_tmpfs();

		make_directories(mine);
		attach(mine, AT_FDCWD, "/mnt", "move_mount /mnt");
		attach(root, AT_FDCWD, "/mnt/tmp", "move_mount what was handed on");
		shadow = "/tmp/var/log/shadow";
		root = check(open("/mnt", O_PATH | O_DIRECTORY | O_CLOEXEC), "/mnt");
	}
	check(fchdir(root), "fchdir");
	check(chroot("."), "chroot");
	check(chdir("/"), "chdir");
	check(open(shadow, O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES ? 0 : -1, "its own look at the shadow");
	printf("ready\n");
	fflush(stdout);
	for (;;)
		pause();
}
