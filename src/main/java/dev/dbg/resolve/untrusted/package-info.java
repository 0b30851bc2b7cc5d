/**
 * The one door for what somebody other than root wrote: it is read as a stream, and what is made of
 * it is charged to an {@code Allowance} before it is made. Nothing else in dbgd's process makes
 * trees, lists or maps of such bytes; a test holds that.
 *
 * <p>May import: nothing of dbg.
 */
@NullMarked
package dev.dbg.resolve.untrusted;

import org.jspecify.annotations.NullMarked;
