/*
 * filter.c - `dbg --filter PROGRAM [ARG...]`, for dbg shell: this process becomes a program of the operator's that has
 * no file, process and address of the host but its standard streams, its pipes and what it is made of; filter.h
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "filter.h"
#include "../terminal/terminal.h"

#define READS	 ((uint64_t)(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE))
#define READS_BELOW (READS | LANDLOCK_ACCESS_FS_READ_DIR)

/* What later kernels know; a header may be older. */
#define ALL_OF_FILES   ((UINT64_C(1) << 13) - 1)
#define REFER	       (UINT64_C(1) << 13)
#define TRUNCATE       (UINT64_C(1) << 14)
#define ALL_OF_TCP     UINT64_C(3)
#define ALL_OF_SCOPES  UINT64_C(3)

struct rights {
	uint64_t files, network, scopes;
};

/* What programs are made of. Not /usr/lib itself, where os-release is. */
static const char *const parts[] = {
	"/lib64", "/usr/lib64", "/usr/local/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
	"/lib/ld-linux-aarch64.so.1", "/etc/ld.so.cache", "/usr/lib/locale", "/usr/share/locale", "/usr/share/terminfo",
	"/usr/lib/terminfo", "/lib/terminfo", "/etc/terminfo", "/usr/share/zoneinfo", "/dev/null", "/dev/zero",
	/* less reads keys there. */
	"/dev/tty"};

static const char *const variables[] = {"LANG=", "LANGUAGE=", "LC_", "TERM=", "TZ=", "COLUMNS=", "LINES=", "NO_COLOR=",
					"GREP_COLOR", "POSIXLY_CORRECT=", "LESSUTFCHARDEF=", "LESSSECURE="};

static void permit(int rules, const char *path)
{
	struct landlock_path_beneath_attr part = {.allowed_access = READS_BELOW};
	struct stat about;

	part.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (part.parent_fd < 0)
		return;
	if (fstat(part.parent_fd, &about) == 0 && !S_ISDIR(about.st_mode))
		part.allowed_access = READS;
	if (!strcmp(path, "/dev/null"))
		part.allowed_access |= LANDLOCK_ACCESS_FS_WRITE_FILE;
	if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &part, 0) < 0)
		fail("cannot permit a filter to read %s: %s", path, strerror(errno));
	close(part.parent_fd);
}

static void leave_only(const char *program)
{
	struct rights none = {.files = ALL_OF_FILES};
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	int rules;

	if (version >= 2)
		none.files |= REFER;
	if (version >= 3)
		none.files |= TRUNCATE;
	if (version >= 4)
		none.network = ALL_OF_TCP;
	if (version >= 6)
		none.scopes = ALL_OF_SCOPES;
	rules = (int)syscall(SYS_landlock_create_ruleset, &none,
			     version >= 6 ? sizeof(none) : version >= 4 ? 16 : 8, 0);
	if (rules < 0)
		fail("dbg shell needs Landlock for its filters, which this kernel lacks or has disabled: use Linux 5.13 "
		     "or newer, with landlock in the boot parameter lsm=, or type: here %s ...", program);
	for (size_t i = 0; i < COUNT(parts); i++)
		permit(rules, parts[i]);
	permit(rules, program);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || syscall(SYS_landlock_restrict_self, rules, 0) < 0)
		fail("cannot keep a filter from this host's files: %s", strerror(errno));
	close(rules);
}

/* An environment may have anything of the host in it. */
static void keep_environment(char **environment)
{
	char **kept = environment;

	for (char **each = environment; *each; each++)
		for (size_t i = 0; i < COUNT(variables); i++)
			if (!strncmp(*each, variables[i], strlen(variables[i]))) {
				*kept++ = *each;
				break;
			}
	*kept = NULL;
}

/* The shell has the operator's terminal and a file open, too. Of <(...) there are pipes; a line can name 0 to 7. */
static void close_others(void)
{
	struct stat about;

	for (int fd = 8; fd < 1024; fd++)
		if (fstat(fd, &about) == 0 && !S_ISFIFO(about.st_mode))
			close(fd);
}

/* Finds the program in PATH. */
static void find(const char *name, char *path)
{
	const char *directories = getenv("PATH");

	for (const char *at = directories ? directories : ""; *at && !strchr(name, '/'); at += strspn(at, ":")) {
		int length = (int)strcspn(at, ":");

		if (snprintf(path, PATH_MAX, "%.*s/%s", length, at, name) < PATH_MAX && access(path, X_OK) == 0)
			return;
		at += length;
	}
	fail("%s is not installed on this host: install it, or use another one", name);
}

_Noreturn void become_filter(char **words)
{
	extern char **environ;
	static char path[PATH_MAX];

	find(words[0], path);
	close_others();
	keep_environment(environ);
	leave_only(path);
	execv(path, words);
	fail("cannot run %s: %s", path, strerror(errno));
}
