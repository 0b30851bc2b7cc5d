package dev.dbg.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WitnessedHostsTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final WitnessedHosts witnessed =
      new WitnessedHosts(Map.of("dbg-web1", "web1", "dbg-web2", "web2"), nanos::get);

  @Test
  void a_user_speaks_for_the_host_that_root_says() {
    assertEquals(Optional.of("web1"), witnessed.host("dbg-web1"));
    assertEquals(Optional.empty(), witnessed.host("web1"));
    assertEquals(Optional.empty(), witnessed.host("root"));
  }

  /** The clock of nanoseconds may begin anywhere, and overflow. */
  @Test
  void a_seal_of_each_host_is_due_in_ten_seconds() {
    assertTrue(witnessed.isDue("web1"));
    assertFalse(witnessed.isDue("web1"));
    assertTrue(witnessed.isDue("web2"));
    long _ = nanos.addAndGet(WitnessedHosts.EACH.toNanos() - 1);
    assertFalse(witnessed.isDue("web1"));
    assertEquals(WitnessedHosts.EACH.toNanos() + Long.MAX_VALUE - 5, nanos.incrementAndGet());
    assertTrue(witnessed.isDue("web1"));
    assertFalse(witnessed.isDue("web1"));
  }
}
