/**
 * Sends the log's records on: to the journal, to syslog servers, to OpenTelemetry collectors.
 *
 * <p>Reads what is in the log's files, and notes how far each receiver has come; a receiver that is
 * slow or away delays nobody and loses nothing. May import: {@code kernel}, {@code audit} and
 * below. Must not: write the log, or be waited for by whoever does.
 */
@NullMarked
package dev.dbg.deliver;

import org.jspecify.annotations.NullMarked;
