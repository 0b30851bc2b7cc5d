package dev.dbg.answer;

import dev.dbg.audit.write.AuditLog;
import dev.dbg.grammar.Invocation;
import dev.dbg.kernel.process.ProcessUsage;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
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

/** {@code dbg sessions}: the running sessions that the operator may see, and what they use. */
public final class SessionList {
  private static final Duration EVERY = Duration.ofSeconds(2);

  /** How long dbgd's stop waits for a client that watches. */
  private static final Duration STEP = Duration.ofMillis(250);

  /** Moves a terminal's cursor to the first cell, and clears from there, ECMA-48. */
  private static final String CLEAR = "\u001b[H\u001b[J";

  private static final String PID = "pid";

  private static final Rows<Listed> ROWS =
      new Rows<Listed>()
          .column("SESSION", listed -> listed.facts().session())
          .column("OPERATOR", listed -> listed.facts().operator().user())
          .column("CONTAINER", listed -> container(listed.facts().target()))
          .column("RUNS", listed -> clock(listed.age()))
          .column("CPU", listed -> listed.usage().map(SessionList::seconds).orElse("-"))
          .column("MEMORY", listed -> listed.usage().map(SessionList::megabytes).orElse("-"))
          .column("WHAT", listed -> what(listed.facts()))
          .field("session", listed -> listed.facts().session())
          .field("operator", listed -> listed.facts().operator().user())
          .field("uid", listed -> listed.facts().operator().uid().number())
          .field("container", listed -> container(listed.facts().target()))
          .field("runtime", listed -> listed.facts().target().runtime())
          .field("id", listed -> listed.facts().target().id())
          .field(
              "namespaces",
              listed -> listed.facts().namespaces().stream().map(NamespaceKind::word).toList())
          .field("tool", listed -> listed.facts().tool())
          .field("argv", listed -> listed.facts().arguments())
          .field("terminal", listed -> listed.facts().hasTerminal())
          .field("recorded", listed -> listed.facts().isRecorded())
          .field("started", listed -> listed.facts().started().toString())
          .field("seconds", listed -> listed.age().toSeconds())
          .field("cpu_us", listed -> listed.usage().map(u -> u.processor().toNanos() / 1000))
          .field("memory_bytes", listed -> listed.usage().map(ProcessUsage::memory))
          .field("time", listed -> listed.now().toString());

  private final RunningSessions sessions;
  private final AuditLog log;
  private final ClientRequest client;
  private final ClientWatch watch;
  private final Reply reply;

  /** {@code log} tells when dbgd stops. */
  public SessionList(RunningSessions sessions, AuditLog log, ClientRequest client) {
    this.sessions = sessions;
    this.log = log;
    this.client = client;
    this.watch = new ClientWatch(client.connection(), client.reply());
    this.reply = client.reply();
  }

  /** A session at one moment. */
  private record Listed(RunningSession.Facts facts, Optional<ProcessUsage> usage, Instant now) {
    Duration age() {
      return Duration.between(facts.started(), now);
    }
  }

  /** Prints them once, or until the client is gone or signals, or dbgd stops. */
  public void print(Invocation.Sessions asked) {
    if (asked.watch()) {
      watch(asked.json());
    } else {
      reply.print(text(asked.json()));
    }
    reply.exit(ExitStatus.OK);
  }

  private void watch(boolean json) {
    boolean isDrawn = client.request().printsToTerminal() && !json;
    if (isDrawn) {
      // The table's cells are escaped here, so that nothing else needs to be.
      reply.showVerbatim();
    }
    do {
      reply.print(isDrawn ? CLEAR + fitted(text(false)) : text(json));
    } while (!reply.isUnheard() && isStillWatched());
  }

  private boolean isStillWatched() {
    for (Duration left = EVERY; left.isPositive(); left = left.minus(STEP)) {
      if (log.isOver() || watch.endsWithin(STEP)) {
        return false;
      }
    }
    return true;
  }

  private String text(boolean json) {
    Instant now = Instant.now();
    List<Listed> all =
        sessions.of(client.operator()).stream()
            .map(session -> new Listed(session.facts(), session.usage(), now))
            .toList();
    return ROWS.text(all, json);
  }

  /** As many lines, and as much of each, as fit on the terminal. */
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

  /** A container's name, for a user's container or a process in the form that an operator types. */
  static String container(Target target) {
    return target.owner().isPresent() || target.runtime().equals(PID)
        ? target.address()
        : target.name();
  }

  static String what(RunningSession.Facts facts) {
    return (NamespaceKind.words(facts.namespaces())
            + " -- "
            + facts.tool()
            + " "
            + String.join(" ", facts.arguments()))
        .strip();
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
