/**
 * Sends the log's records to the journal, to syslog servers and to OpenTelemetry collectors, tells
 * web hooks of some, and other hosts, a cluster and authorities of time-stamps how far the log has
 * come.
 *
 * <p>It reads the log's files, and saves each receiver's position. A receiver that is slow or
 * unreachable delays nobody and loses no records.
 *
 * <p>May import: {@code http}, {@code kernel}, {@code audit}, {@code apiserver} and below. Must
 * not: write the log, or delay the log's writers.
 */
@NullMarked
package dev.dbg.deliver;

import org.jspecify.annotations.NullMarked;
