package dev.dbg.audit.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dbg.audit.verify.TimeStamps.NoStamp;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The time of a time-stamp, as openssl prints it. */
@Isolated("it sets the locale of the whole process")
class StampedTimeTest {
  private static Instant time(String words) throws NoStamp {
    return TimeStamps.time("Status: Granted.\nTime stamp: " + words + "\nAccuracy: unspecified\n");
  }

  @ParameterizedTest
  @CsvSource({
    "'Nov 29 14:58:48 2026 GMT', 2026-11-29T14:58:48Z",
    "'Mar  1 04:05:06 2027 GMT', 2027-03-01T04:05:06Z",
    "'May  9 23:59:59.123 2026 GMT', 2026-05-09T23:59:59.123Z",
    "'Dec 31 00:00:00.000001 2026 GMT', 2026-12-31T00:00:00.000001Z",
  })
  void a_time_of_openssls_is_read(String words, Instant wanted) throws NoStamp {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertEquals(wanted, time(words));
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Nov 29 23:59:60 2026 GMT", "Nov 31 14:58:48 2026 GMT", "yesterday GMT", ""})
  void what_is_none_is_no_time_stamp(String words) {
    assertThrows(NoStamp.class, () -> time(words));
  }

  @Test
  void a_line_that_only_contains_it_is_another() {
    assertThrows(NoStamp.class, () -> TimeStamps.time("x Time stamp: Nov 29 14:58:48 2026 GMT\n"));
  }
}
