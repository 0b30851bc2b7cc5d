package dev.dbg.review;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.answer.Json;
import dev.dbg.answer.Screen;
import dev.dbg.audit.export.CefForm;
import dev.dbg.audit.export.EcsForm;
import dev.dbg.audit.export.HtmlPage;
import dev.dbg.audit.export.OcsfForm;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.NewestRecords;
import dev.dbg.audit.read.Query;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.recording.RecordingFiles;
import dev.dbg.audit.recording.Recordings;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.authorize.Rights;
import dev.dbg.config.BuildVersion;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.Since;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.model.RawText;
import dev.dbg.plan.Streams;
import dev.dbg.session.ClientRequest;
import dev.dbg.session.Services;
import dev.dbg.wire.ClientWatch;
import dev.dbg.wire.Reply;
import dev.dbg.wire.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** {@code dbg audit}, dbg(1), within what the policy lets the operator read. */
public final class AuditAnswer {
  private static final int NOT_INTACT = 1;
  private static final int MOST_OF_A_SESSION = 20;

  /** How many characters of a listing are sent together. */
  private static final int PAGE = 16 * 1024;

  private final Services services;
  private final ReaderLimits readers;
  private final LogVerification verification;
  private final AuditLog log;
  private final Path directory;
  private final Operator operator;
  private final Request request;
  private final ReaderClock clock;
  private final ClientWatch client;
  private final Reply reply;
  private final LogAccess look;
  private final ReadableRecords readable;

  public AuditAnswer(
      Services services, ReaderLimits readers, LogVerification verification, ClientRequest asker) {
    this.services = services;
    this.readers = readers;
    this.verification = verification;
    this.log = services.audit();
    this.directory = log.settings().directory();
    this.operator = asker.operator();
    this.request = asker.request();
    this.clock = ReaderClock.of(request);
    this.client = new ClientWatch(asker.connection(), asker.reply());
    this.reply = asker.reply();
    this.look = new LogAccess(services.repeats(), asker.operator(), asker.records(), reply);
    this.readable = readable(asker.rights());
  }

  private ReadableRecords readable(Rights rights) {
    return new ReadableRecords(rights.policy().auditReach(operator, Instant.now()));
  }

  public void give(Invocation.Audit asked) throws AuditFailure {
    try {
      if (asked instanceof Invocation.Audit.Access access) {
        reply.exit(tellAccess(access));
        return;
      }
      Optional<ReaderLimits.ReaderTurn> turn = turn();
      if (turn.isPresent()) {
        try (ReaderLimits.ReaderTurn held = turn.get()) {
          reply.exit(read(asked, held));
        }
      }
    } catch (IOException e) {
      reply.complain("the audit log in %s cannot be read: %s".formatted(directory, e.getMessage()));
      reply.exit(ExitStatus.DBG_FAILED);
    }
  }

  /** A turn to read; empty if the client is gone, or has been asked to try again. */
  private Optional<ReaderLimits.ReaderTurn> turn() {
    try {
      Optional<ReaderLimits.ReaderTurn> turn = readers.take(operator.uid(), client);
      turn.ifPresent(reply::pausingWith);
      return turn;
    } catch (ReaderLimits.Busy e) {
      reply.complain(e.message());
      reply.exit(ExitStatus.DBG_FAILED);
      return Optional.empty();
    }
  }

  private int read(Invocation.Audit asked, ReaderLimits.ReaderTurn turn)
      throws IOException, AuditFailure {
    return switch (asked) {
      case Invocation.Audit.Listing listing -> list(listing, turn);
      case Invocation.Audit.Show show -> show(show);
      case Invocation.Audit.Replay replay -> replay(replay, turn);
      case Invocation.Audit.Summary summary -> summarize(summary);
      case Invocation.Audit.Export export -> export(export);
      case Invocation.Audit.Verify verify -> verify(verify);
      case Invocation.Audit.Access access -> tellAccess(access);
    };
  }

