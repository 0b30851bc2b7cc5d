/** The types of argument values, and the patterns with which rules compare values. */
@NullMarked
package dev.dbg.tools.value;

import org.jspecify.annotations.NullMarked;
