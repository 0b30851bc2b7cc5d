/*
 * each.h - one line in several containers.
 */
#pragma once

/*
 * Whether the words, without the program's name, are of the form [VERB] --each PATTERN [WORD...]: returns the place of
 * --each, or -1.
 */
int each_asked(char **words);

/*
 * Runs the line in each container that dbgd lists for the pattern, with its address in the place of --each and the
 * pattern, a few at a time. Before each line of what they print is the address of the container. Ends with the greatest
 * of their statuses.
 */
_Noreturn void run_in_each(char **words, int place);
