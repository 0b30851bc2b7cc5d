@NullMarked
package dev.dbg.wrong.attic;

import org.jspecify.annotations.NullMarked;
