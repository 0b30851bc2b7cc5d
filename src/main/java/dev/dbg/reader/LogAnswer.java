package dev.dbg.reader;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.answer.Screen;
import dev.dbg.audit.export.CsvForm;
import dev.dbg.audit.export.EcsForm;
import dev.dbg.audit.export.OcsfForm;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.NewestRecords;
import dev.dbg.audit.read.Query;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.Json;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.recording.RecordingFiles;
import dev.dbg.audit.recording.Recordings;
import dev.dbg.config.BuildVersion;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.Invocation.Audit.ReplayForm;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.model.amount.Since;
import dev.dbg.plan.Streams;
import dev.dbg.review.ReviewOrder;
import dev.dbg.wire.ClientWatch;
import dev.dbg.wire.Reply;
import dev.dbg.wire.Request;
import dev.dbg.wire.StreamedText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Answers a {@code dbg audit} that reads the log, dbg(1). For one thread. */
final class LogAnswer {
  private static final int NOT_INTACT = 1;
  private static final int MOST_OF_A_SESSION = 20;

  /** The number of lines between checks of the client; a second reads some hundred thousand. */
  private static final int LOOKS_EVERY = 4096;

  /** The timeout for a slow client begins anew after so many bytes. */
  private static final int PIECE = 1 << 17;

  private final Path directory;
  private final ReviewOrder order;
  private final Operator operator;
  private final Request request;
  private final ReaderClock clock;
  private final ClientWatch client;
  private final Reply reply;
  private final ReadableRecords readable;
  private final LogReader.DbgdChannel dbgd;
  private final Duration readWithin;
  private boolean over;
  private int lines;
  private boolean isGone;

  /**
   * @param readWithin the timeout for a slow client, for each piece of the answer or batch of new
   *     records: other operators wait for its turn
   */
  LogAnswer(
      Path directory,
      ReviewOrder order,
      UnixConnection connection,
      LogReader.DbgdChannel dbgd,
      Duration readWithin) {
    this.directory = directory;
    this.order = order;
    this.operator = order.operator().operator();
    this.request = order.request().request();
    this.clock = ReaderClock.of(request);
    this.reply = new Reply(connection);
    this.client = new ClientWatch(connection, reply);
    this.readable = new ReadableRecords(order.present().reach(operator));
    this.dbgd = dbgd;
    this.readWithin = readWithin;
  }

  /** Answers the command {@code asked}, which was parsed from the order's request. */
  void give(Invocation.Audit asked) {
    try {
      int status = read(asked);
      if (!over) {
        reply.exit(status);
      }
    } catch (IOException e) {
      reply.complain("the audit log in %s cannot be read: %s".formatted(directory, e.getMessage()));
      reply.exit(ExitStatus.DBG_FAILED);
    }
  }

  /**
   * Returns true if the client is still connected. Checks only now and then; needed because an
   * answer that finds little prints nothing for long.
   */
  boolean isClientConnected() {
    lines++;
    isGone = isGone || (lines % LOOKS_EVERY == 0 && client.connection().isGone());
    return !isGone && !reply.isUnheard();
  }

  private int read(Invocation.Audit asked) throws IOException {
    // Root, and a client that plays a recording, hold no turn that others wait for.
    if (!operator.isRoot() && !(asked instanceof Invocation.Audit.Replay)) {
      reply.waitAtMost(readWithin, PIECE);
    }
    return switch (asked) {
      case Invocation.Audit.Listing listing -> list(listing);
      case Invocation.Audit.Show show -> show(show);
      case Invocation.Audit.Replay replay -> replay(replay);
      case Invocation.Audit.Summary summary -> summarize(summary);
      case Invocation.Audit.Export export -> export(export);
      case Invocation.Audit.Access _, Invocation.Audit.Verify _ ->
          throw new IllegalArgumentException("dbgd answers this itself");
    };
  }

  private int list(Invocation.Audit.Listing asked) throws IOException {
    Query query = query(asked.wanted(), !asked.events() && !asked.json());
    ListedRows rows = new ListedRows(asked.events(), asked.status());
    AuditTable table =
        new AuditTable(
            Screen.of(request, asked.colour()), clock, asked.events() ? "EVENT" : "STATUS");
    try (StreamedText page = new StreamedText(reply)) {
      if (asked.json()) {
        NewestRecords.of(
                directory,
                asked.count(),
                query,
                readable.without(order.session()),
                this::isClientConnected)
            .give(
                read -> {
                  page.add(readable.shown(read));
                  return isClientConnected();
                });
      } else {
        List<AuditTable.Row> newest = newest(asked.count(), query, rows);
        newest.forEach(table::expect);
        page.add(table.heading());
        newest.forEach(row -> page.add(table.line(row)));
      }
    }
    if (asked.follow()) {
      dbgd.rest();
      new AuditFollow(directory, client, operator.uid(), () -> reply.waitAtMost(readWithin))
          .from(
              order.present().head(),
              query,
              this::current,
              (now, read) -> {
                reply.print(
                    asked.json()
                        ? now.shown(read)
                        : rows.next(read.fields()).map(table::line).orElse(""));
                return !reply.isUnheard();
              });
    }
    return ExitStatus.OK;
  }

