/* help.h - help, version and scripts for shells, which dbg prints itself: help.c */
#pragma once

enum version_form { NO_VERSION, VERSION_LINE, VERSION_JSON };

/* Whether this word is a verb. */
int is_verb(const char *word);

/* Prints the help of a verb, or of kubectl dbg, and exits. */
_Noreturn void print_help_of(const char *name);

/* Prints the help or the script that these words ask for and exits. Returns if they ask for something else. */
void help_if_asked(int count, char **words);

/* Whether these words ask for the version, and in which form. */
enum version_form version_asked(int count, char **words);

/* Prints dbg's own version. */
void print_version(enum version_form form);

/* The words with which dbgd is asked for its version. */
size_t ask_for_version(enum version_form form, const char *words[4]);
