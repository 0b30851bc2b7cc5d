/**
 * Completion of command lines, for {@code dbg shell} and for bash, zsh and fish. It says what an
 * operator could type next: verbs, containers that they may see, tools that they may run there, and
 * arguments that the tool's entry and the policy accept.
 */
@NullMarked
package dev.dbg.complete;

import org.jspecify.annotations.NullMarked;
