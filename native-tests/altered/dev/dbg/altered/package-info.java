/**
 * How the native tests take a defence out of a copy of dbgd: a class of theirs stands in places of
 * main's, which it names. Such classes are beside this package, each in the package of main's that
 * it alters, so that javac compares it with main.
 */
@NullMarked
package dev.dbg.altered;

import org.jspecify.annotations.NullMarked;
