package dev.dbg.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.dbg.model.Glob;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Samples;
import dev.dbg.model.Target;
import dev.dbg.policy.rule.Decision;
import dev.dbg.policy.rule.Question;
import dev.dbg.toml.TomlMistake;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A file in {@code policy.d} is either a policy or a mistake with a place, whatever it contains.
 */
class PolicyFuzzTest {
  private static final Set<String> TOOLS = Set.of("ss", "ip");

  private static final String ANOTHER_RULE =
      """
      [[rule]]
      who = ["group:g"]
      containers = ["web-*"]
      namespaces = ["net"]
      tools = ["ip"]
      timeout = "1s"
      """;

  private static final List<Operator> OPERATORS =
      List.of(Samples.operator("ann", "g"), Samples.operator("bob"));

  private static final List<Target> TARGETS =
      List.of(
          Samples.container("web-1"),
          Samples.container("podman", "db-vault-1", "img:1", Map.of("team", "dns")),
          Samples.containerOf("carol", "web-1", Map.of("team", "dns")),
          Samples.containerOnDiskOf("carol", "web-1"),
          Samples.process(17));

  @FuzzTest(maxDuration = "15s")
  void a_file_is_a_policy_or_a_mistake_with_its_place(byte[] bytes) throws TomlMistake {
    String text = new String(bytes, StandardCharsets.UTF_8);
    Set<String> permitted;
    try {
      permitted = permissions(Map.of("p.toml", text));
    } catch (TomlMistake e) {
      assertTrue(e.message().matches("(?s)p\\.toml:\\d+:\\d+: .+"), e.message());
      assertTrue(e.excerpt(text).contains("^"));
      return;
    }
    // An additional rule takes no permission away, wherever its file sorts among the others.
    for (String name : List.of("a.toml", "z.toml")) {
      assertTrue(
          permissions(Map.of("p.toml", text, name, ANOTHER_RULE)).containsAll(permitted), text);
    }
  }

  private static Set<String> permissions(Map<String, String> files) throws TomlMistake {
    Policy policy = new PolicyReader(Asked.catalogue(TOOLS)).read(new TreeMap<>(files));
    Set<String> permitted = new TreeSet<>();
    for (Operator operator : OPERATORS) {
      for (NamespaceKind kind : EnumSet.of(NamespaceKind.NET, NamespaceKind.MNT)) {
        for (String tool : TOOLS) {
          Question question = Asked.plainly(operator, Set.of(kind), tool);
          Decision somewhere = policy.ask(question).anywhere();
          for (Target target : TARGETS) {
            for (Set<NamespaceKind> shared : List.of(Set.<NamespaceKind>of(), Set.of(kind))) {
              if (policy.ask(question).decide(target, shared) instanceof Decision.Permitted) {
                assertTrue(
                    somewhere instanceof Decision.Permitted, "the first question is stricter");
                permitted.add(
                    "%s %s %s %s %s".formatted(operator.user(), kind, tool, target, shared));
              }
            }
          }
        }
      }
    }
    return permitted;
  }

  /** The input is a pattern and a text, separated by a NUL. */
  @FuzzTest(maxDuration = "15s")
  void a_star_stands_for_any_characters_and_all_else_for_itself(byte[] bytes) {
    String both = new String(bytes, StandardCharsets.ISO_8859_1);
    int middle = both.indexOf('\0');
    if (middle < 0 || both.length() > 400) {
      return;
    }
    String glob = both.substring(0, middle);
    String text = both.substring(middle + 1);
    assertEquals(matches(glob, text), new Glob(glob).matches(text), () -> glob + " on " + text);
  }

  /**
   * A slow and simple version: whether the first characters of both match, for every length of
   * both.
   */
  private static boolean matches(String glob, String text) {
    boolean[] fits = new boolean[text.length() + 1];
    fits[0] = true;
    for (int g = 0; g < glob.length(); g++) {
      boolean[] next = new boolean[text.length() + 1];
      boolean star = glob.charAt(g) == '*';
      for (int t = 0; t <= text.length(); t++) {
        next[t] =
            star
                ? fits[t] || (t > 0 && next[t - 1])
                : t > 0 && fits[t - 1] && glob.charAt(g) == text.charAt(t - 1);
      }
      fits = next;
    }
    return fits[text.length()];
  }
}
