package dev.dbg.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTest {
  private static final String ID = "0123456789abcdef".repeat(4);

  private static final Image IMAGE =
      new Image("x:latest", ID, List.of("x:latest", "localhost:5000/y:2"));

  @ParameterizedTest
  @CsvSource({
    "alpine, alpine:latest",
    "docker.io/alpine:3, alpine:3",
    "docker.io/library/alpine:3, alpine:3",
    "docker.io/adguard/adguardhome, adguard/adguardhome:latest",
    "docker.io/library/a/b:1, library/a/b:1",
    "localhost:5000/x, localhost:5000/x:latest",
    "localhost/x:1, localhost/x:1",
    "quay.io/a/b@sha256:01, quay.io/a/b@sha256:01"
  })
  void a_reference_has_one_brief_form(String reference, String brief) {
    assertEquals(brief, Image.brief(reference));
    assertEquals(brief, Image.brief(brief));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "x:latest",
        "docker.io/library/x",
        "localhost:5000/y:2",
        "0123456789ab",
        "sha256:0123456789ab",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      })
  void it_is_meant_by_any_of_its_names_and_by_its_id(String reference) {
    assertTrue(IMAGE.isMeantBy(reference));
  }

  @ParameterizedTest
  @CsvSource({"0, 10, 0", "1, 500, 1", "32, 10, 32", "33, 10, 33", "9999, 10, 33", "5, 500, 5"})
  void a_record_has_some_of_the_names_and_says_how_many_more(int count, int length, int recorded) {
    List<String> names =
        IntStream.range(0, count).mapToObj(i -> "%05d%s".formatted(i, "x".repeat(length))).toList();
    List<String> some = new Image("x", ID, names).recorded();

    assertEquals(recorded, some.size());
    boolean isAll = some.equals(names);
    assertTrue(isAll || some.getLast().equals(count - recorded + 1 + " more"), some::toString);
    Image read = Image.ofRecord("x", ID, some);
    assertEquals(isAll ? names : names.subList(0, recorded - 1), named(read));
    assertEquals(!isAll || names.isEmpty(), read.mayHaveOthers());
  }

  private static List<String> named(Image image) {
    return image.names().stream().filter(name -> !name.isEmpty()).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x:1", "y:2", "library/y", "0123456789a", "123456789abc", "sha256:", "", "*"})
  void it_is_meant_by_nothing_else(String reference) {
    assertFalse(IMAGE.isMeantBy(reference));
  }
}
