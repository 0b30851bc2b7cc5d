@NullMarked
package dev.dbg.wrong.resolve;

import org.jspecify.annotations.NullMarked;
