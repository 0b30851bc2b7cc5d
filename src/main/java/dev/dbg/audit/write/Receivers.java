package dev.dbg.audit.write;

import java.io.IOException;
import java.util.Map;

/** Those to whom the log's records are sent, as whoever removes segments sees them. */
@FunctionalInterface
public interface Receivers {
  /** Nobody. */
  Receivers NONE = Map::of;

  /** The number of the last record that each has had, by its name. */
  Map<String, Long> have() throws IOException;
}
