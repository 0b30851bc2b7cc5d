package dev.dbg.answer;

import static dev.dbg.model.Samples.container;
import static dev.dbg.model.Samples.containerOnDiskOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.UsageMistake;
import dev.dbg.model.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerSelectionTest {
  private static final Target WEB =
      container(
          "docker",
          "shop-web-1",
          "example.org/web:1",
          Map.of("team", "dns", "empty", "", "a", "b=c"));

  private static boolean matches(String filters, Target target) throws UsageMistake {
    List<String> line = new ArrayList<>(List.of("ps"));
    for (String filter : filters.split(" ", -1)) {
      line.addAll(List.of("-f", filter));
    }
    return ContainerSelection.of((Invocation.Ps) new Grammar().parse(line)).includes(target);
  }

  @ParameterizedTest
  @CsvSource({
    "shop-web-1, true",
    "shop-*, true",
    "web, false",
    "docker://shop-web-1, true",
    "podman://shop-web-1, false",
    "label:team=d*, true",
    "label:team=web, false",
    "image:example.org/*, true",
  })
  void a_pattern_matches_as_in_a_rule(String pattern, boolean expected) throws UsageMistake {
    List<String> line = List.of("ps", "-f", "label=team", pattern);
    assertEquals(
        expected, ContainerSelection.of((Invocation.Ps) new Grammar().parse(line)).includes(WEB));
    assertEquals(
        false,
        ContainerSelection.of(
                (Invocation.Ps) new Grammar().parse(List.of("ps", "-f", "label=none", pattern)))
            .includes(WEB));
  }

  @ParameterizedTest
  @CsvSource({
    "label=team, true",
    "label=team=dns, true",
    "label=team=dn, false",
    "label=tea, false",
    "label=team=, false",
    "label=empty=, true",
    "label=a=b=c, true",
    "label=team=*, false",
    "name=web, true",
    "name=shop-web-1, true",
    "name=shop*1, true",
    "name=webs, false",
    "image=example.org/web:1, true",
    "image=*web*, true",
    "image=web, false",
    "runtime=docker, true",
    "runtime=dock, false",
    "status=running, true",
    "status=exited, false",
    "label=team label=empty, true",
    "label=team label=none, false",
    "name=none name=web, true",
    "status=exited status=running, true",
    "name=web runtime=podman, false",
  })
  void a_container_is_listed_or_not(String filters, boolean listed) throws Exception {
    assertEquals(listed, matches(filters, WEB));
  }

  @Test
  void labels_that_are_not_known_match_nothing() throws Exception {
    assertFalse(matches("label=team", containerOnDiskOf("una", "web")));
  }
}
