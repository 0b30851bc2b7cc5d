package dev.dbg.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Reads the log that {@link AuditLog} writes, while it is written. */
public final class AuditReader {
  private AuditReader() {}

  /**
   * A record.
   *
   * @param line its bytes in the log, without the line's end
   * @param fields the same, parsed
   */
  public record Read(String line, JsonNode fields) {}

  /**
   * The newest records that {@code wanted} holds for, at most {@code count}, the newest last.
   *
   * @param shown what to keep of each: a whole record takes ten times its line
   */
  public static <T> List<T> newest(
      Path directory, int count, Predicate<JsonNode> wanted, Function<Read, T> shown)
      throws IOException {
    List<T> found = new ArrayList<>();
    if (!Files.exists(directory)) {
      return found;
    }
    try (BackwardLog lines = BackwardLog.of(directory)) {
      Optional<String> line = lines.next();
      while (line.isPresent() && found.size() < count) {
        String text = line.get();
        Remains.parse(text)
            .filter(wanted)
            .ifPresent(fields -> found.add(shown.apply(new Read(text, fields))));
        line = lines.next();
      }
    }
    return found.reversed();
  }
}
