/**
 * {@code dbg audit}: decides what each operator may read, records each access, and has another
 * process read the log, {@link dev.dbg.review.ReviewOrder}. Opens no file of the log.
 */
@NullMarked
package dev.dbg.review;

import org.jspecify.annotations.NullMarked;
