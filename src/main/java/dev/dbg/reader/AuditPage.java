package dev.dbg.reader;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.export.HtmlPage;
import dev.dbg.audit.read.Query;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.config.BuildVersion;
import dev.dbg.model.Operator;
import dev.dbg.wire.Request;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code dbg audit export --format html}: the facts above the records. */
final class AuditPage {
  private AuditPage() {}

  /**
   * The page up to its first record.
   *
   * @param host the host on which the page is made
   * @param head the last record; shown with a verification
   * @param verification empty for those who may read only some records
   */
  static String begin(
      Operator operator,
      Request request,
      Query wanted,
      HostIdentity host,
      ChainHead head,
      Optional<String> verification) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Made", "%s by %s, dbg %s".formatted(now, operator.user(), BuildVersion.number()));
    facts.put("Host", (host.nameOrDash() + " " + host.id()).strip());
    facts.put("Asked for", "dbg " + String.join(" ", request.arguments()));
    facts.put(
        "Period",
        "%s to %s"
            .formatted(
                wanted.since().map(Instant::toString).orElse("the log's beginning"),
                wanted.until().orElse(now)));
    verification.ifPresent(found -> facts.put("Head", head.toString()));
    facts.put(
        "Verification",
        verification.orElse(
            "none: these are the records that %s may read, not the whole log"
                .formatted(operator.user())));
    return HtmlPage.begin(facts);
  }

  static String row(JsonNode record) {
    return HtmlPage.row(record, AuditTable.what(record));
  }
}
