/** Finds out what this kernel can do by exercising each feature. */
@NullMarked
package dev.dbg.kernel.probe;

import org.jspecify.annotations.NullMarked;
