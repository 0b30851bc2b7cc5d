package dev.dbg.deliver.sink;

import dev.dbg.audit.read.AuditReader;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Where records go.
 *
 * <p>For one thread, which may wait here for as long as the receiver is given.
 */
public interface Sink extends Closeable {
  /**
   * Sends records.
   *
   * @return how many of them, from the first on, the receiver has now; at least one
   * @throws IOException when it has none of them, as far as can be known
   */
  int send(List<AuditReader.Read> records) throws IOException;

  /** How many records it takes at a time. */
  default int most() {
    return 500;
  }

  /** How long it is left alone after each time. */
  default Duration pause() {
    return Duration.ofMillis(100);
  }
}
