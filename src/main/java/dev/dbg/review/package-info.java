/**
 * {@code dbg audit}: shows the log to people, within what each may read, and records each access.
 */
@NullMarked
package dev.dbg.review;

import org.jspecify.annotations.NullMarked;
