package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.message.Field;
import dev.dbg.config.DaemonConfig;
import dev.dbg.policy.PolicyReader;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Shipped;
import dev.dbg.tools.ToolFile;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * The keys that the pages of the manual list are those that the readers know. A reader that refuses
 * a key says which it knows.
 */
class KnownKeysTest {
  /** Like no key, so that no key is suggested instead of all. */
  private static final String UNKNOWN = "xqxqxqxqxqxq = 1\n";

  private static final Pattern KNOWN = Pattern.compile(": known here: ([a-z0-9_, -]+)");

  private static Set<String> known(Executable reader) {
    String message = String.valueOf(assertThrows(TomlMistake.class, reader).getMessage());
    Matcher known = KNOWN.matcher(message);
    assertTrue(known.find(), message);
    return new TreeSet<>(List.of(known.group(1).split(", ", -1)));
  }

  private static Set<String> items(String page, String section) throws Exception {
    return new TreeSet<>(ManualPage.items(ManualPage.read(page).section(section), "Va"));
  }

  @Test
  void the_keys_of_the_configuration_are_those_of_the_page() throws Exception {
    Set<String> known = new TreeSet<>();
    for (String table : known(() -> DaemonConfig.parse("x", UNKNOWN))) {
      for (String key : known(() -> DaemonConfig.parse("x", "[" + table + "]\n" + UNKNOWN))) {
        known.add(table + "." + key);
      }
    }
    for (String receiver :
        List.of("syslog", "otlp", "notify", "witness", "timestamp", "cluster", "witnessed")) {
      assertTrue(known.remove("audit." + receiver), receiver);
      known.add("[[audit." + receiver + "]]");
    }
    for (Map.Entry<String, String> receiver :
        Map.of("syslog", "unix:///x", "otlp", "http://x:4318/v1/logs").entrySet()) {
      known.addAll(
          known(
              () ->
                  DaemonConfig.parse(
                      "x",
                      "[[audit.%s]]\nname = \"x\"\nto = \"%s\"\n%s"
                          .formatted(receiver.getKey(), receiver.getValue(), UNKNOWN))));
    }
    Set<String> notify =
        known(
            () ->
                DaemonConfig.parse(
                    "x",
                    "[[audit.notify]]\nname = \"x\"\nto = \"/x\"\nkey = \"/x\"\nevent = [\"*\"]\n"
                        + UNKNOWN));
    // The page names these by the list in dbg-audit(5).
    for (Field field : Field.values()) {
      assertTrue(notify.remove(field.word()), field::word);
    }
    known.addAll(notify);
    known.addAll(
        known(
            () ->
                DaemonConfig.parse(
                    "x", "[[audit.timestamp]]\nname='x'\nto='http://x'\n" + UNKNOWN)));
    known.addAll(known(() -> DaemonConfig.parse("x", "[[audit.cluster]]\nname='x'\n" + UNKNOWN)));
    known.addAll(
        known(() -> DaemonConfig.parse("x", "[[audit.witness]]\nname='x'\nhost='x'\n" + UNKNOWN)));
    known.addAll(
        known(() -> DaemonConfig.parse("x", "[[audit.witnessed]]\nhost='x'\nby='x'\n" + UNKNOWN)));
    Set<String> listed = new TreeSet<>();
    items("dbgd.toml.5", "KEYS").forEach(key -> listed.add(key.replaceFirst(" No = .*", "")));
    assertEquals(known, listed);
  }

  @Test
  void the_example_of_the_configuration_is_accepted() throws Exception {
    String example = ManualPage.read("dbgd.toml.5").section("EXAMPLES");
    DaemonConfig config =
        DaemonConfig.parse("x", example.replace(".Bd -literal\n", "").replace(".Ed\n", ""));
    assertEquals(4, config.sessionsPerUser());
  }

  private static Executable policy(String text) {
    return () -> new PolicyReader(Shipped.catalogue()).read(new TreeMap<>(Map.of("x", text)));
  }

  @Test
  void the_keys_of_a_rule_and_of_an_access_are_those_of_the_page() throws Exception {
    Set<String> known =
        known(
            policy(
                "[[rule]]\nwho=['*']\ncontainers=['*']\nnamespaces=['net']\ntools=['ss']\n"
                    + UNKNOWN));
    known.addAll(
        known(
            policy(
                "[[rule]]\nwho=['*']\ncontainers=['*']\nnamespaces=['net']\ntools=['ss']\n"
                    + "[rule.arguments.ss]\n"
                    + UNKNOWN)));
    assertEquals(known, items("dbg-policy.5", "RULES"));
    assertEquals(
        known(policy("[[audit-access]]\nwho=['*']\noperators=['*']\n" + UNKNOWN)),
        items("dbg-policy.5", "ACCESS TO RECORDS"));
  }

  @Test
  void the_keys_of_a_tool_are_those_of_the_page() throws Exception {
    String least = "name = 'x'\nsummary = 'x'\nwhy = 'x'\n";
    Set<String> known = known(() -> ToolFile.parse("x", least + UNKNOWN));
    assertEquals(
        known,
        new TreeSet<>(
            ManualPage.items(
                ManualPage.read("dbg-tools.5").text().split("\\.Sh TYPES", 2)[0], "Va")));
  }
}
