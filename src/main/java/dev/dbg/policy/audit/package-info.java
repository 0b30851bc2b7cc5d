/** Whose records an operator may read. */
@NullMarked
package dev.dbg.policy.audit;

import org.jspecify.annotations.NullMarked;
