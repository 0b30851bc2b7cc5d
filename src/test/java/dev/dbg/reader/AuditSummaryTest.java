package dev.dbg.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.EveryEvent;
import dev.dbg.audit.Logs;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.Query;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.write.AuditLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditSummaryTest {
  @TempDir private Path directory;

  @Test
  void of_lines_it_is_that_of_their_records() throws Exception {
    int written = EveryEvent.records(directory).size();
    assertTrue(written > 0);
    try (AuditLog log = Logs.open(directory)) {
      for (String name : new String[] {"web-1", "web-2", "\"},\"namespaces\":[", "web-1"}) {
        log.append(
            RecordBuilder.of(Event.INTENT)
                .with("session", "899c1dcbe6d2a223")
                .with("operator", Map.of("uid", 1000, "user", "ann" + name))
                .with("target", Map.of("runtime", "pid", "name", name))
                .with("namespaces", List.of("net"))
                .with("tool", Map.of("name", "ss")));
      }
    }
    Files.writeString(
        Logs.file(directory), "{\"seq\":99,\"time\":\"2020\n", StandardOpenOption.APPEND);
    AuditSummary records = new AuditSummary();
    AuditReader.backward(
        directory,
        Query.ALL,
        record -> true,
        read -> {
          records.count(read.fields());
          return true;
        });
    AuditSummary lines = new AuditSummary();
    AuditReader.lines(
        directory,
        Query.ALL,
        (line, head) -> {
          lines.count(line, head);
          return true;
        });
    assertEquals(records.facts(), lines.facts());
    assertEquals(7L, records.facts().get("runs"));
  }
}
