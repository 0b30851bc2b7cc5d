/** Files, directories and mounts. */
@NullMarked
package dev.dbg.kernel.file;

import org.jspecify.annotations.NullMarked;
