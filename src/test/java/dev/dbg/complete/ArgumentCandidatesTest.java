package dev.dbg.complete;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.policy.rule.ArgumentConstraint;
import dev.dbg.policy.rule.ArgumentConstraint.Values;
import dev.dbg.policy.rule.Bounds;
import dev.dbg.tools.Shipped;
import dev.dbg.tools.value.ValuePatterns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which arguments are offered, by the entries of shipped tools. */
class ArgumentCandidatesTest {
  private static Set<String> offered(String line, Bounds bounds) {
    List<String> words = new ArrayList<>(Arrays.asList(line.split(" ", -1)));
    String tool = words.removeFirst();
    Candidates candidates = new Candidates(words.removeLast(), "web");
    new ArgumentCandidates(bounds::mightPermit, candidates)
        .add(Shipped.catalogue().tool(tool).orElseThrow().arguments(), words);
    return printed(candidates)
        .lines()
        .map(text -> text.replaceFirst("\t.*", ""))
        .collect(Collectors.toSet());
  }

  private static String printed(Candidates candidates) {
    StringBuilder lines = new StringBuilder();
    candidates.print(lines::append);
    return lines.toString();
  }

  private static Set<String> offered(String line) {
    return offered(line, Bounds.NONE);
  }

  /** A rule that permits one option only. */
  private static Bounds only(String option) {
    Values any = new Values(true, ValuePatterns.of(List.of(), Set.of(), Set.of()));
    return new Bounds(
        Optional.empty(),
        List.of(),
        Optional.of(new ArgumentConstraint(Optional.of(Map.of(option, any)), Optional.empty())));
  }

  @Test
  void options_of_the_entry_are_offered() {
    assertTrue(offered("ss -").containsAll(Set.of("-t", "--tcp", "-f", "--family")));
    assertTrue(offered("ss --fa").equals(Set.of("--family")));
    assertFalse(offered("ss -").contains("-K"));
  }

  @Test
  void only_options_that_a_rule_permits_are_offered() {
    assertEquals(Set.of("-t", "--tcp"), offered("ss -", only("-t")));
  }

  @Test
  void an_option_that_a_rule_must_name_is_offered_only_by_a_rule_that_names_it() {
    assertFalse(offered("environ --").contains("--show-secrets"));
    assertEquals(Set.of("--show-secrets"), offered("environ --", only("--show-secrets")));
  }

  @Test
  void the_values_of_a_choice_are_offered() {
    assertTrue(offered("ss -f ").containsAll(Set.of("inet", "inet6", "unix")));
    assertTrue(offered("ss --family=in").containsAll(Set.of("--family=inet", "--family=inet6")));
    assertFalse(offered("ss -f ").contains("-t"));
  }

  @Test
  void sub_commands_and_interfaces_and_paths_are_offered() {
    assertTrue(offered("ip ").containsAll(Set.of("addr", "route", "link")));
    assertTrue(offered("ip addr show dev ").contains("@interface"));
    assertTrue(offered("tcpdump -i ").contains("@interface"));
    assertEquals(Set.of("@path"), offered("cat /et"));
  }

  /** A script has no way to tell the target from the value of an option. */
  @Test
  void the_target_of_the_line_is_said_where_files_and_interfaces_are_wanted() {
    Candidates candidates = new Candidates("", "web");
    candidates.addPaths();
    candidates.addInterfaces();
    assertEquals("@interface\tweb\n@path\tweb\n", printed(candidates));
  }

  @Test
  void after_two_dashes_no_option_is_offered() {
    assertEquals(Set.of("@path"), offered("cat -- "));
  }

  @Test
  void a_word_that_a_terminal_would_obey_is_not_offered() {
    Candidates candidates = new Candidates("", "web");
    candidates.add("\u001b[2J");
    candidates.add("web\u202e1");
    candidates.add("web-1", "a \u001b[2Jcontainer");
    assertEquals("web-1\ta \\x1b[2Jcontainer\n", printed(candidates));
  }
}
