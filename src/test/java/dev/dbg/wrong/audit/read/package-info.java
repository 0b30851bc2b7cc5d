@NullMarked
package dev.dbg.wrong.audit.read;

import org.jspecify.annotations.NullMarked;
