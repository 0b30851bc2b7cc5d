/*
 * orders.c - reads the command line of dbg-enter, which only dbgd writes: dbg-enter WORD[=VALUE]...
 *
 * Each word is a member of struct orders; enter.h explains it. The environment begins with the words of the tool, each
 * after an equals sign, and "--": a password among them must not be in a command line, which every user can read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "enter.h"

/* What a word's value is, and so the type of its member. */
enum kind {
	FLAG,	    /* int; the word has no value, and is true if given */
	DESCRIPTOR, /* int */
	ID,	    /* pid_t, uid_t or gid_t */
	SIZE,	    /* uint64_t */
	BITS,	    /* uint64_t, in hexadecimal */
	TEXT,	    /* const char * */
	VOLUME,	    /* a number and a path, without a space between; the next of the struct volumes */
};

static const struct word {
	const char *name;
	enum kind kind;
	size_t member;
} known[] = {
	{"parent", ID, offsetof(struct orders, sync.parent)},
	{"gate", DESCRIPTOR, offsetof(struct orders, sync.gate)},
	{"start", DESCRIPTOR, offsetof(struct orders, sync.start)},
	{"report", DESCRIPTOR, offsetof(struct orders, sync.report)},
	{"trace", DESCRIPTOR, offsetof(struct orders, sync.trace)},

	{"mounts", DESCRIPTOR, offsetof(struct orders, namespaces.mounts)},
	{"pid", DESCRIPTOR, offsetof(struct orders, namespaces.pid)},
	{"user", DESCRIPTOR, offsetof(struct orders, namespaces.user)},
	{"time", DESCRIPTOR, offsetof(struct orders, namespaces.time)},
	{"pid-name", TEXT, offsetof(struct orders, namespaces.pid_name)},
	{"new-cgroup", FLAG, offsetof(struct orders, namespaces.new_cgroup)},

	{"files", FLAG, offsetof(struct orders, root.files)},
	{"root", DESCRIPTOR, offsetof(struct orders, root.directory)},
	{"layers", DESCRIPTOR, offsetof(struct orders, root.layers)},
	{"volume", VOLUME, offsetof(struct orders, root.volumes)},
	{"bundle", DESCRIPTOR, offsetof(struct orders, root.bundle)},
	{"proc", DESCRIPTOR, offsetof(struct orders, root.proc)},
	{"mountinfo", DESCRIPTOR, offsetof(struct orders, root.mountinfo)},
	{"list-of-mounts", DESCRIPTOR, offsetof(struct orders, root.mounts)},
	{"directory", TEXT, offsetof(struct orders, root.start)},
	{"shown", TEXT, offsetof(struct orders, root.shown)},
	{"names", FLAG, offsetof(struct orders, root.names)},
	{"names-uid", ID, offsetof(struct orders, root.names_uid)},
	{"names-gid", ID, offsetof(struct orders, root.names_gid)},
	{"names-user", DESCRIPTOR, offsetof(struct orders, root.names_user)},

	{"uid", ID, offsetof(struct orders, identity.uid)},
	{"gid", ID, offsetof(struct orders, identity.gid)},
	{"capabilities", BITS, offsetof(struct orders, identity.capabilities)},

	{"memory", SIZE, offsetof(struct orders, limits.memory)},
	{"tracer", FLAG, offsetof(struct orders, limits.tracer)},
	{"threads", FLAG, offsetof(struct orders, limits.threads)},
	{"forks", FLAG, offsetof(struct orders, limits.forks)},
	{"executes", FLAG, offsetof(struct orders, limits.executes)},
	{"sockets", FLAG, offsetof(struct orders, limits.sockets)},
	{"unix-sockets", FLAG, offsetof(struct orders, limits.unix_sockets)},

	{"relayed", FLAG, offsetof(struct orders, streams.relayed)},
	{"counts", DESCRIPTOR, offsetof(struct orders, streams.counts)},
	{"terminal", DESCRIPTOR, offsetof(struct orders, streams.terminal)},
	{"recording", DESCRIPTOR, offsetof(struct orders, streams.recording)},
	{"timing", DESCRIPTOR, offsetof(struct orders, streams.timing)},
	{"recording-size", SIZE, offsetof(struct orders, streams.recording_size)},

	{"loader", TEXT, offsetof(struct orders, command.loader)},
	{"tool", TEXT, offsetof(struct orders, command.tool)},
	{"script", TEXT, offsetof(struct orders, command.script)},
	{"option", TEXT, offsetof(struct orders, command.option)},
	{"variable", TEXT, offsetof(struct orders, command.variable)},
	{"data", TEXT, offsetof(struct orders, command.data)},
};