  private int list(Invocation.Audit.Listing asked, ReaderLimits.ReaderTurn turn)
      throws IOException, AuditFailure {
    look.at(readable, asked.wanted());
    Query query = query(asked.wanted());
    ChainHead head = log.head();
    AuditTable table = new AuditTable(Screen.of(request, asked.colour()), clock);
    NewestRecords newest =
        NewestRecords.of(
            directory,
            asked.count(),
            query,
            look.without(readable),
            read -> {
              if (!asked.json()) {
                table.expect(AuditTable.row(read.fields()));
              }
            });
    StringBuilder page = new StringBuilder(asked.json() ? "" : table.heading());
    newest.give(
        read -> {
          page.append(shown(asked, readable, table, read));
          if (page.length() > PAGE) {
            reply.print(page.toString());
            page.setLength(0);
          }
          return !reply.isUnheard();
        });
    reply.print(page.toString());
    if (asked.follow()) {
      turn.close();
      new AuditFollow(log, client)
          .from(
              head,
              query,
              () -> lookAgain(asked.wanted()),
              this::turn,
              (now, read) -> {
                reply.print(shown(asked, now, table, read));
                return !reply.isUnheard();
              });
    }
    return ExitStatus.OK;
  }

  private static String shown(
      Invocation.Audit.Listing asked,
      ReadableRecords readable,
      AuditTable table,
      AuditReader.Read read) {
    return asked.json() ? readable.shown(read) : table.line(AuditTable.row(read.fields()));
  }

  /** Decides anew what may be read, because a reload may have changed the policy. */
  private ReadableRecords lookAgain(Invocation.RecordFilter wanted) throws AuditFailure {
    ReadableRecords now = readable(services.rights().get());
    look.at(now, wanted);
    return now;
  }

  private int show(Invocation.Audit.Show asked) throws IOException, AuditFailure {
    List<AuditReader.Read> found = session(asked.session());
    for (AuditReader.Read read : found) {
      reply.print(asked.json() ? readable.shown(read) : AuditTable.whole(readable.visible(read)));
    }
    return found.isEmpty() ? ExitStatus.DBG_FAILED : ExitStatus.OK;
  }

  /** The readable records of a session, the oldest first; complains if there are none. */
  private List<AuditReader.Read> session(String session) throws IOException, AuditFailure {
    look.at(readable);
    List<AuditReader.Read> found = new ArrayList<>();
    AuditReader.backward(
        directory,
        Query.ofSession(session),
        readable,
        read -> {
          if (!found.isEmpty() && !sessionOf(read).equals(sessionOf(found.getFirst()))) {
            // If the numbers of two sessions begin alike, the newer session is meant.
            return true;
          }
          found.add(read);
          // These are a session's first records, and no session has so many.
          return found.size() < MOST_OF_A_SESSION
              && !Event.INTENT.is(read.fields())
              && !Event.DENIED.is(read.fields())
              && !Event.MISTYPED.is(read.fields());
        });
    if (found.isEmpty()) {
      reply.complain("no session %s that you may read: dbg audit lists those".formatted(session));
    }
    return found.reversed();
  }

  private static String sessionOf(AuditReader.Read read) {
    return RecordField.SESSION.text(read.fields());
  }

  private int replay(Invocation.Audit.Replay asked, ReaderLimits.ReaderTurn turn)
      throws IOException, AuditFailure {
    List<AuditReader.Read> session = session(asked.session());
    if (session.isEmpty()) {
      return ExitStatus.DBG_FAILED;
    }
    JsonNode end = session.getLast().fields();
    if (!RecordField.RECORDING_SHA256.isIn(end)) {
      reply.complain(
          "session %s has no recording: only rules with record = true and dbg --record make one"
              .formatted(asked.session()));
      return ExitStatus.DBG_FAILED;
    }
    RecordingFiles files = Recordings.of(directory, sessionOf(session.getLast()));
    if (!files.isAsNoted(end)) {
      reply.complain(
          "the recording of %s does not match the record of its end: it was changed or removed"
              .formatted(asked.session()));
      return NOT_INTACT;
    }
    turn.close();
    if (asked.raw()) {
      reply.showVerbatim();
    } else if (isDrawn(session.getFirst().fields())) {
      reply.showDrawing();
    }
    new AuditReplay(client, log::isOver, reply).play(files, asked);
    return ExitStatus.OK;
  }

