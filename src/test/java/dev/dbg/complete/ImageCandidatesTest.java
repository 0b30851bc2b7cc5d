package dev.dbg.complete;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.model.Samples;
import dev.dbg.model.Target;
import dev.dbg.policy.Asked;
import dev.dbg.policy.Visibility;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which images Tab offers: names are written by whoever made an archive that root loaded. */
class ImageCandidatesTest {
  private static final String ID = "0123456789abcdef".repeat(4);

  private static final String POLICY =
      """
      [[rule]]
      who = ["user:ann"]
      containers = ["image://app/*"]
      except = ["image://secret/*"]
      namespaces = ["mnt"]
      tools = ["ls"]

      [[rule]]
      who = ["user:cal"]
      containers = ["image://sha256:0123*"]
      namespaces = ["mnt"]
      tools = ["ls"]

      [[rule]]
      who = ["user:bob"]
      containers = ["*", "image:*"]
      namespaces = ["mnt"]
      tools = ["ls"]
      """;

  private static List<String> offered(String user, String typed, Target... images)
      throws Exception {
    Visibility visibility =
        Asked.policy(Set.of("ls"), POLICY).visibility(Samples.operator(user), Asked.NOON);
    Candidates candidates = new Candidates(typed, "");
    CompleteAnswer.addImages(candidates, List.of(images), visibility);
    StringBuilder lines = new StringBuilder();
    candidates.print(lines::append);
    return lines.toString().lines().map(line -> line.replaceFirst("\tan image$", "")).toList();
  }

  private static Target other(String... names) {
    return Samples.image("ff".repeat(32), names);
  }

  @Test
  void those_that_a_rule_reaches_by_each_name_and_no_others() throws Exception {
    Target[] images = {
      other("app/a:1", "b:2"), other("app/c:1", "secret/c:1"), other("d:1"), Samples.image(ID)
    };

    assertEquals(List.of("image://app/a:1", "image://b:2"), offered("ann", "image://", images));
    assertEquals(List.of("image://" + ID), offered("cal", "image://", images));
    assertEquals(List.of("image://b:2"), offered("ann", "image://b", images));
    assertEquals(List.of(), offered("bob", "image://", images));
    assertEquals(List.of(), offered("eva", "image://", images));
  }

  @Test
  void nothing_that_a_terminal_would_obey() throws Exception {
    assertEquals(
        List.of("image://app/a:1"),
        offered("ann", "image://", other("app/a:1", "app/\u001b[2J:1", "app/x\nimage://y:1")));
  }

  /** A shell inserts what all candidates begin with: those that are left out count, too. */
  @Test
  void a_thousand_of_them_and_the_last() throws Exception {
    String[] many =
        IntStream.range(0, 5000).mapToObj("app/%04d:1"::formatted).toArray(String[]::new);

    List<String> offered = offered("ann", "image://", other(many));
    assertEquals(Candidates.MOST, offered.size());
    assertEquals("image://app/0000:1", offered.getFirst());
    assertEquals("image://app/0998:1", offered.get(Candidates.MOST - 2));
    assertEquals("image://app/4999:1", offered.getLast());
  }
}
