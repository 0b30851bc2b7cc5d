package dev.dbg.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.SplicedPipe;
import dev.dbg.model.Outcome;
import dev.dbg.resolve.log.ContainerLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A log that breaks off, and one that ends. */
class LogFeedTest {
  private static final Outcome DONE = new Outcome.Exited(0);
  private static final Optional<String> ENDED = Optional.empty();
  private static final Optional<String> UNENDED = Optional.of("web still runs");

  /** Its beginning is "some", and then it fails with that message, if there is one. */
  private record Some(Optional<String> failure) implements ContainerLog {
    @Override
    public void moveTo(SplicedPipe feed) throws IOException {
      feed.put("some");
      if (failure.isPresent()) {
        throw new IOException(failure.get());
      }
    }

    @Override
    public void stop() {}

    @Override
    public void close() {}
  }

  /** How a session ends whose tool has read all that came, and ended so. */
  private static Outcome outcome(Optional<String> failure, Optional<String> unended, Outcome tool)
      throws IOException {
    SplicedPipe feed = SplicedPipe.open();
    try (LogFeed log =
        new LogFeed(Optional.of(new LogFeed.BothEnds(new Some(failure), feed, () -> unended)))) {
      Fd reader = log.reader().orElseThrow();
      log.begin();
      assertEquals("some", new String(reader.readAll("pipe", 100), StandardCharsets.US_ASCII));
      return log.outcome(tool);
    }
  }

  @Test
  void a_log_that_could_not_be_read_to_its_end_is_a_failure_whatever_the_tool_took_it_for()
      throws Exception {
    for (Outcome exited : new Outcome[] {DONE, new Outcome.Exited(1)}) {
      assertEquals(
          new Outcome.Failed("the log is cut off: it is gone"),
          outcome(Optional.of("it is gone"), ENDED, exited));
    }
  }

  @Test
  void a_log_that_ended_while_the_container_goes_on_is_one_too() throws Exception {
    assertEquals(
        new Outcome.Failed("the log is cut off: web still runs"),
        outcome(Optional.empty(), UNENDED, DONE));
  }

  /** It has said why itself; or somebody has ended it before. */
  @Test
  void a_tool_that_failed_or_was_ended_has_not_read_an_end() throws Exception {
    for (Outcome other :
        new Outcome[] {
          new Outcome.Exited(1), new Outcome.Signalled(2), new Outcome.TimedOut(),
        }) {
      assertEquals(other, outcome(Optional.empty(), UNENDED, other));
    }
  }

  @Test
  void a_log_that_ended_is_what_its_tool_says() throws Exception {
    assertEquals(DONE, outcome(Optional.empty(), ENDED, DONE));
    assertEquals(DONE, new LogFeed(Optional.empty()).outcome(DONE));
  }
}
