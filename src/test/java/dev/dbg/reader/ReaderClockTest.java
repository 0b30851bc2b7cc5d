package dev.dbg.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.kernel.process.Terminal;
import dev.dbg.wire.Request;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times as the reader's clock shows them. */
class ReaderClockTest {
  private static final String TIME = "2026-11-26T07:22:54.631207Z";

  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, 2026-11-26 08:22:54, Europe/Berlin",
    ":Europe/Berlin, 2026-11-26 08:22:54, Europe/Berlin",
    "America/New_York, 2026-11-26 02:22:54, America/New_York",
    "EST5, 2026-11-26 02:22:54, -05:00",
    "<+0530>-5:30, 2026-11-26 12:52:54, +05:30",
    "UTC, 2026-11-26T07:22:54Z,",
    "UTC0, 2026-11-26T07:22:54Z,",
  })
  void a_time_is_shown_in_the_reader_s_zone_which_is_named(String zone, String shown, String name) {
    ReaderClock clock = ReaderClock.of(request(zone));
    assertEquals(shown, clock.shown(TIME));
    assertEquals(Optional.ofNullable(name), clock.zoneName());
  }

  /** The text is the client's: it opens no file, and names nothing but a zone. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/etc/shadow",
        ":/etc/localtime",
        "../../../../etc/shadow",
        "Europe/../Berlin",
        "Mars/Olympus",
        "\u001b[31m",
        "EST5EDT,M3.2.0,M11.1.0/1",
        "EST99",
        "UTC+25:00",
        "Europe/Berlin\nEST5",
      })
  void a_zone_that_nobody_knows_is_that_of_the_host(String zone) {
    assertEquals(ZoneId.systemDefault().normalized(), ReaderClock.of(request(zone)).zone(), zone);
  }

  @Test
  void what_is_no_time_is_shown_as_it_is() {
    assertEquals("soon", new ReaderClock(ZoneId.of("Europe/Berlin")).shown("soon"));
  }

  private static Request request(String zone) {
    return new Request(
        new Terminal.Size(24, 80), Set.of(), Map.of(Request.ZONE, zone), "/", List.of());
  }
}
