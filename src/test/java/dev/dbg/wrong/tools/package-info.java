@NullMarked
package dev.dbg.wrong.tools;

import org.jspecify.annotations.NullMarked;
