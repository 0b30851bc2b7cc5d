package dev.dbg.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.audit.AuditLog;
import dev.dbg.audit.AuditReader;
import dev.dbg.audit.Export;
import dev.dbg.audit.Query;
import dev.dbg.audit.Verification;
import dev.dbg.audit.VerificationText;
import dev.dbg.audit.Verifier;
import dev.dbg.grammar.Invocation;
import dev.dbg.kernel.UnixConnection;
import dev.dbg.kernel.Users;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.wire.Reply;
import dev.dbg.wire.Request;
import dev.dbg.wire.Stdio;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code dbg audit}, dbg(1). Root reads all records, anybody else their own. */
final class AuditAnswer {
  private static final int NOT_INTACT = 1;

  private final AuditLog log;
  private final Path directory;
  private final Operator operator;
  private final Request request;
  private final Stdio stdio;
  private final UnixConnection connection;
  private final Reply reply;

  AuditAnswer(
      AuditLog log,
      Operator operator,
      Request request,
      Stdio stdio,
      UnixConnection connection,
      Reply reply) {
    this.log = log;
    this.directory = log.settings().directory();
    this.operator = operator;
    this.request = request;
    this.stdio = stdio;
    this.connection = connection;
    this.reply = reply;
  }

  void give(Invocation.Audit asked) {
    try {
      int status =
          switch (asked) {
            case Invocation.Audit.Listing listing -> list(listing);
            case Invocation.Audit.Show show -> show(show);
            case Invocation.Audit.Summary summary -> summarize(summary);
            case Invocation.Audit.Export export -> export(export);
            case Invocation.Audit.Verify verify -> verify(verify);
          };
      reply.exit(status);
    } catch (IOException e) {
      reply.complain("the audit log in %s cannot be read: %s".formatted(directory, e.getMessage()));
      reply.exit(ExitStatus.DBG_FAILED);
    }
  }

  private int list(Invocation.Audit.Listing asked) throws IOException {
    Query query = query(asked.wanted());
    long head = log.head().seq();
    AuditTable table = new AuditTable(width());
    if (asked.json()) {
      AuditReader.newest(directory, asked.count(), query, this::mayRead, this::shown)
          .forEach(reply::print);
    } else {
      List<List<String>> rows =
          AuditReader.newest(
              directory,
              asked.count(),
              query,
              this::mayRead,
              read -> AuditTable.row(read.fields()));
      reply.print(table.of(rows));
    }
    if (asked.follow()) {
      new AuditFollow(log, connection, reply)
          .from(
              head,
              query,
              this::mayRead,
              read ->
                  reply.print(
                      asked.json() ? shown(read) : table.line(AuditTable.row(read.fields()))));
    }
    return ExitStatus.OK;
  }

  /** How wide the terminal is that is printed to; 0 if it is none. */
  private int width() {
    return Users.isTerminal(stdio.output()) ? request.columns() : 0;
  }

  private int show(Invocation.Audit.Show asked) throws IOException {
    Query query =
        new Query(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.of(asked.session()));
    List<AuditReader.Read> found = new ArrayList<>();
    AuditReader.backward(
        directory,
        query,
        this::mayRead,
        read -> {
          found.add(read);
          // Nothing of a session comes before these.
          String event = read.fields().path("event").asText();
          return !event.equals("intent") && !event.equals("denied");
        });
    if (found.isEmpty()) {
      reply.complain(
          "no session %s that you may read about: dbg audit lists them".formatted(asked.session()));
      return ExitStatus.DBG_FAILED;
    }
    for (AuditReader.Read read : found.reversed()) {
      reply.print(asked.json() ? shown(read) : AuditTable.whole(visible(read)));
    }
    return ExitStatus.OK;
  }

  private int summarize(Invocation.Audit.Summary asked) throws IOException {
    AuditSummary summary = new AuditSummary();
    AuditReader.backward(
        directory,
        query(asked.wanted()),
        this::mayRead,
        read -> {
          summary.count(read.fields());
          return true;
        });
    reply.print(asked.json() ? Json.of(summary.facts()) + "\n" : summary.text());
    return ExitStatus.OK;
  }

  private int export(Invocation.Audit.Export asked) throws IOException {
    Export export =
        switch (asked.format()) {
          case JSONL -> this::shown;
          case ECS -> read -> Export.ecs(visible(read));
          case OCSF -> read -> Export.ocsf(visible(read), Version.number());
          case CEF -> read -> Export.cef(visible(read), Version.number());
        };
    AuditReader.forward(
        directory, query(asked.wanted()), this::mayRead, read -> reply.print(export.line(read)));
    return ExitStatus.OK;
  }

  private int verify(Invocation.Audit.Verify asked) throws IOException {
    if (!operator.isRoot()) {
      reply.complain(
          "refused: verify tells about all records: dbg audit lists those that you may read");
      return ExitStatus.REFUSED;
    }
    Verification found = new Verifier(directory, Set.of(), null, log.head().seq()).verify();
    reply.print(
        asked.json()
            ? Json.of(VerificationText.facts(found)) + "\n"
            : VerificationText.of(found, false));
    return found.isIntact() ? ExitStatus.OK : NOT_INTACT;
  }

  private static Query query(Invocation.Wanted wanted) {
    return new Query(
        wanted.since().map(since -> since.from(Instant.now())),
        wanted.operator(),
        wanted.container(),
        wanted.tool(),
        wanted.refused(),
        wanted.session());
  }

  private boolean mayRead(JsonNode record) {
    return operator.isRoot()
        || record.path("operator").path("uid").asLong(-1) == operator.uid().number();
  }

  /**
   * A record's very bytes for root, who can verify them. For anybody else without a refusal's
   * detail, which may tell what the refusal did not: that there is a container of that name; and
   * without the hashes, from which the detail could be guessed.
   */
  private String shown(AuditReader.Read record) {
    return operator.isRoot() ? record.line() + "\n" : Json.of(visible(record)) + "\n";
  }

  private JsonNode visible(AuditReader.Read record) {
    if (!operator.isRoot()) {
      ObjectNode fields = (ObjectNode) record.fields();
      fields.remove(List.of("prev", "hash"));
      if (fields.get("decision") instanceof ObjectNode decision) {
        decision.remove("detail");
      }
    }
    return record.fields();
  }
}
