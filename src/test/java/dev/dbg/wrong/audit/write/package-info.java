@NullMarked
package dev.dbg.wrong.audit.write;

import org.jspecify.annotations.NullMarked;
