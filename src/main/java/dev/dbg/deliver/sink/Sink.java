package dev.dbg.deliver.sink;

import dev.dbg.audit.read.AuditReader;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Sends records to a receiver, and may block for as long as that may take. For one thread. */
public interface Sink extends Closeable {
  /**
   * Sends records.
   *
   * @return how many of them, from the first on, count as delivered; at least one
   * @throws IOException when none does
   */
  int send(List<AuditReader.Read> records) throws IOException;

  /** The most records of one call. */
  default int most() {
    return 500;
  }

  /** The pause after each call. */
  default Duration pause() {
    return Duration.ofMillis(100);
  }

  /** For a sink that has a connection between calls. */
  @Override
  default void close() throws IOException {}
}
