package dev.dbg.nativetests.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import java.nio.file.Path;
import java.util.List;

/** What the tests of both forms of the page look at. */
final class Reviewed {
  /** ann may read all records, and others their own. */
  static final String POLICY =
      Host.EVERYTHING
          + """

          [[audit-access]]
          who = ["user:dbgt-ann"]
          operators = ["*"]
          """;

  /** What a stranger could choose, or an operator type, so that a page obeys it. */
  static final String MARKUP =
      "<img src=x onerror=document.title='obeyed'><script>document.title='obeyed'</script>";

  static final String TURNED = "txt.\u202Eexe\u0007\u001b]2;obeyed\u0007";

  /** What a terminal obeys: a title, a link, questions, the clipboard. */
  static final String OBEYED =
      "\033]2;obeyed\007\033]8;;http://127.0.0.1/\007link\033]8;;\007\033[c\033[6n\033]52;c;b2JleWVk\007SAFE\n";

  /** For people to look at. */
  static final Path PICTURES = Path.of("target/page").toAbsolutePath();

  private Reviewed() {}

  /** Asserts that the rows, the newest first, are those that {@code dbg audit} lists. */
  static void areListed(List<String> listed, List<String> statuses) {
    assertEquals(listed.size(), statuses.size());
    for (int row = 0; row < statuses.size(); row++) {
      String its = listed.get(listed.size() - 1 - row);
      assertTrue(its.contains(statuses.get(row)), its + " is not " + statuses.get(row));
    }
  }
}
