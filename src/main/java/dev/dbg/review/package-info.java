/** {@code dbg audit}: the log for people, who may read what of it, and the record of who looked. */
@NullMarked
package dev.dbg.review;

import org.jspecify.annotations.NullMarked;
