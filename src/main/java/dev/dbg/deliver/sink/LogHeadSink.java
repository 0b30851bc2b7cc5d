package dev.dbg.deliver.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.apiserver.ApiServer;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.LogTail;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.record.RecordField;
import dev.dbg.http.HttpAnswer;
import dev.dbg.http.HttpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the cluster how far the log has come: this node's {@code DebugLogHead} has its newest
 * seal. The API server lets the object only grow, and no other node change it.
 *
 * <p>The object is raised only if the log has the record that it names, or begins after it, as
 * retention removes the oldest. Otherwise the log was cut, and a new head would hide that.
 */
public final class LogHeadSink extends SealSink {
  private static final Logger LOG = LoggerFactory.getLogger("deliver");

  private static final String API = "dbg.dev/v1alpha1";
  private static final String HEADS = "/apis/" + API + "/debuglogheads";
  private static final JsonMapper JSON = new JsonMapper();

  private final ApiServer api;
  private final String node;
  private final Path log;

  /** What the object had when it was last said to be wrong. */
  private ChainHead complained = ChainHead.NONE;

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
    long epoch = RecordField.SEAL_EPOCH.number(seal);
    ObjectNode object = JSON.createObjectNode();
    object.putObject("spec").put("epoch", epoch).put("seq", head.seq()).put("hash", head.hash());
    HttpAnswer found = api.get(HEADS + "/" + node);
    if (found.status() == HttpAnswer.NOT_FOUND) {
      object.put("apiVersion", API).put("kind", "DebugLogHead");
      object.putObject("metadata").put("name", node);
      JsonNode _ = require(HttpAnswer.CREATED, api.post(HEADS, object.toString()));
    } else {
      JsonNode spec = require(HttpAnswer.OK, found).path("spec");
      ChainHead had = head(spec);
      // Each time: a log can be cut while it is sent.
      if (!isInLog(had)) {
        complain(
            had,
            "the log was cut or made anew",
            "which it does not have: keep a copy, and see dbgd verify --heads");
      }
      if (head.seq() <= had.seq()) {
        // An older seal, told again as the position was not saved.
        return;
      }
      if (epoch <= spec.path("epoch").asLong()) {
        complain(
            had,
            "the epochs of the log began anew",
            "and a later epoch than %d, as if seal.key was made anew".formatted(epoch));
      }
      JsonNode _ = require(HttpAnswer.OK, api.patch(HEADS + "/" + node, object.toString()));
    }
  }

  private static ChainHead head(JsonNode spec) throws IOException {
    JsonNode seq = spec.path("seq");
    String hash = spec.path("hash").asText();
    if (!seq.isIntegralNumber() || !seq.canConvertToLong() || !hash.matches("[0-9a-f]{64}")) {
      throw new IOException("the API server: the head that it has cannot be read");
    }
    return new ChainHead(seq.asLong(), hash);
  }

  private boolean isInLog(ChainHead had) throws IOException {
    try (LogTail tail = new LogTail(log, had)) {
      List<AuditReader.Read> _ = tail.next(1, 1, Long.MAX_VALUE);
      return !tail.isRewound();
    }
  }

  /** Fails, with an error in the log for who can mend it, once for each state of the object. */
  private void complain(ChainHead had, String what, String why) throws IOException {
    if (!had.equals(complained)) {
      complained = had;
      LOG.error(
          "{}: the cluster knows its record {}, {}; if the node {} or its log was set up anew: kubectl delete debugloghead {}",
          what,
          had,
          why,
          node,
          node);
    }
    throw new IOException(what);
  }

  /** The object in an answer of this status. */
  private JsonNode require(int status, HttpAnswer answer) throws IOException {
    JsonNode said = ParsedRecord.object(answer.text()).orElse(JSON.nullNode());
    if (answer.status() == status && said.has("spec")) {
      return said;
    }
    String why = HttpClient.shown(said.path("message").asText());
    throw new IOException(
        switch (answer.status()) {
          case HttpAnswer.NOT_FOUND ->
              "the cluster has no debuglogheads.dbg.dev: kubectl apply what src/kubernetes has";
          case HttpAnswer.UNAUTHORIZED, HttpAnswer.FORBIDDEN ->
              "the API server does not let this pod say how far the log of node %s has come: %s"
                  .formatted(node, why);
          default -> "the API server: status %d: %s".formatted(answer.status(), why);
        });
  }
}
