@NullMarked
package dev.dbg.wrong.kernel;

import org.jspecify.annotations.NullMarked;
