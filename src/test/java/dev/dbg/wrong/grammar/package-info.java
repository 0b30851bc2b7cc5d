@NullMarked
package dev.dbg.wrong.grammar;

import org.jspecify.annotations.NullMarked;
