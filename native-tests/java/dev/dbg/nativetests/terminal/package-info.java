/** A tool at a terminal, the shell, and Tab. */
@NullMarked
package dev.dbg.nativetests.terminal;

import org.jspecify.annotations.NullMarked;
