/* logs.h - what the files of logs use. */
#pragma once

#include <stddef.h>

#define LINE_MAX_LENGTH 8192

/* One message on standard error, and exit status 1. */
_Noreturn __attribute__((format(printf, 1, 2))) void give_up(const char *format, ...);

/* The next byte of the input, or -1 at its end. What was printed is written before it waits. */
int take(void);

/* The next bytes, as many as have come, at most so many; NULL at the end. */
const char *take_some(size_t most, size_t *got);

/* The next line, without its end; 0 at the end of the input. Gives up on a longer line. */
int take_line(char *line, size_t room);

/* Prints to this descriptor, 1 or 2; the order between the two is kept. */
void print(int fd, const char *bytes, size_t length);
void flush_output(void);

/* The answer of an engine, of which the status is in this line. */
void print_answer(const char *status);

/* Files as Kubernetes' runtimes write them. */
void print_files(const char *settings);
