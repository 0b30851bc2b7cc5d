/**
 * What containers wrote, as their runtimes keep it. It is moved to the program {@code logs};
 * nothing here looks at it.
 */
@NullMarked
package dev.dbg.resolve.log;

import org.jspecify.annotations.NullMarked;
