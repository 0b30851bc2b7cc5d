/* another.c - starts another dbg, or another program; another.h */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "../../shared/signals.h"
#include "another.h"
#include "../terminal/terminal.h"
#include "../typed.h"

/* Of a list of addresses, or of a refusal: another host may print without end. */
#define MOST_PRINTED (1 << 20)

void path_beside(char *path, const char *relative)
{
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 64);

	path[length < 0 ? 0 : length] = '\0';
	strcpy(strrchr(path, '/') ? strrchr(path, '/') + 1 : path, relative);
}

void open_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) < 0)
		fail("cannot open a pipe: %s", strerror(errno));
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

int may_ask(void)
{
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC), is_ours = 1;

	if (terminal >= 0) {
		is_ours = tcgetpgrp(terminal) == getpgrp();
		close(terminal);
	}
	return is_ours && !getenv("DBG_TAB") && !typed.completion;
}

pid_t start_dbg(char **words, int in, int out, int err, int own_group)
{
	pid_t parent = getpid(), dbg = fork();

	if (dbg)
		return dbg;
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || getppid() != parent)
		_exit(DBG_FAILED);
	if (own_group)
		setpgid(0, 0);
	unblock_signals();
	if (in == STDIN_OF_NOBODY)
		in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0)
		_exit(DBG_FAILED);
	execv("/proc/self/exe", words);
	_exit(DBG_FAILED);
}

int status_of_dbg(pid_t dbg)
{
	int status;

	while (waitpid(dbg, &status, 0) < 0)
		if (errno != EINTR)
			fail("cannot wait for another dbg: %s", strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

char *output_of_dbg(char **words, int *status)
{
	size_t length = 0, room = 4096;
	char *text = malloc(room);
	int ends[2];
	ssize_t got = 1;
	pid_t dbg;

	open_pipe(ends);
	dbg = start_dbg(words, STDIN_OF_NOBODY, ends[1], STDERR_FILENO, 0);
	if (dbg < 0)
		fail("cannot start another dbg: %s", strerror(errno));
	close(ends[1]);
	while (text && (got = read(ends[0], text + length, room - length - 1)) > 0) {
		length += (size_t)got;
		if (length > MOST_PRINTED)
			fail("dbg %s prints more than %d bytes: type it by itself to see what", words[1], MOST_PRINTED);
		if (length == room - 1)
			text = realloc(text, room *= 2);
	}
	if (!text || got < 0)
		fail("cannot read what another dbg prints: %s", strerror(errno));
	text[length] = '\0';
	close(ends[0]);
	*status = status_of_dbg(dbg);
	return text;
}