  private List<AuditTable.Row> newest(int count, Query query, ListedRows rows) throws IOException {
    List<AuditTable.Row> newest = new ArrayList<>();
    AuditReader.backward(
        directory,
        query,
        readable.without(order.session()),
        whileHeard(
            read -> {
              rows.backward(read.fields()).ifPresent(newest::add);
              return newest.size() < count;
            }));
    return newest.reversed();
  }

  private AuditReader.RecordTaker whileHeard(Predicate<AuditReader.Read> taker) {
    return AuditReader.RecordTaker.of(taker, this::isClientConnected);
  }

  /** Returns the present permissions; if none, dbgd itself answers the client. */
  private Optional<AuditFollow.Current> current() throws IOException {
    Optional<ReviewOrder.ReviewState> present = dbgd.now();
    over = present.isEmpty();
    return present.map(
        now -> new AuditFollow.Current(now.head(), new ReadableRecords(now.reach(operator))));
  }

  private int show(Invocation.Audit.Show asked) throws IOException {
    List<AuditReader.Read> found = session(asked.session());
    for (AuditReader.Read read : found) {
      reply.print(asked.json() ? readable.shown(read) : AuditTable.whole(readable.visible(read)));
    }
    return found.isEmpty() ? ExitStatus.DBG_FAILED : ExitStatus.OK;
  }

  /**
   * Returns the readable records of a session, the oldest first; prints an error if there are none.
   */
  private List<AuditReader.Read> session(String session) throws IOException {
    List<AuditReader.Read> found = new ArrayList<>();
    AuditReader.backward(
        directory,
        Query.ofSession(session),
        readable,
        whileHeard(
            read -> {
              if (!found.isEmpty() && !sessionOf(read).equals(sessionOf(found.getFirst()))) {
                // If the beginning fits several sessions, the newest is meant.
                return true;
              }
              found.add(read);
              // These are the session's first records; no session has more than this.
              return found.size() < MOST_OF_A_SESSION
                  && !Event.INTENT.is(read.fields())
                  && !Event.DENIED.is(read.fields())
                  && !Event.MISTYPED.is(read.fields());
            }));
    if (found.isEmpty()) {
      reply.complain(
          "no session %s that you may read: dbg audit lists your sessions".formatted(session));
    }
    return found.reversed();
  }

  private static String sessionOf(AuditReader.Read read) {
    return RecordField.SESSION.text(read.fields());
  }

  private int replay(Invocation.Audit.Replay asked) throws IOException {
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
    dbgd.rest();
    if (asked.form() == ReplayForm.RAW) {
      reply.showVerbatim();
    } else if (asked.form() == ReplayForm.SHOWN && isDrawn(session.getFirst().fields())) {
      reply.showDrawing();
    }
    new AuditReplay(client, reply).play(files, asked);
    return ExitStatus.OK;
  }

  /** Returns true if the tool had a terminal, on which it may have moved the cursor. */
  private static boolean isDrawn(JsonNode intent) {
    return RecordField.CONFINEMENT_STREAMS.text(intent).equals(Streams.TERMINAL.word());
  }

  private int summarize(Invocation.Audit.Summary asked) throws IOException {
    AuditSummary summary = new AuditSummary();
    Query query = query(asked.wanted());
    if (readable.isForAll() && query.isUnfiltered()) {
      AuditReader.lines(
          directory,
          query,
          (line, head) -> {
            summary.count(line, head);
            return isClientConnected();
          });
    } else {
      AuditReader.backward(
          directory,
          query,
          readable,
          whileHeard(
              read -> {
                summary.count(read.fields());
                return true;
              }));
    }
    reply.print(
        asked.json()
            ? Json.of(summary.facts()) + "\n"
            : summary.text(Screen.of(request, asked.colour()), clock));
    return ExitStatus.OK;
  }

  private int export(Invocation.Audit.Export asked) throws IOException {
    Query wanted = query(asked.wanted());
    AuditPage page = new AuditPage(reply);
    Consumer<AuditReader.Read> export =
        switch (asked.format()) {
          case JSONL -> read -> reply.print(readable.shown(read));
          case ECS -> read -> reply.print(EcsForm.line(readable.visible(read)));
          case OCSF ->
              read -> reply.print(OcsfForm.line(readable.visible(read), BuildVersion.number()));
          case CSV -> {
            reply.print(CsvForm.heading());
            yield read -> reply.print(CsvForm.line(readable.visible(read)));
          }
          case HTML -> {
            page.begin(order, wanted.since(), wanted.until());
            yield read -> {
              page.add(readable.visible(read));
              if (asked.recordings()) {
                page.addRecording(read.fields(), directory, new AuditReplay(client, reply));
              }
            };
          }
        };
    AuditReader.forward(
        directory,
        wanted,
        readable,
        whileHeard(
            read -> {
              export.accept(read);
              return true;
            }));
    if (asked.format() == Invocation.ExportFormat.HTML) {
      page.end();
    }
    return ExitStatus.OK;
  }

  private Query query(Invocation.RecordFilter wanted) {
    return query(wanted, false);
  }

  private Query query(Invocation.RecordFilter wanted, boolean sessions) {
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
        wanted.shell(),
        wanted.reason(),
        wanted.recorded(),
        wanted.from(),
        sessions);
  }
}
