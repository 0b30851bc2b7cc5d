/** A container as a runtime describes it, and its process, held by descriptors. */
@NullMarked
package dev.dbg.resolve.container;

import org.jspecify.annotations.NullMarked;
