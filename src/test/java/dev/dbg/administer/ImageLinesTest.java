package dev.dbg.administer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.Circumstances;
import dev.dbg.authorize.Permission;
import dev.dbg.authorize.Rights;
import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Refusal;
import dev.dbg.model.Samples;
import dev.dbg.policy.PolicyReader;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Shipped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be run on an image, which has nothing but files. */
class ImageLinesTest {
  private static final Catalogue CATALOGUE = Shipped.catalogue();
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  private static final String POLICY =
      """
      [[rule]]
      who = ["user:ana"]
      containers = ["image://app:*", "image://*/app:*"]
      except = ["image://secret/*"]
      namespaces = ["net", "mnt"]
      tools = ["ls", "ss", "connect", "logs", "status"]

      [[rule]]
      who = ["user:bo"]
      containers = ["*", "image:*", "pid://*", "unit://*"]
      namespaces = ["mnt"]
      tools = ["ls"]
      stopped = true
      """;

  private static final String IMAGES =
      """
      [[container]]
      runtime = "image"
      name = "app:latest"
      [[container]]
      runtime = "image"
      name = "quay.io/app:1"
      [[container]]
      runtime = "image"
      name = "secret/app:1"
      [[container]]
      runtime = "image"
      name = "app:2"
      names = ["quay.io/app:2", "docker.io/secret/moved:2"]
      [[container]]
      runtime = "image"
      name = "unnamed:3"
      names = ["app:3"]
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "ana~image://app -- ls /~mnt",
        "ana~image://app mnt -- ls /~mnt",
        "ana~image://docker.io/library/app:latest -- ls /~mnt",
        "ana~image://quay.io/app:1 -- ls /~mnt",
        "ana~image://app net,mnt -- ls /~is an image, of which nothing runs",
        "ana~image://app -- ss~is an image, of which nothing runs",
        "ana~image://app -- logs~is an image, of which nothing runs",
        "ana~image://app -- status~is an image, of which nothing runs",
        // Whether there is one is not told.
        "ana~image://secret/app:1 -- ss~is an image, of which nothing runs",
        "ana~image://other -- ss~is an image, of which nothing runs",
        "ana~image://secret/app:1 -- ls /~no container of that name",
        // By another of its names.
        "ana~image://quay.io/app:2 -- ls /~no container of that name",
        "ana~image://unnamed:3 -- ls /~mnt",
        "ana~image://secret/none:1 -- ls /~no container of that name",
        "ana~app:latest -- ls /~no container of that name",
        "bo~image://app -- ls /~no container of that name"
      })
  void files_and_nothing_else(String operator, String words, String expected) throws Exception {
    Rights rights =
        new Rights(
            new PolicyReader(CATALOGUE).read(new TreeMap<>(Map.of("p.toml", POLICY))), CATALOGUE);
    TestContainers images = new TestContainers(PolicyTestFile.parse("t.toml", IMAGES).containers());
    Authorizer<TestContainers.Container> authorizer =
        new Authorizer<>(rights, images, TestContainers.HOST, Samples.operator(operator));
    Invocation.Exec exec = (Invocation.Exec) new Grammar().parse(List.of(words.split(" ")));
    String answer;
    try (Permission<?> permission =
        authorizer.permission(exec.line(), new Circumstances(false, false, NOW))) {
      answer = NamespaceKind.words(permission.namespaces().keySet());
    } catch (Refusal refusal) {
      answer = refusal.message();
    }
    String told = answer;
    assertTrue(told.contains(expected), () -> words + ": " + told);
  }
}
