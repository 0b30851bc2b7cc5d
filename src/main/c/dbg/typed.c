/* typed.c - what the operator typed; typed.h */
#include <string.h>

#include "terminal.h"
#include "typed.h"

struct typed typed;

void note_typed(char **words)
{
	if (!*words)
		return;
	typed.shell = strcmp(*words, "shell") == 0;
	typed.audit = strcmp(*words, "audit") == 0;
	while (*words)
		typed.replay |= strcmp(*words++, "replay") == 0;
}

void require_typed(int is, const char *what)
{
	if (!is)
		fail("dbgd sent %s that nobody asked for, which dbg does not obey: tell its administrator", what);
}
