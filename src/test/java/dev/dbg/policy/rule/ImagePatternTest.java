package dev.dbg.policy.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Samples;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImagePatternTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final Target NAMED = image("nginx:1", "localhost:5000/web:2");
  private static final Target UNNAMED = image();

  private static Target image(String... names) {
    return Samples.image(ID, names);
  }

  @ParameterizedTest
  @CsvSource({
    // Of containers.
    "*, false, false",
    "nginx*, false, false",
    "image:*, false, false",
    "label:a, false, false",
    "k8s:*, false, false",
    "compose:*, false, false",
    "docker://*, false, false",
    "pid://*, false, false",
    "runtime:docker, false, false",
    // Of images.
    "image://*, true, false",
    "image://nginx:*, true, false",
    "image://localhost:5000/*, true, false",
    "image://*:2, true, false",
    "image://nginx:2, false, false",
    "image://web:*, false, false",
    // What begins like an id only by chance.
    "image://s*, false, false",
    "image://0*, false, false",
    "image://sha256:*, true, true",
    "image://sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, true, true"
  })
  void only_patterns_for_images_reach_one(String pattern, boolean named, boolean unnamed) {
    ContainerPattern parsed = ContainerPattern.parse(pattern);

    assertEquals(named, parsed.matches(NAMED));
    assertEquals(unnamed, parsed.matches(UNNAMED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image://nginx:*",
        "image://localhost:5000/*",
        "image://sha256:0123*",
        "image://sha*",
        "image:nginx:*",
        "image:docker.io/library/nginx:1",
        "image:docker.io/*",
        "image:localhost:5000/*",
        // Which labels an image has is its maker's word.
        "label:a",
        "k8s:*",
        "compose:*/*"
      })
  void as_an_exception_any_of_its_names_counts(String pattern) {
    assertTrue(ContainerPattern.parse(pattern).spares(NAMED));
  }

  /** It may have lost the name that is meant, to an image that was built since. */
  @ParameterizedTest
  @ValueSource(strings = {"image://secret/*", "image:*secret*", "label:a"})
  void an_unnamed_image_is_excepted_by_any_name(String pattern) {
    assertTrue(ContainerPattern.parse(pattern).spares(UNNAMED));
    assertFalse(ContainerPattern.parse("image://sha256:ff*").spares(UNNAMED));
  }

  @Test
  void a_name_without_its_tag_is_one_for_an_exception_of_containers_images() {
    Target latest = image("corp/secret:latest");

    assertTrue(ContainerPattern.parse("image:docker.io/corp/secret").spares(latest));
    assertFalse(ContainerPattern.parse("image:corp/secre").spares(latest));
  }

  @ParameterizedTest
  @ValueSource(strings = {"image://*", "image://web:*"})
  void a_pattern_for_images_reaches_no_container(String pattern) {
    Target container = Samples.container("docker", "web", "web:1", Map.of());

    assertFalse(ContainerPattern.parse(pattern).matches(container));
    assertFalse(ContainerPattern.parse(pattern).spares(container));
  }

  @ParameterizedTest
  @CsvSource({
    "image://nginx:*, image://nginx, true",
    "image://nginx:*, image://docker.io/nginx:3, true",
    "image://nginx:1, image://nginx, false",
    // It may mean any image.
    "image://*, image://0123456789ab, false",
    "image://*, image://sha256:0123456789ab, false",
    "image://*, nginx:1, false",
    "*, image://nginx, false",
    "image:*, image://nginx, false"
  })
  void who_may_see_all_of_a_name_may_know_that_there_is_none(
      String pattern, String typed, boolean covers) {
    assertEquals(covers, ContainerPattern.parse(pattern).coversAll(TargetName.parse(typed)));
  }

  @Test
  void an_exception_may_hold_for_an_image_whatever_name_is_typed() {
    ContainerPattern pattern = ContainerPattern.parse("image://secret:*");

    assertTrue(pattern.mightCover(TargetName.parse("image://nginx")));
    assertFalse(pattern.mightCover(TargetName.parse("nginx")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image://",
        "image://nginx",
        "image://docker.io/nginx:1",
        "image://docker.io/*",
        "image://index.docker.io/*",
        "image://library/nginx:1",
        // A name ends in a tag.
        "image://*/secret",
        "image://corp*/secret",
        "runtime:image",
        "image://0123456789ab",
        "image://sha256:0123456789ab"
      })
  void a_pattern_that_matches_no_image_is_a_mistake(String pattern) {
    Exception mistake =
        assertThrows(IllegalArgumentException.class, () -> ContainerPattern.parse(pattern));
    String message = String.valueOf(mistake.getMessage());
    assertTrue(message.contains("image"), message);
  }
}
