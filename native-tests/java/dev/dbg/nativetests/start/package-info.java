/** How dbgd starts, what it needs of its host, and how it ends. */
@NullMarked
package dev.dbg.nativetests.start;

import org.jspecify.annotations.NullMarked;
