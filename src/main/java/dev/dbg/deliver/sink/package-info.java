/** The kinds of receivers, and the format that each expects. */
@NullMarked
package dev.dbg.deliver.sink;

import org.jspecify.annotations.NullMarked;
