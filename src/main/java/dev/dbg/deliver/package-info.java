/**
 * Sends the log's records to syslog servers and OpenTelemetry collectors, and some of them to web
 * hooks. Sends the log's head to other hosts, to a cluster and to time-stamp authorities.
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
