/*
 * orders.c - the command line of dbg-enter, which only dbgd writes:
 *
 *     dbg-enter WORD[=VALUE]... -- ARGV0 [ARG...]
 *
 * Each word is a member of struct orders, where it is explained.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "enter.h"

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

/* The value, if the word is the one of that name. */
static const char *value_of(const char *word, const char *name)
{
	size_t length = strlen(name);

	return strncmp(word, name, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

static int read_flag(struct orders *orders, const char *word)
{
	const struct {
		const char *name;
		int *flag;
	} flags[] = {
		{"tracer", &orders->tracer}, {"threads", &orders->threads}, {"forks", &orders->forks},
		{"executes", &orders->executes},
		{"relayed", &orders->relayed}, {"names", &orders->names}, {"files", &orders->files},
	};

	for (size_t i = 0; i < COUNT(flags); i++)
		if (strcmp(word, flags[i].name) == 0)
			return *flags[i].flag = 1;
	return 0;
}

static int read_descriptor(struct orders *orders, const char *word)
{
	const struct {
		const char *name;
		int *descriptor;
	} descriptors[] = {
		{"report", &orders->report}, {"terminal", &orders->terminal}, {"root", &orders->root},
		{"mounts", &orders->mounts}, {"pid", &orders->pid},	      {"user", &orders->user},
		{"time", &orders->time},     {"box", &orders->box},	      {"proc", &orders->proc},
		{"gate", &orders->gate},     {"recording", &orders->recording},
		{"timing", &orders->timing},
	};

	for (size_t i = 0; i < COUNT(descriptors); i++) {
		const char *value = value_of(word, descriptors[i].name);

		if (value) {
			*descriptors[i].descriptor = (int)number(value, 10);
			return 1;
		}
	}
	return 0;
}

static int read_text(struct orders *orders, const char *word)
{
	const struct {
		const char *name;
		const char **text;
	} texts[] = {
		{"pid-name", &orders->pid_name}, {"loader", &orders->loader},
		{"tool", &orders->tool},	 {"script", &orders->script},
		{"option", &orders->option},	 {"variable", &orders->variable},
		{"data", &orders->data},
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		const char *value = value_of(word, texts[i].name);

		if (value) {
			*texts[i].text = value;
			return 1;
		}
	}
	return 0;
}

static int read_number(struct orders *orders, const char *word)
{
	const char *value;

	if ((value = value_of(word, "parent")))
		orders->parent = (pid_t)number(value, 10);
	else if ((value = value_of(word, "uid")))
		orders->uid = (uid_t)number(value, 10);
	else if ((value = value_of(word, "gid")))
		orders->gid = (gid_t)number(value, 10);
	else if ((value = value_of(word, "names-uid")))
		orders->names_uid = (uid_t)number(value, 10);
	else if ((value = value_of(word, "names-gid")))
		orders->names_gid = (gid_t)number(value, 10);
	else if ((value = value_of(word, "memory")))
		orders->memory = number(value, 10);
	else if ((value = value_of(word, "recording-size")))
		orders->recording_size = number(value, 10);
	else if ((value = value_of(word, "capabilities")))
		orders->capabilities = number(value, 16);
	else
		return 0;
	return 1;
}

struct orders read_orders(char **words)
{
	struct orders orders = {.gate = -1, .report = -1, .terminal = -1, .root = -1, .mounts = -1, .pid = -1,
				.names_uid = NOBODY, .names_gid = NOBODY, .user = -1, .time = -1, .box = -1, .proc = -1, .recording = -1, .timing = -1};

	for (; *words && strcmp(*words, "--") != 0; words++) {
		if (!read_flag(&orders, *words) && !read_descriptor(&orders, *words) &&
		    !read_text(&orders, *words) && !read_number(&orders, *words))
			give_up(DBG_FAILED, "dbg-enter does not know '%s': install dbgd and dbg-enter of one version",
				*words);
		/* The first word, so that the rest can be complained about. */
		report = orders.report;
	}
	if (!*words || !words[1] || !orders.tool || orders.report < 0)
		give_up(DBG_FAILED, "dbg-enter is started by dbgd, not by hand");
	orders.argv = words + 1;
	return orders;
}
