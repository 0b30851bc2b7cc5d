/** Lines for another host, {@code dbg -H ssh://HOST}: what passes, what is cut, who lies. */
@NullMarked
package dev.dbg.nativetests.remote;

import org.jspecify.annotations.NullMarked;
