@NullMarked
package dev.dbg.wrong.kernel.file;

import org.jspecify.annotations.NullMarked;
