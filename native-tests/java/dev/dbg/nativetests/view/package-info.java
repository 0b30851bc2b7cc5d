/**
 * What a tool shows and does is what it shows and does under nsenter: the same namespaces, files,
 * names, users and streams.
 */
@NullMarked
package dev.dbg.nativetests.view;

import org.jspecify.annotations.NullMarked;
