/*
 * several.h - other dbg at once, each with a name, which is before each line that it prints: the containers of --each,
 * the hosts of -H.
 */
#pragma once

#include <stddef.h>

/* The most hosts that are asked at once. */
#define MOST_HOSTS 32

struct several {
	char *names;   /* each ended by a zero byte */
	size_t all;    /* how many there are */
	char **words;  /* the line of each, in which the name has this place: */
	int place;
	int is_named;  /* whether their lines are printed with the name */
	int are_hosts; /* so nobody has to believe what they print, nor that they have no place */
	int is_json;   /* each line is put into an object of this process's, with the name */
	int is_merged; /* the lines are rows or records of logs: the earliest is printed first */
	const char *second; /* what the heading of the rows calls their second column */
};

/* Runs them. Ends with the greatest of their statuses. */
_Noreturn void run_several(const struct several *several);
