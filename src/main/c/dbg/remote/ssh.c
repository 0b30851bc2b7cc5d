/*
 * ssh.c - the way to another host: ssh, which runs `dbg stdio` there; way.h
 *
 * The operator's own configuration counts, and ssh asks for passwords at the operator's terminal. So it stays in the
 * process group of the line. The keys of the terminal are for the client: the caller ignores their signals, and so does
 * ssh. No shell reads a word of these, and none can be an option: host.c
 *
 * That configuration is for logins as well. A line of dbg lends the host nothing of them: no agent, no display, no ticket,
 * no port and no tunnel.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "../several/another.h"
#include "../shell/shell.h"
#include "../terminal/terminal.h"
#include "way.h"

static _Noreturn void become_ssh(const struct host *host, char **line)
{
	const char *words[24] = {"ssh", "-T", "-a", "-x", "-k", "-e", "none", "-o", "RemoteCommand=none",
				 "-o", "ClearAllForwardings=yes", "-o", "PermitLocalCommand=no"};
	const char *path = getenv(PATH_OF_SHELL);
	size_t count = 13;

	(void)line;
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
	if (getenv("DBG_SHELL") && path && *path)
		setenv("PATH", path, 1);
	execvp("ssh", (char *const *)words);
	dprintf(STDERR_FILENO, "dbg: cannot run ssh: %s: is OpenSSH's client installed?\n", strerror(errno));
	_exit(WAY_LOST);
}

/* What says more than ssh does to a line. */
static const char *to_try(const struct host *host)
{
	static char words[400];

	snprintf(words, sizeof(words), "try ssh %s%s%s%s%s%s dbg version", *host->port ? "-p " : "", host->port,
		 *host->port ? " " : "", host->user, *host->user ? "@" : "", host->name);
	return words;
}

static const char *explain_ssh(const struct host *host, int is_greeted, int *status)
{
	static char words[640];
	int ended_with = *status;

	if (ended_with == WAY_LOST && is_greeted)
		return "the connection is cut, and with it ends what ran there";
	if (ended_with == WAY_LOST) {
		snprintf(words, sizeof(words), "ssh has not connected, or the connection was cut before the dbg there answered: %s",
			 to_try(host));
		return words;
	}
	*status = DBG_FAILED;
	if (is_greeted)
		return ended_with == DBG_FAILED ? NULL : "dbg stdio there ended before dbgd had answered: try again";
	snprintf(words, sizeof(words), "no dbg stdio answered, ssh ended with %d: is dbg installed there, in the PATH of a login "
		 "without a terminal? %s", ended_with, to_try(host));
	return words;
}

const struct way way_by_ssh = {
	.program = "ssh",
	.silent = "what runs there ends when its sshd notices that, too: see ClientAliveInterval, sshd_config(5)",
	.become = become_ssh,
	.explain = explain_ssh,
};
