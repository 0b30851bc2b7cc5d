package dev.dbg.audit.write;

import java.io.IOException;
import java.util.Map;

/** The receivers of the log, for {@link SegmentRetention}. */
@FunctionalInterface
public interface Receivers {
  /** The number of the last record delivered to each, by name. */
  Map<String, Long> have() throws IOException;
}
