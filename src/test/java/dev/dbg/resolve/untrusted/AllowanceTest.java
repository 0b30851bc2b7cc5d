package dev.dbg.resolve.untrusted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What is made of strangers' words is limited, over all users together. */
class AllowanceTest {
  private static final long ALL = 1L << 20;
  private static final int ENGINES = 8;
  private static final long ASSURED = ALL / 2 / ENGINES;
  private static final long OF_USER = 1L << 18;

  private static Supplier<Allowance> users(Duration within) {
    return Allowance.ofUsers(ALL, ENGINES, System.nanoTime() + within.toNanos());
  }

  private static Supplier<Allowance> users() {
    return users(Duration.ofHours(1));
  }

  /** Takes all that is there, in small parts. */
  private static long takesAll(Allowance allowance) throws IOException {
    long taken = 0;
    try {
      while (true) {
        allowance.take(64);
        taken += 64;
      }
    } catch (AllowanceExceeded e) {
      return taken;
    }
  }

  @Test
  void one_user_takes_no_more_than_one_may() throws IOException {
    assertEquals(OF_USER, takesAll(users().get()));
  }

  @Test
  void all_together_take_no_more_than_there_is() throws IOException {
    Supplier<Allowance> users = users();
    long taken = 0;
    for (int i = 0; i < ENGINES; i++) {
      taken += takesAll(users.get());
    }
    assertEquals(ALL, taken);
  }

  @Test
  void who_says_little_has_a_part_whatever_others_say() throws IOException {
    Supplier<Allowance> users = users();
    for (int i = 1; i < ENGINES; i++) {
      long _ = takesAll(users.get());
    }
    users.get().take(ASSURED);
  }

  @Test
  void what_was_asked_for_and_refused_is_left_for_others() throws IOException {
    Supplier<Allowance> users = users();
    users.get().take(OF_USER);
    users.get().take(OF_USER);
    long left = ALL / 2 - 2 * (OF_USER - ASSURED);
    assertThrows(AllowanceExceeded.class, () -> users.get().take(ASSURED + left + 1));
    users.get().take(ASSURED + left);
  }

  @Test
  void a_field_costs_more_than_its_characters_however_short_it_is() throws IOException {
    Allowance one = users().get();
    assertThrows(
        AllowanceExceeded.class,
        () -> {
          for (int fields = 0; fields < 4096; fields++) {
            one.takeField("", "");
          }
        });
    assertThrows(
        AllowanceExceeded.class, () -> users().get().takeField("", "x".repeat((int) OF_USER)));
    assertThrows(
        AllowanceExceeded.class,
        () -> users().get().takeField("", "\u4e00".repeat((int) OF_USER / 2)));
  }

  @Test
  void labels_leave_room_for_containers() throws IOException {
    Allowance one = users().get();
    while (one.hasRoomForLabels()) {
      one.takeLabel("key", "value");
    }
    one.take(OF_USER / 2);
  }

  @Test
  void when_nobody_waits_any_more_nothing_is_made_or_read() {
    Allowance late = users(Duration.ofSeconds(-1)).get();
    assertThrows(IOException.class, () -> late.take(1));
    assertThrows(IOException.class, () -> late.metered(endless()).read());
  }

  @Test
  void what_was_made_is_dropped_when_nobody_waits_any_more() {
    Allowance one = users().get();
    List<String> list = one.list();
    list.add("made");
    one.end();
    assertTrue(list.isEmpty());
    assertThrows(IOException.class, () -> one.take(1));
  }

  @Test
  void the_end_of_a_request_of_roots_ends_the_work() {
    Allowance allowance = Allowance.ofRuntime();
    Thread.currentThread().interrupt();
    assertThrows(IOException.class, () -> allowance.take(1));
    assertTrue(Thread.interrupted());
  }

  @Test
  void reading_has_an_end_too() {
    assertThrows(AllowanceExceeded.class, () -> drain(users().get().metered(endless())));
  }

  @Test
  void a_container_that_says_too_much_is_left_out_alone_if_it_is_roots() throws IOException {
    Allowance.ofRuntime().leaveOut();
    assertThrows(AllowanceExceeded.class, () -> users().get().leaveOut());
  }

  private static Optional<Map<String, String>> labelled(String value) {
    return Optional.of(Map.of("key", value));
  }

  @Test
  void what_is_kept_already_counts() throws IOException {
    Optional<Map<String, String>> kept = labelled("x".repeat(5 << 20));
    assertTrue(Allowance.ofRuntime(List.of(kept)).hasRoomForLabels());
    assertFalse(Allowance.ofRuntime(List.of(kept, kept)).hasRoomForLabels());

    try (Allowance some = Allowance.ofRuntime(Collections.nCopies(4, kept))) {
      some.take(1);
    }
    for (List<Optional<Map<String, String>>> much :
        List.of(Collections.nCopies(5, kept), Collections.nCopies(90_000, labelled("")))) {
      try (Allowance none = Allowance.ofRuntime(much)) {
        assertThrows(AllowanceExceeded.class, () -> none.take(1));
      }
    }
  }

  @Test
  void much_is_made_by_one_at_a_time_and_little_beside_it() throws Exception {
    AtomicReference<String> said = new AtomicReference<>("");
    Thread other;
    try (Allowance one = Allowance.ofRuntime()) {
      one.take(2 << 20);
      Allowance.ofRuntime().take(1 << 19);
      other =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (Allowance two = Allowance.ofRuntime()) {
                      two.take(2 << 20);
                      said.set("taken");
                    } catch (IOException e) {
                      said.set(String.valueOf(e.getMessage()));
                    }
                  });
      while (other.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
    }
    other.join();
    assertEquals("taken", said.get());
  }

  @Test
  void of_one_container_no_more_is_made_than_needs_no_turn() {
    assertThrows(AllowanceExceeded.class, () -> Allowance.ofOne().take((1 << 20) + 1));
  }

  @Test
  void who_has_taken_too_much_is_said_to_have() throws IOException {
    try (Allowance making = Allowance.ofRuntime()) {
      making.take(1);
      assertFalse(making.isSpent());
      assertThrows(AllowanceExceeded.class, () -> making.take(1L << 40));
      assertTrue(making.isSpent());
    }

    Allowance reading = users().get();
    assertThrows(AllowanceExceeded.class, () -> drain(reading.metered(endless())));
    assertTrue(reading.isSpent());
  }

  private static void drain(InputStream in) throws IOException {
    for (int i = 0; i < 1 << 22; i++) {
      int _ = in.read();
    }
  }

  private static InputStream endless() {
    return new InputStream() {
      @Override
      public int read() {
        return 0;
      }

      @Override
      public int read(byte[] into, int from, int length) {
        return length;
      }
    };
  }
}
