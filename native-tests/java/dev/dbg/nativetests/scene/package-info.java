/**
 * The vocabulary of the native tests: a host with its own dbgd, operators who are not root,
 * containers of real engines, and the outcome of a command with what dbgd recorded about it.
 */
@NullMarked
package dev.dbg.nativetests.scene;

import org.jspecify.annotations.NullMarked;
