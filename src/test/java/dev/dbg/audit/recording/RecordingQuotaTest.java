package dev.dbg.audit.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Uid;
import dev.dbg.model.amount.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingQuotaTest {
  private static final ByteSize MOST = new ByteSize(1, 'M');
  private static final long MEGABYTE = 1 << 20;

  @TempDir private Path directory;
  private int sessions;

  private Recordings recordings(long perUser, long all) {
    return new Recordings(
        directory, MOST, new RecordingQuota(directory, perUser * MEGABYTE, all * MEGABYTE, 0));
  }

  private Recording begin(Recordings in, long uid) throws IOException, RecordingQuota.Full {
    return in.begin("%016x".formatted(++sessions), new Uid(uid));
  }

  private void records(Recordings in, long uid, int bytes) throws Exception {
    try (Recording recording = begin(in, uid)) {
      Path file = directory.resolve("recordings/%016x.out.new".formatted(sessions));
      Files.write(file, new byte[bytes], StandardOpenOption.APPEND);
      var _ = recording.end();
    }
  }

  private void assertFull(Recordings in, long uid, String part) {
    RecordingQuota.Full full = assertThrows(RecordingQuota.Full.class, () -> begin(in, uid));
    assertTrue(full.message().contains(part), full.message());
  }

  @Test
  void what_sessions_that_go_on_may_write_is_taken_and_given_back() throws Exception {
    Recordings all = recordings(4, 100);
    try (Recording _ = begin(all, 7);
        Recording _ = begin(all, 7)) {
      assertFull(all, 7, "your recordings take 4M");
      try (Recording _ = begin(all, 8)) {
        assertFull(all, 7, "limits.recordings-per-user");
      }
    }
    try (Recording _ = begin(all, 7);
        Recording _ = begin(all, 7)) {
      assertFull(all, 7, "audit.keep");
    }
  }

  @Test
  void what_lies_on_the_disk_counts_for_whom_it_is_of_after_a_restart_too() throws Exception {
    Recordings before = recordings(4, 5);
    records(before, 7, 1_000_000);
    records(before, 7, 1_000_000);
    records(before, 7, 1_000_000);
    for (Recordings each : new Recordings[] {before, recordings(4, 5)}) {
      assertFull(each, 7, "your recordings take 2M");
      records(each, 8, 10);
      try (Recording _ = begin(each, 8)) {
        assertFull(each, 9, "all recordings take 4M");
      }
    }
  }

  @Test
  void what_went_with_its_segment_is_free_without_a_word() throws Exception {
    Recordings all = recordings(3, 100);
    records(all, 7, 1_000_000);
    records(all, 7, 1_000_000);
    assertFull(all, 7, "your recordings");
    Files.delete(directory.resolve("recordings/%016x.out".formatted(1)));
    Files.delete(directory.resolve("recordings/%016x.timing".formatted(1)));
    records(all, 7, 10);
  }

  /** Each recording uses disk blocks and directory entries, even if the tool writes nothing. */
  @Test
  void empty_ones_take_room_too() throws Exception {
    Recordings all = recordings(3, 100);
    for (int i = 0; i < 129; i++) {
      records(all, 7, 0);
    }
    assertFull(all, 7, "your recordings take 1M");
  }

  @Test
  void those_of_an_older_dbgd_count_in_all() throws Exception {
    Path kept = Files.createDirectories(directory.resolve("recordings"));
    for (String file : new String[] {"00000000000000aa.out", "left-by-somebody"}) {
      Files.writeString(
          kept.resolve(file), "Script of dbg session 00000000000000aa\n" + "x".repeat(1 << 20));
    }
    assertFull(recordings(4, 4), 7, "all recordings take 2M");
    try (Recording recording = begin(recordings(4, 5), 7)) {
      assertEquals(MOST, recording.most());
    }
  }

  @Test
  void the_log_keeps_its_room() {
    // What is free may become more meanwhile.
    long all = directory.toFile().getTotalSpace();
    Recordings greedy =
        new Recordings(directory, MOST, new RecordingQuota(directory, 1L << 40, 1L << 40, all));
    assertFull(greedy, 7, "free disk space there");
  }
}
