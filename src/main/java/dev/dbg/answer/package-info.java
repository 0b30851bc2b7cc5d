/** The answers to the verbs of {@code dbg} that run no tool, and how an answer is laid out. */
@NullMarked
package dev.dbg.answer;

import org.jspecify.annotations.NullMarked;
