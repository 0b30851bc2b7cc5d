package dev.dbg.session;

import dev.dbg.authorize.Permission;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.OneUseThread;
import dev.dbg.kernel.SplicedPipe;
import dev.dbg.model.Outcome;
import dev.dbg.model.Refusal;
import dev.dbg.model.Target;
import dev.dbg.model.amount.Since;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.TargetNotFound;
import dev.dbg.resolve.log.ContainerLog;
import dev.dbg.resolve.log.LogWanted;
import dev.dbg.status.StatusReport;
import dev.dbg.tools.Input;
import dev.dbg.tools.argument.ParsedArguments;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log or the status that a session's tool reads, if it reads one. A thread of its own moves the
 * log from the runtime to the tool; it ends with either of them, and with the session.
 */
final class LogFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogFeed.class);

  /** What dbgd has put together for the program {@code logs}, which prints it as it is. */
  private record ToldStatus(String text) implements ContainerLog {
    @Override
    public void moveTo(SplicedPipe feed) throws IOException {
      feed.put("TEXT\n" + text);
    }

    @Override
    public void stop() {}

    @Override
    public void close() {}
  }

  /**
   * @param unended asked once after the end of the log: why that was not the end, if it was not
   */
  record BothEnds(ContainerLog log, SplicedPipe feed, Supplier<Optional<String>> unended) {}

  private final Optional<BothEnds> ends;
  private boolean begun; // Guarded by this.
  private boolean over; // Guarded by this.
  private Optional<String> failure = Optional.empty(); // Guarded by this.

  LogFeed(Optional<BothEnds> ends) {
    this.ends = ends;
  }

  /** Prepares it, and says what is missing from it; nothing of the log is asked for. */
  static LogFeed of(Permission<PinnedTarget> permission, Services services, ClientRequest client)
      throws Refusal {
    if (!permission.tool().isTold()) {
      return new LogFeed(Optional.empty());
    }
    try {
      SplicedPipe feed = SplicedPipe.open();
      try {
        ContainerLog log = source(permission, services, client);
        log.missing().ifPresent(client.reply()::complain);
        return new LogFeed(
            Optional.of(new BothEnds(log, feed, () -> unended(permission, services))));
      } catch (Throwable e) {
        feed.reader().close();
        feed.close();
        throw e;
      }
    } catch (RuntimeUnavailable | TargetNotFound | IOException e) {
      throw Refusal.failed(String.valueOf(e.getMessage()));
    }
  }

  /** A log is asked for later; a status is short, and known before the tool starts. */
  private static ContainerLog source(
      Permission<PinnedTarget> permission, Services services, ClientRequest client)
      throws RuntimeUnavailable, TargetNotFound, IOException {
    Target target = permission.target().target();
    ParsedArguments arguments = permission.arguments();
    if (permission.tool().input() == Input.LOG) {
      return services
          .resolver()
          .log(target, wanted(arguments, Instant.now(), client.request().zone()));
    }
    StatusReport report = StatusReport.of(target, services.resolver(), services.host());
    return new ToldStatus(arguments.options().isEmpty() ? report.text() : report.json());
  }

  /**
   * A runtime that is restarted ends a log that is followed, and so does one that fails: the
   * container runs on. The kernel says so, of a process that its runtime is asked about.
   */
  private static Optional<String> unended(Permission<PinnedTarget> permission, Services services) {
    List<String> given =
        permission.arguments().options().stream().map(ParsedArguments.Given::spelling).toList();
    Target target = permission.target().target();
    if (!given.contains("-f") || given.contains("-p") || !target.isRunning()) {
      return Optional.empty();
    }
    try (PinnedTarget held = services.resolver().holdAgain(target)) {
      return held.target().pid() == target.pid()
          ? Optional.of(
              "its runtime ended it, and %s still runs: type it again".formatted(target.name()))
          : Optional.empty();
    } catch (RuntimeUnavailable | TargetNotFound | KernelException e) {
      return Optional.empty();
    }
  }

  /** The kinds of times are those of {@code dbg audit}, on the operator's clock, too. */
  private static LogWanted wanted(ParsedArguments arguments, Instant now, ZoneId zone) {
    boolean follow = false;
    boolean timestamps = false;
    boolean previous = false;
    Optional<String> tail = Optional.empty();
    Optional<Instant> since = Optional.empty();
    for (ParsedArguments.Given given : arguments.options()) {
      switch (given.spelling()) {
        case "-f" -> follow = true;
        case "-t" -> timestamps = true;
        case "-p" -> previous = true;
        case "-n" -> tail = given.value();
        case "--since" ->
            since = given.value().flatMap(Since::parse).map(typed -> typed.from(now, zone));
        default -> throw new IllegalStateException("logs has no " + given.spelling());
      }
    }
    return new LogWanted(follow, tail, since, timestamps, previous);
  }

  /** What the tool reads in place of the operator's input. */
  Optional<Fd> reader() {
    return ends.map(both -> both.feed.reader());
  }

  /** Asks for the log; for the time when the INTENT is on the disk. */
  synchronized void begin() {
    if (ends.isPresent() && !over) {
      begun = true;
      CompletableFuture<?> _ =
          OneUseThread.start("log", () -> move(ends.get()))
              .exceptionally(
                  failed -> {
                    end();
                    LOG.warn("a log was not read: {}", failed.getMessage());
                    return false;
                  });
    }
  }

  private boolean move(BothEnds both) throws IOException {
    try {
      both.log.moveTo(both.feed);
      return true;
    } catch (IOException | RuntimeException e) {
      if (e instanceof KernelException failed && failed.isBrokenPipe()) {
        return false; // The tool has ended.
      }
      fail(e); // Before the tool can read the end.
      throw e;
    } finally {
      end();
    }
  }

  private synchronized void fail(Exception why) {
    failure = Optional.of(String.valueOf(why.getMessage()));
  }

  private synchronized Optional<String> failure() {
    return failure;
  }

  /** How the session ended, in which this tool did: what it took for the end may be none. */
  Outcome outcome(Outcome tool) {
    if (!(tool instanceof Outcome.Exited exited)) {
      return tool;
    }
    Optional<String> why = failure();
    if (why.isEmpty() && exited.status() == 0) {
      why = ends.flatMap(both -> both.unended.get());
    }
    return why.<Outcome>map(cut -> new Outcome.Failed("the log is cut off: " + cut)).orElse(tool);
  }

  private synchronized void end() {
    if (!over) {
      over = true;
      ends.ifPresent(
          both -> {
            both.feed.close();
            both.log.close();
          });
    }
  }

  /** How many bytes were read; empty if no log was. */
  Optional<Long> bytes() {
    return ends.filter(both -> !(both.log instanceof ToldStatus)).map(both -> both.feed.moved());
  }

  /** The thread that moves, if there is one, closes what it uses. */
  @Override
  public synchronized void close() {
    reader().ifPresent(Fd::close);
    if (!begun) {
      end();
    } else if (!over) {
      ends.ifPresent(
          both -> {
            both.feed.stop();
            both.log.stop();
          });
    }
  }
}
