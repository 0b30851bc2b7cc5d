/*
 * filter.h - a program of the operator's in dbg shell that works on what it reads.
 */
#pragma once

/*
 * Becomes the program of that name, which then can open no file of the host but its own, make no connection, and end
 * no process. So whatever its options and its language can do, it answers only from its standard input and its words.
 */
_Noreturn void become_filter(char **words);
