package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The house is built as its plan says, and the rules would see it if it were not. */
class RoomsTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.dbg");

  /** Beside each rule, classes that break it and nothing else: src/test/java/dev/dbg/wrong. */
  private static final JavaClasses WRONG = new ClassFileImporter().importPackages("dev.dbg.wrong");

  private static final Pattern FIRST_CLASS =
      Pattern.compile("dev\\.dbg\\.wrong\\.((?:[a-z]+\\.)+[A-Z][A-Za-z]+)");

  private static final Map<String, Function<Rooms, ArchRule>> RULES =
      Map.of(
          "below", Rooms::onlyWhatIsBelow,
          "plan", Rooms::everyRoomHasItsFloor,
          "cycles", Rooms::noCycles,
          "calls", Rooms::onlyKernelMakesSystemCalls,
          "jnr", Rooms::onlyKernelUsesJnr,
          "docker-java", Rooms::onlyOneFileUsesDockerJava,
          "picocli", Rooms::onlyTheGrammarAndTheFrontDoorUsePicocli,
          "pure", Rooms::thePureRoomsArePure,
          "prints", Rooms::onlyTheFrontDoorPrints);

  @Test
  void the_house_keeps_every_rule() {
    assertTrue(HOUSE.size() > 100, "the house was not found: " + HOUSE.size());
    RULES.values().forEach(rule -> rule.apply(new Rooms("dev.dbg")).check(HOUSE));
  }

  @Test
  void every_package_is_null_marked() {
    assertEquals(List.of(), new Rooms("dev.dbg").unmarked(HOUSE));
  }

  @Test
  void an_unmarked_package_is_found() {
    assertEquals(List.of("dev.dbg.wrong.toml"), new Rooms("dev.dbg.wrong").unmarked(WRONG));
  }

  @Test
  void each_wrong_class_is_found_by_the_rules_it_breaks_and_by_no_other() {
    assertEquals(List.of("below", "cycles"), rulesBrokenBy("policy.LooksBeside"));
    assertEquals(List.of("below", "cycles"), rulesBrokenBy("audit.LooksAbove"));
    assertEquals(List.of("below", "cycles"), rulesBrokenBy("audit.read.LooksBesideWithin"));
    assertEquals(List.of("below", "cycles"), rulesBrokenBy("audit.write.IsRead"));
    assertEquals(List.of("plan"), rulesBrokenBy("audit.attic.StandsWithin"));
    assertEquals(List.of("pure"), rulesBrokenBy("policy.OpensAFile"));
    assertEquals(List.of("pure"), rulesBrokenBy("tools.OpensAPath"));
    assertEquals(List.of("pure"), rulesBrokenBy("grammar.AsksTheClock"));
    assertEquals(List.of("jnr"), rulesBrokenBy("session.CallsTheKernel"));
    assertEquals(List.of("calls"), rulesBrokenBy("session.MakesSystemCalls"));
    assertEquals(List.of("docker-java"), rulesBrokenBy("resolve.AsksDocker"));
    assertEquals(List.of("picocli"), rulesBrokenBy("session.ParsesWords"));
    assertEquals(List.of("prints"), rulesBrokenBy("enter.Prints"));
    assertEquals(List.of("plan"), rulesBrokenBy("attic.Stands"));
    assertEquals(List.of(), rulesBrokenBy("session.KeepsTheRules"));
  }

  @Test
  void no_wrong_class_goes_unseen() {
    List<String> unseen =
        WRONG.stream()
            .map(c -> c.getName().substring("dev.dbg.wrong.".length()))
            .filter(name -> !name.endsWith("package-info"))
            .filter(name -> rulesBrokenBy(name).isEmpty())
            .sorted()
            .toList();
    assertEquals(List.of("kernel.Native", "session.KeepsTheRules", "toml.Unmarked"), unseen);
  }

  private static List<String> rulesBrokenBy(String name) {
    Map<String, Function<Rooms, ArchRule>> sorted = new TreeMap<>(RULES);
    return sorted.entrySet().stream()
        .filter(rule -> breaks(name, rule.getValue().apply(new Rooms("dev.dbg.wrong"))))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The class that does it comes first in a line, before the class that it is done to. */
  private static boolean breaks(String name, ArchRule rule) {
    return rule.allowEmptyShould(true).evaluate(WRONG).getFailureReport().getDetails().stream()
        .flatMap(String::lines)
        .map(FIRST_CLASS::matcher)
        .anyMatch(line -> line.find() && line.group(1).equals(name));
  }
}
