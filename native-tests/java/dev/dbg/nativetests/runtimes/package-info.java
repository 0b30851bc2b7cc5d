/**
 * Containers of every runtime are found by their names and entered, whoever their engine belongs to
 * and whatever it answers.
 */
@NullMarked
package dev.dbg.nativetests.runtimes;

import org.jspecify.annotations.NullMarked;
