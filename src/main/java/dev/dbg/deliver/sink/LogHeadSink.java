package dev.dbg.deliver.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.apiserver.ApiAnswer;
import dev.dbg.apiserver.ApiServer;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.LogTail;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.record.RecordField;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the cluster how far the log has come: this node's {@code DebugLogHead} has its newest
 * seal. The API server lets the object only grow, and no other node change it.
 *
 * <p>The object is raised only if the log has the record that it names. Otherwise the log was cut,
 * and a new head would hide that.
 */
public final class LogHeadSink extends SealSink {
  private static final Logger LOG = LoggerFactory.getLogger("deliver");

  private static final String API = "dbg.dev/v1alpha1";
  private static final String HEADS = "/apis/" + API + "/debuglogheads";
  private static final JsonMapper JSON = new JsonMapper();

  private final ApiServer api;
  private final String node;
  private final Path log;

  /** What the object had when the log was last seen not to have it. */
  private ChainHead missed = ChainHead.NONE;

  /** {@code log}: the directory of the log whose records are sent. */
  public LogHeadSink(ApiServer api, String node, Path log) {
    super(Duration.ofSeconds(1));
    this.api = api;
    this.node = node;
    this.log = log;
  }

  @Override
  void tell(JsonNode seal) throws IOException {
    ChainHead head =
        new ChainHead(RecordField.SEAL_SEQ.number(seal), RecordField.SEAL_HASH.text(seal));
    ObjectNode object = JSON.createObjectNode();
    object
        .putObject("spec")
        .put("epoch", RecordField.SEAL_EPOCH.number(seal))
        .put("seq", head.seq())
        .put("hash", head.hash());
    ApiAnswer found = api.get(HEADS + "/" + node);
    if (found.status() == ApiAnswer.NOT_FOUND) {
      object.put("apiVersion", API).put("kind", "DebugLogHead");
      object.putObject("metadata").put("name", node);
      JsonNode _ = require(ApiAnswer.CREATED, api.post(HEADS, object.toString()));
    } else {
      JsonNode spec = require(ApiAnswer.OK, found).path("spec");
      ChainHead had = new ChainHead(spec.path("seq").asLong(), spec.path("hash").asText());
      // Each time: a log can be cut while it is sent.
      requireInLog(had);
      if (head.seq() <= had.seq()) {
        // An older seal, told again as the position was not saved.
        return;
      }
      JsonNode _ = require(ApiAnswer.OK, api.patch(HEADS + "/" + node, object.toString()));
    }
  }

  private void requireInLog(ChainHead had) throws IOException {
    try (LogTail tail = new LogTail(log, had)) {
      List<AuditReader.Read> _ = tail.next(1, 1, Long.MAX_VALUE);
      if (tail.isRewound()) {
        if (!had.equals(missed)) {
          missed = had;
          LOG.error(
              "the log was cut or made anew: the cluster knows its record {}, which it does not have: keep a copy, and see dbgd verify --heads; if the node {} was set up anew: kubectl delete debugloghead {}",
              had,
              node,
              node);
        }
        throw new IOException("the log was cut or made anew");
      }
    }
  }

  /** The object in an answer of this status. */
  private JsonNode require(int status, ApiAnswer answer) throws IOException {
    String body = new String(answer.body().orElse(new byte[0]), StandardCharsets.UTF_8);
    JsonNode said = ParsedRecord.of(body).orElse(JSON.nullNode());
    if (answer.status() == status && said.has("spec")) {
      return said;
    }
    String why = HttpPost.shown(said.path("message").asText());
    throw new IOException(
        switch (answer.status()) {
          case ApiAnswer.NOT_FOUND ->
              "the cluster has no debuglogheads.dbg.dev: kubectl apply what src/kubernetes has";
          case ApiAnswer.UNAUTHORIZED, ApiAnswer.FORBIDDEN ->
              "the API server lets this pod not say how far the log of node %s has come: %s"
                  .formatted(node, why);
          default -> "the API server: status %d: %s".formatted(answer.status(), why);
        });
  }

  @Override
  public void close() {
    api.close();
  }
}
