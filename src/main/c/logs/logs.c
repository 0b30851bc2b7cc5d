/*
 * logs.c - prints what a container wrote, as its runtime keeps it.
 *
 * dbgd puts it on standard input and does not look at it: what Docker and Podman answer begins with "HTTP/", files of
 * Kubernetes follow a line of dbgd's that begins with "CRI ". All of it but that line is a stranger's. So it is read
 * here, where there is nothing but three descriptors: no capability, no file, no network. Nothing that it says decides
 * how much memory is taken. After the line "TEXT" comes a container's status, which dbgd has put together.
 */
#include <ctype.h>
#include <string.h>

#include "logs.h"

/* What dbgd has made of a container's status, in which no character is one that a terminal obeys. */
static void print_rest(void)
{
	const char *bytes;
	size_t got;

	while ((bytes = take_some(LINE_MAX_LENGTH, &got)))
		print(1, bytes, got);
}

int main(void)
{
	static char line[LINE_MAX_LENGTH];

	if (!take_line(line, sizeof(line)))
		give_up("nothing came: try again");
	if (!strncmp(line, "HTTP/1.", 7) && isdigit((unsigned char)line[7]) && line[8] == ' ')
		print_answer(line + 9);
	else if (!strncmp(line, "CRI ", 4))
		print_files(line);
	else if (!strcmp(line, "TEXT"))
		print_rest();
	else
		give_up("what came is neither an engine's answer nor a log");
	flush_output();
	return 0;
}
