/** The answers to verbs of {@code dbg} that run no tool, and their layout. */
@NullMarked
package dev.dbg.answer;

import org.jspecify.annotations.NullMarked;
