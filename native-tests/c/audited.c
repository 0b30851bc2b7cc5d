/*
 * audited - a library for systemd-logind in the tests' machine, by LD_PRELOAD. logind names a session after the kernel's
 * audit session, but not in a container, since the kernel has these numbers for all containers together. The machine is
 * a container, and is to be like a host: so this function of systemd's answers as it does there.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* The beginning of systemd's PidRef. */
struct process {
	pid_t pid;
};

int audit_session_from_pid(const struct process *process, uint32_t *session);

int audit_session_from_pid(const struct process *process, uint32_t *session)
{
	char path[64];
	FILE *file;
	int found;

	snprintf(path, sizeof(path), "/proc/%d/sessionid", process->pid);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	found = fscanf(file, "%u", session);
	fclose(file);
	return found == 1 && *session != UINT32_MAX ? 0 : -ENODATA;
}
