package dev.dbg.policy.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service of the host is reached by its scheme only, like a process. */
class ServiceOfTheHostTest {
  private static final Target NGINX =
      new Target(
          "unit",
          Optional.empty(),
          "nginx.service",
          "nginx.service",
          Image.NONE,
          Optional.of(Map.of()),
          "running",
          1,
          ResolvedBy.API);

  @ParameterizedTest
  @CsvSource({
    "*, false",
    "nginx.service, false",
    "pid://*, false",
    "lxc://*, false",
    "label:a, false",
    "image:*, false",
    "unit://nginx.service, true",
    "unit://*, true",
    "runtime:unit, true"
  })
  void only_patterns_with_its_scheme_reach_it(String pattern, boolean reaches) {
    ContainerPattern parsed = ContainerPattern.parse(pattern);

    assertEquals(reaches, parsed.matches(NGINX));
    assertEquals(reaches, parsed.coversAll(TargetName.parse("unit://nginx.service")));
  }

  @Test
  void its_patterns_say_nothing_about_containers() {
    ContainerPattern units = ContainerPattern.parse("unit://*");

    assertFalse(units.coversAll(TargetName.parse("nginx.service")));
    assertFalse(units.mightCover(TargetName.parse("nginx.service")));
    assertFalse(units.mightCover(TargetName.parse("lxc://nginx.service")));
  }
}
