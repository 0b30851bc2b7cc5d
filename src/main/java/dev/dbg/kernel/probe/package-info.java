/** What this kernel can do, found out by doing it. */
@NullMarked
package dev.dbg.kernel.probe;

import org.jspecify.annotations.NullMarked;
