/*
 * shell.c - `dbg shell`: this process becomes the operator's bash, with the operator's rights. dbgd sends the script
 * that bash reads at its start and the arguments; the script defines a function for each tool; shell.h
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "../../shared/signals.h"
#include "../terminal/drawer.h"
#include "shell.h"
#include "../terminal/terminal.h"

#define MOST_ARGUMENTS 16

static _Noreturn void not_understood(void)
{
	fail("dbgd sent a shell that dbg does not understand: install dbg and dbgd of the same version");
}

/* Puts the script into a file without a name, which bash can open as /dev/fd/9. */
static void keep_script(const char *script)
{
	size_t length = strlen(script);
	int file = memfd_create("dbg-shell", 0);

	if (file < 0 || write(file, script, length) != (ssize_t)length || lseek(file, 0, SEEK_SET) < 0)
		fail("cannot keep the shell's script: %s", strerror(errno));
	if (file != SCRIPT_DESCRIPTOR && (dup2(file, SCRIPT_DESCRIPTOR) < 0 || close(file) < 0))
		fail("cannot keep the shell's script: %s", strerror(errno));
}

/* The script runs this program for each tool, also if it is not in PATH, and with a PATH in which ssh is not. */
static void tell_own_path(void)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (length < 0)
		fail("cannot find out where dbg is installed: %s", strerror(errno));
	path[length] = '\0';
	if (setenv("DBG_PROGRAM", path, 1) < 0 || (getenv("PATH") && setenv(PATH_OF_SHELL, getenv("PATH"), 1) < 0))
		fail("out of memory");
}

/* With these bash would read other scripts before, or in place of, the one that it is given. */
static const char *const of_bash[] = {"POSIXLY_CORRECT", "POSIX_PEDANTIC", "SHELLOPTS", "BASHOPTS",
				      "BASH_ENV",	 "ENV",		   "BASH_COMPAT"};

_Noreturn void become_shell(const struct packet *packet)
{
	char *arguments[MOST_ARGUMENTS + 1] = {NULL};
	size_t at = 2, count = 0;
	char *script = take_string(packet, &at);

	while (script && at < packet->length && count < MOST_ARGUMENTS) {
		arguments[count] = take_string(packet, &at);
		if (!arguments[count++])
			break;
	}
	if (!script || count == 0 || at != packet->length || !arguments[count - 1])
		not_understood();
	keep_script(script);
	tell_own_path();
	start_drawer();
	for (size_t i = 0; i < COUNT(of_bash); i++)
		unsetenv(of_bash[i]);
	unblock_signals();
	signal(SIGPIPE, SIG_DFL);
	execvp(arguments[0], arguments);
	if (errno == ENOENT)
		fail("dbg shell needs %s, which this host does not have: install it, or type single commands: "
		     "dbg TARGET -- TOOL", arguments[0]);
	fail("cannot run %s: %s", arguments[0], strerror(errno));
}