_Static_assert(sizeof(pid_t) == sizeof(int) && sizeof(uid_t) == sizeof(int) && sizeof(gid_t) == sizeof(int),
	       "an ID is stored as an int");

static uint64_t number(const char *text, int base)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, base);
	if (errno || end == text || *end)
		give_up(DBG_FAILED, "'%s' is not a number", text);
	return value;
}

/* The value of the word in the argument, "" for a flag, or NULL if the argument is another word. */
static const char *value_of(const char *argument, const struct word *word)
{
	size_t length = strlen(word->name);

	if (strncmp(argument, word->name, length) != 0)
		return NULL;
	argument += length;
	if (word->kind == FLAG)
		return *argument ? NULL : argument;
	return *argument == '=' ? argument + 1 : NULL;
}

static void add_volume(struct root *root, const char *value)
{
	char *path;
	unsigned long tree = strtoul(value, &path, 10);

	if (root->volume_count == MOST_VOLUMES)
		give_up(DBG_FAILED, "the container has more than %d volumes: start it, and dbg shows it as it runs",
			MOST_VOLUMES);
	if (path == value || *path != '/')
		give_up(DBG_FAILED, "'%s' is not a descriptor and a path", value);
	root->volumes[root->volume_count++] = (struct volume){.tree = (int)tree, .destination = path};
}

static void store(struct orders *orders, const struct word *word, const char *value)
{
	void *member = (char *)orders + word->member;

	switch (word->kind) {
	case FLAG:
		*(int *)member = 1;
		return;
	case DESCRIPTOR:
	case ID:
		*(int *)member = (int)number(value, 10);
		return;
	case SIZE:
		*(uint64_t *)member = number(value, 10);
		return;
	case BITS:
		*(uint64_t *)member = number(value, 16);
		return;
	case TEXT:
		*(const char **)member = value;
		return;
	case VOLUME:
		add_volume(&orders->root, value);
		return;
	}
}

static void read_argument(struct orders *orders, const char *argument)
{
	for (size_t i = 0; i < COUNT(known); i++) {
		const char *value = value_of(argument, &known[i]);

		if (value) {
			store(orders, &known[i], value);
			return;
		}
	}
	give_up(DBG_FAILED, "dbg-enter does not know '%s': install dbgd and dbg-enter of the same version", argument);
}

struct orders read_orders(char **arguments)
{
	struct orders orders = {.root = {.names_uid = NOBODY, .names_gid = NOBODY}};

	for (size_t i = 0; i < COUNT(known); i++)
		if (known[i].kind == DESCRIPTOR)
			*(int *)(void *)((char *)&orders + known[i].member) = -1;
	for (; *arguments; arguments++) {
		read_argument(&orders, *arguments);
		/* dbgd writes this word first, so that mistakes in the others can be reported. */
		report = orders.sync.report;
	}
	orders.command.argv = environ;
	while (*environ && **environ == '=')
		++*environ++;
	if (!*environ || orders.command.argv == environ || !orders.command.tool || orders.sync.report < 0 ||
	    orders.sync.start < 0)
		give_up(DBG_FAILED, "dbg-enter is started by dbgd, not by hand");
	*environ++ = NULL;
	return orders;
}
