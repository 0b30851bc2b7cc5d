/** Where records go, and the form that each receiver wants them in. */
@NullMarked
package dev.dbg.deliver.sink;

import org.jspecify.annotations.NullMarked;
