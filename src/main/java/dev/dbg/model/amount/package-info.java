/** Sizes and lengths of time, as people write them. */
@NullMarked
package dev.dbg.model.amount;

import org.jspecify.annotations.NullMarked;
