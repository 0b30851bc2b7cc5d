@NullMarked
package dev.dbg.wrong.enter;

import org.jspecify.annotations.NullMarked;
