/** Sizes, lengths of time and moments, as people write them. */
@NullMarked
package dev.dbg.model.amount;

import org.jspecify.annotations.NullMarked;
