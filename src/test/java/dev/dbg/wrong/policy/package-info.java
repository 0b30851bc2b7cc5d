@NullMarked
package dev.dbg.wrong.policy;

import org.jspecify.annotations.NullMarked;
