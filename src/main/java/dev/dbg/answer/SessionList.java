package dev.dbg.answer;

import static java.util.stream.Collectors.joining;

import dev.dbg.audit.write.AuditLog;
import dev.dbg.grammar.Invocation;
import dev.dbg.kernel.process.ProcessUsage;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.RawText;
import dev.dbg.model.Target;
import dev.dbg.session.ClientRequest;
import dev.dbg.session.RunningSession;
import dev.dbg.session.RunningSessions;
import dev.dbg.wire.ClientWatch;
import dev.dbg.wire.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code dbg sessions}: the running and waiting sessions that the operator may see, with their
 * usage.
 *
 * @param log its state shows that dbgd stops
 */
public record SessionList(RunningSessions sessions, AuditLog log, ClientRequest client) {
  private static final Duration EVERY = Duration.ofSeconds(2);

  /** The interval at which a watching client checks whether dbgd stops. */
  private static final Duration STEP = Duration.ofMillis(250);

  /** ECMA-48: cursor to the first cell, and clear the screen from there. */
  private static final String CLEAR = "\u001b[H\u001b[J";

  private static final Rows<SessionRow> ROWS =
      new Rows<SessionRow>()
          .column("SESSION", row -> row.facts().session())
          .column("OPERATOR", row -> row.facts().operator().user())
          .column("CONTAINER", row -> row.facts().container())
          .column("STATE", SessionRow::state)
          .column("RUNS", row -> clock(row.age()))
          .column("CPU", row -> row.usage().map(SessionList::seconds).orElse("-"))
          .column("MEMORY", row -> row.usage().map(SessionList::megabytes).orElse("-"))
          .column("WHAT", row -> what(row.facts()))
          .field("session", row -> row.facts().session())
          .field("operator", row -> row.facts().operator().user())
          .field("uid", row -> row.facts().operator().uid().number())
          .field("container", row -> row.facts().container())
          .field("state", SessionRow::state)
          .field("runtime", row -> row.facts().target().map(Target::runtime))
          .field("id", row -> row.facts().target().map(Target::id))
          .field(
              "namespaces",
              row -> row.facts().namespaces().stream().map(NamespaceKind::word).toList())
          .field("tool", row -> row.facts().tool())
          .field("argv", row -> row.facts().arguments())
          .field("terminal", row -> row.facts().hasTerminal())
          .field("recorded", row -> row.facts().isRecorded())
          .field("options", row -> options(row.facts()))
          .field("started", row -> row.facts().started().toString())
          .field("seconds", row -> row.age().toSeconds())
          .field("cpu_us", row -> row.usage().map(u -> u.processor().toNanos() / 1000))
          .field("memory_bytes", row -> row.usage().map(ProcessUsage::memory))
          .field("time", row -> row.now().toString());

  /** The state of a session at one moment. */
  private record SessionRow(RunningSession.Facts facts, Optional<ProcessUsage> usage, Instant now) {
    String state() {
      return facts.isWaiting() ? "waiting" : "running";
    }

    Duration age() {
      return Duration.between(facts.started(), now);
    }
  }

  /** Prints the sessions; with --watch until the client disconnects or dbgd stops. */
  public void print(Invocation.Sessions asked) {
    if (asked.watch()) {
      watch(asked.json());
    } else {
      client.reply().print(text(asked.json()));
    }
    client.reply().exit(ExitStatus.OK);
  }

  private void watch(boolean json) {
    Reply reply = client.reply();
    ClientWatch watch = new ClientWatch(client.connection(), reply);
    boolean isDrawn = client.request().printsToTerminal() && !json;
    if (isDrawn) {
      reply.showDrawing();
    }
    do {
      reply.print(isDrawn ? CLEAR + fitted(text(false)) : text(json));
    } while (!reply.isUnheard() && isStillThere(watch));
  }

  private boolean isStillThere(ClientWatch watch) {
    for (Duration left = EVERY; left.isPositive(); left = left.minus(STEP)) {
      if (log.isOver() || watch.endsWithin(STEP)) {
        return false;
      }
    }
    return true;
  }

  private String text(boolean json) {
    Instant now = Instant.now();
    List<SessionRow> all =
        sessions.of(client.operator()).stream()
            .map(session -> new SessionRow(session.facts(), session.usage(), now))
            .toList();
    return ROWS.text(all, json);
  }

  /** Returns as many lines, and as much of each, as fit on the terminal. */
  private String fitted(String table) {
    Screen screen = Screen.of(client.request(), Invocation.Colour.NEVER);
    int rows = client.request().window().rows();
    StringBuilder fitted = new StringBuilder();
    table
        .lines()
        .limit(rows > 1 ? rows - 1 : Long.MAX_VALUE)
        .forEach(line -> fitted.append(screen.fitted(line)).append('\n'));
    return fitted.toString();
  }

  /** Returns the options before the tool's name, with paths made short (/a/../b is /b). */
  private static List<String> options(RunningSession.Facts facts) {
    return facts.options().stream()
        .map(word -> word.startsWith("/") ? RawText.plainPath(word) : word)
        .toList();
  }

  private static String what(RunningSession.Facts facts) {
    Stream<String> line =
        Stream.of(options(facts), List.of("--", facts.tool()), facts.arguments())
            .flatMap(List::stream)
            .map(RawText::quoted);
    return NamespaceKind.words(facts.namespaces()) + " " + line.collect(joining(" "));
  }

  private static String clock(Duration age) {
    String rest = "%02d:%02d".formatted(age.toMinutesPart(), age.toSecondsPart());
    return age.toHours() > 0 ? age.toHours() + ":" + rest : rest;
  }

  private static String seconds(ProcessUsage usage) {
    return String.format(Locale.ROOT, "%.2f s", usage.processor().toMillis() / 1000.0);
  }

  private static String megabytes(ProcessUsage usage) {
    return String.format(Locale.ROOT, "%.1f M", usage.memory() / 1048576.0);
  }
}
