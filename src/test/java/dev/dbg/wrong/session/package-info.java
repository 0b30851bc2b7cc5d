@NullMarked
package dev.dbg.wrong.session;

import org.jspecify.annotations.NullMarked;
