package dev.dbg.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplicedPipeTest {
  /** More than a pipe holds. */
  private static final int MUCH = 1 << 20;

  @TempDir private Path directory;

  private Fd file(int length) throws Exception {
    Path path = directory.resolve("file");
    Files.writeString(path, "x".repeat(length));
    return Fd.open(path.toString(), Native.O_RDONLY);
  }

  private static boolean moveAll(SplicedPipe feed, Fd from) {
    try {
      while (feed.move(from, "the file")) {
        // Goes on.
      }
      return true;
    } catch (KernelException e) {
      return false;
    }
  }

  @Test
  void what_is_moved_arrives_and_is_counted() throws Exception {
    try (SplicedPipe feed = SplicedPipe.open();
        Fd from = file(1000);
        Fd reader = feed.reader()) {
      feed.put("head\n");
      assertTrue(moveAll(feed, from));
      byte[] got = new byte[2000];
      int length = (int) Native.check("read", "pipe", () -> LibC.read(reader.number(), got, 2000));
      assertEquals(
          "head\n" + "x".repeat(1000), new String(got, 0, length, StandardCharsets.US_ASCII));
      assertEquals(1000, feed.moved());
    }
  }

  @Test
  void a_text_longer_than_a_pipe_arrives_and_waits_for_nobody_who_does_not_read() throws Exception {
    try (SplicedPipe feed = SplicedPipe.open();
        Fd reader = feed.reader()) {
      String text = "\u00e9".repeat(MUCH);
      CompletableFuture<Boolean> putting = CompletableFuture.supplyAsync(() -> put(feed, text));
      byte[] got = reader.readUpTo("pipe", MUCH);
      assertEquals(text.substring(0, MUCH / 2), new String(got, StandardCharsets.UTF_8));
      feed.stop();
      assertTrue(putting.get(1, TimeUnit.MINUTES));
    }
  }

  private static boolean put(SplicedPipe feed, String text) {
    try {
      feed.put(text);
      return true;
    } catch (KernelException e) {
      return false;
    }
  }

  @Test
  void a_reader_that_does_not_read_holds_no_thread() throws Exception {
    try (SplicedPipe feed = SplicedPipe.open();
        Fd from = file(MUCH);
        Fd _ = feed.reader()) {
      CompletableFuture<Boolean> moving = CompletableFuture.supplyAsync(() -> moveAll(feed, from));
      while (feed.moved() == 0) {
        Thread.onSpinWait();
      }
      assertFalse(moving.isDone(), "there is room for all of it");

      feed.stop();

      assertTrue(moving.get(1, TimeUnit.MINUTES));
      assertTrue(feed.moved() < MUCH);
    }
  }

  @Test
  void when_nobody_reads_any_more_moving_fails() throws Exception {
    try (SplicedPipe feed = SplicedPipe.open();
        Fd from = file(MUCH)) {
      feed.reader().close();
      KernelException e = assertThrows(KernelException.class, () -> feed.move(from, "the file"));
      assertTrue(e.isBrokenPipe());
    }
  }
}
