/** The records of others that an operator may read. */
@NullMarked
package dev.dbg.policy.audit;

import org.jspecify.annotations.NullMarked;
