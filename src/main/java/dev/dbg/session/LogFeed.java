package dev.dbg.session;

import dev.dbg.authorize.Permission;
import dev.dbg.grammar.words.Since;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.Feed;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.OneUseThread;
import dev.dbg.model.Refusal;
import dev.dbg.model.Shortened;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.TargetNotFound;
import dev.dbg.resolve.log.KeptLog;
import dev.dbg.resolve.log.LogWanted;
import dev.dbg.status.StatusReport;
import dev.dbg.tools.Input;
import dev.dbg.tools.argument.ParsedArguments;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log or the status that a session's tool reads, if it reads one. A thread of its own moves the
 * log from the runtime to the tool; it ends with either of them, and with the session.
 */
final class LogFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogFeed.class);

  /** What dbgd has put together for the program {@code logs}, which prints it as it is. */
  private record ToldStatus(String text) implements KeptLog {
    @Override
    public void moveTo(Feed feed) throws IOException {
      feed.put("TEXT\n" + text);
    }

    @Override
    public void stop() {}

    @Override
    public void close() {}
  }

  private record BothEnds(KeptLog log, Feed feed) {}

  private final Optional<BothEnds> ends;
  private boolean begun; // Guarded by this.
  private boolean over; // Guarded by this.

  private LogFeed(Optional<BothEnds> ends) {
    this.ends = ends;
  }

  /** Prepares it; nothing of the log is asked for. */
  static LogFeed of(Permission<PinnedTarget> permission, Services services) throws Refusal {
    if (!permission.tool().isTold()) {
      return new LogFeed(Optional.empty());
    }
    try {
      Feed feed = Feed.open();
      try {
        return new LogFeed(Optional.of(new BothEnds(source(permission, services), feed)));
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
  private static KeptLog source(Permission<PinnedTarget> permission, Services services)
      throws Refusal, RuntimeUnavailable, TargetNotFound, IOException {
    Target target = permission.target().target();
    ParsedArguments arguments = permission.arguments();
    if (permission.tool().input() == Input.LOG) {
      return services.resolver().log(target, wanted(arguments, Instant.now()));
    }
    StatusReport report = StatusReport.of(target, services.resolver(), services.host());
    return new ToldStatus(arguments.options().isEmpty() ? report.text() : report.json());
  }

  private static LogWanted wanted(ParsedArguments arguments, Instant now) throws Refusal {
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
        case "--since" -> since = Optional.of(moment(given.value().orElse(""), now));
        default -> throw new IllegalStateException("logs has no " + given.spelling());
      }
    }
    return new LogWanted(follow, tail, since, timestamps, previous);
  }

  private static Instant moment(String typed, Instant now) throws Refusal {
    return Since.parse(typed)
        .map(since -> since.from(now, ZoneId.systemDefault()))
        .orElseThrow(
            () ->
                Refusal.notAccepted(
                    "logs: --since '%s': there is no such time".formatted(Shortened.of(typed))));
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
    } catch (KernelException e) {
      if (e.isBrokenPipe()) {
        return false; // The tool has ended.
      }
      throw e;
    } finally {
      end();
    }
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
