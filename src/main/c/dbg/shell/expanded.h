/*
 * expanded.h - names of this host on a line, as the operator's shell makes them of a pattern that was meant for the
 * container.
 */
#pragma once

/* Says on standard error what to type instead, if that is how the line looks. */
void hint_about_pattern(int status);
