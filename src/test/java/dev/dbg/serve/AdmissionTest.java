package dev.dbg.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AdmissionTest {
  @ParameterizedTest
  @CsvSource({
    "300, 1, 0", //
    "4095, 19, 0",
    "63000, 1, 3",
    "300, 60, 3",
    "63000, 60, 6",
    "63000, 60000, 100",
  })
  void what_is_long_or_takes_long_counts_more_often(int bytes, long millis, int more) {
    assertEquals(more, Admission.countsMore(bytes, Duration.ofMillis(millis)));
  }
}
