@NullMarked
package dev.dbg.wrong.audit.attic;

import org.jspecify.annotations.NullMarked;
