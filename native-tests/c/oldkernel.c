/*
 * oldkernel - runs a command as on a kernel without some system calls.
 *
 *     oldkernel CALL[=NUMBER]... -- COMMAND [ARG...]
 *
 * Each CALL fails with ENOSYS, in the command and in the processes that it starts; with a NUMBER, only if its
 * second argument is NUMBER.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST 16
#define SECOND_ARGUMENT offsetof(struct seccomp_data, args[1]) /* its low half: the machine is little-endian */

static const struct {
	const char *name;
	unsigned number;
} calls[] = {
	{"open_tree", SYS_open_tree},
	{"move_mount", SYS_move_mount},
	{"mount_setattr", SYS_mount_setattr},
	{"fsopen", SYS_fsopen},
	{"close_range", SYS_close_range},
	{"openat2", SYS_openat2},
	{"pidfd_open", SYS_pidfd_open},
	{"setns", SYS_setns},
	{"landlock_create_ruleset", SYS_landlock_create_ruleset},
};

static struct sock_filter steps[2 + 5 * MOST];
static unsigned short length;

static void step(unsigned short code, unsigned value, unsigned char yes, unsigned char no)
{
	steps[length++] = (struct sock_filter)BPF_JUMP(code, value, yes, no);
}

static unsigned number(const char *name)
{
	size_t size = strcspn(name, "=");

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strlen(calls[i].name) == size && strncmp(calls[i].name, name, size) == 0)
			return calls[i].number;
	fprintf(stderr, "oldkernel: it has no '%s'\n", name);
	exit(2);
}

static void forget(const char *call)
{
	const char *argument = strchr(call, '=');

	step(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
	step(BPF_JMP | BPF_JEQ | BPF_K, number(call), 0, argument ? 3 : 1);
	if (argument) {
		step(BPF_LD | BPF_W | BPF_ABS, SECOND_ARGUMENT, 0, 0);
		step(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)strtoul(argument + 1, NULL, 0), 0, 1);
	}
	step(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS, 0, 0);
}

int main(int argc, char **argv)
{
	int at = 1;

	for (; at < argc && at <= MOST && strcmp(argv[at], "--") != 0; at++)
		forget(argv[at]);
	step(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	if (at + 1 >= argc) {
		fprintf(stderr, "usage: oldkernel CALL... -- COMMAND [ARG...]\n");
		return 2;
	}
	struct sock_fprog filter = {.len = length, .filter = steps};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0) {
		perror("oldkernel: prctl");
		return 2;
	}
	execvp(argv[at + 1], argv + at + 1);
	perror("oldkernel: execvp");
	return 2;
}