  /** Whether the tool had a terminal, on which it may have drawn. */
  private static boolean isDrawn(JsonNode intent) {
    return RecordField.CONFINEMENT_STREAMS.text(intent).equals(Streams.TERMINAL.word());
  }

  private int summarize(Invocation.Audit.Summary asked) throws IOException, AuditFailure {
    look.at(readable, asked.wanted());
    AuditSummary summary = new AuditSummary();
    Query query = query(asked.wanted());
    if (readable.areAll() && query.isUnfiltered()) {
      AuditReader.lines(
          directory,
          (line, head) -> {
            boolean over = query.isOver(head);
            if (!over) {
              summary.count(line, head);
            }
            return !over && !reply.isUnheard();
          });
    } else {
      AuditReader.backward(
          directory,
          query,
          readable,
          read -> {
            summary.count(read.fields());
            return !reply.isUnheard();
          });
    }
    reply.print(
        asked.json()
            ? Json.of(summary.facts()) + "\n"
            : summary.text(Screen.of(request, asked.colour()), clock));
    return ExitStatus.OK;
  }

  private int export(Invocation.Audit.Export asked) throws IOException, AuditFailure {
    look.at(readable, asked.wanted());
    HostIdentity here = log.host();
    Function<AuditReader.Read, String> export =
        switch (asked.format()) {
          case JSONL -> readable::shown;
          case ECS -> read -> EcsForm.line(readable.visible(read));
          case OCSF -> read -> OcsfForm.line(readable.visible(read), BuildVersion.number(), here);
          case HTML -> read -> AuditPage.row(readable.visible(read));
          case CEF -> read -> CefForm.line(readable.visible(read), BuildVersion.number());
        };
    if (asked.format() == Invocation.ExportFormat.HTML) {
      reply.print(page(asked.wanted()));
    }
    AuditReader.forward(
        directory,
        query(asked.wanted()),
        readable,
        read -> {
          reply.print(export.apply(read));
          return !reply.isUnheard();
        });
    if (asked.format() == Invocation.ExportFormat.HTML) {
      reply.print(HtmlPage.end());
    }
    return ExitStatus.OK;
  }

  /** The page up to its records, with a verification for readers of all records. */
  private String page(Invocation.RecordFilter wanted) throws IOException {
    ChainHead head = log.head();
    Optional<String> verification =
        readable.areAll()
            ? check(head, false).map(LogVerification.VerificationResult::text)
            : Optional.empty();
    return AuditPage.begin(operator, request, query(wanted), log.host(), head, verification);
  }

  private int verify(Invocation.Audit.Verify asked) throws IOException, AuditFailure {
    if (!readable.areAll()) {
      reply.complain(
          "refused: verify needs access to all records: dbg audit lists those that you may read");
      return ExitStatus.REFUSED;
    }
    look.at(readable);
    Optional<LogVerification.VerificationResult> said = check(log.head(), asked.json());
    said.map(LogVerification.VerificationResult::text).ifPresent(reply::print);
    return said.filter(LogVerification.VerificationResult::intact).isPresent()
        ? ExitStatus.OK
        : NOT_INTACT;
  }

  private Optional<LogVerification.VerificationResult> check(ChainHead head, boolean json)
      throws IOException {
    return verification.run(head, json, client);
  }

  private int tellAccess(Invocation.Audit.Access asked) {
    if (asked.json()) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("own", true);
      facts.put("all", readable.areAll());
      facts.put("accesses", readable.words());
      reply.println(Json.of(facts));
    } else {
      reply.println(operator.isRoot() ? "all records: you are root" : "your own records");
      readable.words().forEach(words -> reply.println(RawText.printable(words)));
    }
    return ExitStatus.OK;
  }

  private Query query(Invocation.RecordFilter wanted) {
    Instant now = Instant.now();
    Optional<Instant> begin = wanted.since().map(since -> since.from(now, clock.zone()));
    return new Query(
        begin,
        wanted.until().map(until -> Since.until(until, begin, now, clock.zone())),
        wanted.operator(),
        wanted.container(),
        wanted.tool(),
        wanted.refused(),
        wanted.mistyped(),
        wanted.session(),
        wanted.shell());
  }
}
