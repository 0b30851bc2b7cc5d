/** The typed grammar of a tool's arguments. */
@NullMarked
package dev.dbg.tools.argument;

import org.jspecify.annotations.NullMarked;
