/** The types of an argument's value, and the patterns that rules compare values with. */
@NullMarked
package dev.dbg.tools.value;

import org.jspecify.annotations.NullMarked;
