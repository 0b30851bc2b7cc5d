/** What sessions and requests may take, and that nothing of them is left. */
@NullMarked
package dev.dbg.nativetests.limits;

import org.jspecify.annotations.NullMarked;
