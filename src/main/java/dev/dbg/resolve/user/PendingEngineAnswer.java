package dev.dbg.resolve.user;

import dev.dbg.kernel.process.Users;
import dev.dbg.model.ResolvedBy;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.untrusted.Allowance;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A user's engine that was asked. For one thread.
 *
 * @param deadline by {@link System#nanoTime}
 * @param most the same where its reader must be started
 */
record PendingEngineAnswer(
    Users.Account account,
    UserEngineKind kind,
    UserEngineTask seat,
    long deadline,
    long most,
    Allowance allowance,
    Future<Optional<Says>> result) {
  private static final Duration LOOK_UP = Duration.ofMillis(50);

  record Says(
      List<FoundContainer> containers,
      UserAnswer.Files files,
      int count,
      Optional<String> silence) {
    static Says of(FoundContainer one) {
      return new Says(List.of(one), UserAnswer.Files.USUAL, 1, Optional.empty());
    }

    /** Whether all of it is from its files, and its service is not left alone for a while. */
    boolean isOfFiles() {
      return files == UserAnswer.Files.USUAL
          && silence.isEmpty()
          && containers.stream().allMatch(found -> found.target().way() == ResolvedBy.DISK);
    }

    /** Whether there may be containers that it does not say. */
    boolean isUnheard() {
      return files == UserAnswer.Files.TOO_MUCH || files == UserAnswer.Files.SILENT;
    }
  }

  /**
   * Empty without an answer in time, and empty in that if there is no such engine. A reader is
   * waited for only if it is known that there is something to read.
   */
  Optional<Optional<Says>> inTime() {
    while (true) {
      try {
        return Optional.of(result.get(LOOK_UP.toMillis(), TimeUnit.MILLISECONDS));
      } catch (TimeoutException e) {
        long now = System.nanoTime();
        if (now - most > 0 || (now - deadline > 0 && !seat.isWorking())) {
          return Optional.empty();
        }
      } catch (ExecutionException e) {
        return Optional.empty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }
  }

  void end() {
    if (!result.isDone()) {
      allowance.end();
    }
  }

  Optional<UserEngineReport> report() {
    Optional<Optional<Says>> said = inTime();
    return said.isEmpty()
        ? Optional.of(report(Optional.empty(), 0, Optional.empty()))
        : said.get().map(engine -> report(Optional.of(engine.files), engine.count, engine.silence));
  }

  private UserEngineReport report(
      Optional<UserAnswer.Files> files, int count, Optional<String> silence) {
    return new UserEngineReport(kind.scheme(), account.name(), files, count, silence);
  }
}
