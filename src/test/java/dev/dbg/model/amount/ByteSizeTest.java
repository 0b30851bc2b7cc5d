package dev.dbg.model.amount;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({"1K,1024", "512M,536870912", "3G,3221225472", "999999G,1073740750258176"})
  void an_amount_is_as_many_bytes_and_is_shown_as_it_was_written(String text, long bytes) {
    ByteSize size = ByteSize.parse(text).orElseThrow();

    assertEquals(bytes, size.bytes());
    assertEquals(text, size.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "512",
        "M",
        "0M",
        "01M",
        "-1M",
        "1.5G",
        "512m",
        "512MB",
        "512 M",
        "1000000G",
        "1T",
        "١M"
      })
  void what_is_no_amount_is_none(String text) {
    assertEquals(Optional.empty(), ByteSize.parse(text));
  }

  @Test
  void the_form_that_messages_show_is_one() {
    assertEquals(
        Optional.of(new ByteSize(512, 'M')), ByteSize.parse(ByteSize.FORM.split("as in ", -1)[1]));
  }
}
