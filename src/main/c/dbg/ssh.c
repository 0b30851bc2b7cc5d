/*
 * ssh.c - ssh, which runs `dbg stdio` on a host; ssh.h
 *
 * The operator's own configuration counts, and ssh asks for passwords at the operator's terminal. So it stays in the
 * process group of the line. The keys of the terminal are for the client: the caller ignores their signals, and so does
 * ssh. No shell reads a word of these, and none can be an option: host.c
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "another.h"
#include "shell.h"
#include "ssh.h"
#include "terminal.h"
#include "typed.h"

/* In the background, as with --each, or for Tab, a question would wait for ever, or stand in the line that is edited. */
static int may_ask(void)
{
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC), is_ours = 1;

	if (terminal >= 0) {
		is_ours = tcgetpgrp(terminal) == getpgrp();
		close(terminal);
	}
	return is_ours && !getenv("DBG_TAB") && !(typed.words && *typed.words && !strcmp(*typed.words, "completion"));
}

static _Noreturn void become_ssh(const struct host *host, const int streams[3])
{
	const char *words[20] = {"ssh", "-T", "-e", "none", "-o", "RemoteCommand=none"};
	const char *path = getenv(PATH_OF_SHELL);
	size_t count = 6;

	if (!may_ask()) {
		words[count++] = "-o";
		words[count++] = "BatchMode=yes";
	}
	if (*host->port) {
		words[count++] = "-p";
		words[count++] = host->port;
	}
	if (*host->user) {
		words[count++] = "-l";
		words[count++] = host->user;
	}
	words[count++] = "--";
	words[count++] = host->name;
	words[count++] = "dbg";
	words[count++] = "stdio";
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(streams[fd], fd) < 0)
			_exit(SSH_FAILED);
	syscall(SYS_close_range, 3, ~0U, 0);
	if (getenv("DBG_SHELL") && path && *path)
		setenv("PATH", path, 1);
	execvp("ssh", (char *const *)words);
	dprintf(STDERR_FILENO, "dbg: cannot run ssh: %s: is OpenSSH's client installed?\n", strerror(errno));
	_exit(SSH_FAILED);
}

void give_up_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[2] = {0};

	if (!geteuid() || syscall(SYS_capget, &header, sets) ||
	    !(sets[0].permitted | sets[1].permitted | sets[0].inheritable | sets[1].inheritable))
		return;
	memset(sets, 0, sizeof sets);
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) || syscall(SYS_capset, &header, sets))
		fail("cannot give up its capabilities: %s", strerror(errno));
}

pid_t start_ssh(const struct host *host, int pipes[3])
{
	int streams[3];
	pid_t ssh;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int ends[2];

		open_pipe(ends);
		streams[fd] = ends[fd != STDIN_FILENO];
		pipes[fd] = ends[fd == STDIN_FILENO];
	}
	ssh = fork();
	if (ssh == 0)
		become_ssh(host, streams);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		close(streams[fd]);
	return ssh;
}
