@NullMarked
package dev.dbg.wrong.audit;

import org.jspecify.annotations.NullMarked;
