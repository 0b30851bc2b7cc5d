package dev.dbg.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Samples;
import dev.dbg.nativetests.scene.measure.Whole;
import dev.dbg.policy.rule.Decision;
import dev.dbg.policy.rule.Question;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.RandomLines;
import dev.dbg.tools.Shipped;
import dev.dbg.tools.Tool;
import dev.dbg.tools.argument.ArgumentMistake;
import dev.dbg.tools.argument.ParsedArguments;
import dev.dbg.tools.value.ValueType;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For every tool that accepts paths: no line gives access to a path outside the permitted ones. */
class NarrowedPathsTest {
  private static final List<Integer> SEEDS = Whole.seeds(3_000, 600);

  @Test
  void each_path_of_a_permitted_line_is_below_the_one_that_is_permitted() throws Exception {
    Catalogue catalogue = Shipped.catalogue();
    for (Tool tool : catalogue.all()) {
      if (!tool.arguments().operandTypes().contains(ValueType.Named.PATH)) {
        continue;
      }
      String patterns = tool.name().equals("grep") ? "\"/var/log/*\", \"x\"" : "\"/var/log/*\"";
      String rule =
          """
          [[rule]]
          who = ["user:ann"]
          containers = ["*"]
          namespaces = ["all"]
          tools = ["%s"]
          [rule.arguments.%s]
          operands = [%s]
          """
              .formatted(tool.name(), tool.name(), patterns);
      Policy policy = new PolicyReader(catalogue).read(new TreeMap<>(Map.of("p.toml", rule)));
      int permitted = 0;
      for (int seed : SEEDS) {
        List<String> typed = new RandomLines(seed).line(tool);
        Optional<ParsedArguments> reading = read(tool, typed);
        if (reading.isPresent() && permits(policy, tool, reading.get())) {
          permitted++;
          assertBelow(reading.get(), tool.name() + " " + typed + " of seed " + seed);
        }
      }
      assertTrue(
          permitted > SEEDS.size() / 200, tool.name() + " is permitted too little: " + permitted);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/var/log,app.log,true",
    "/var/log,./app.log,true",
    "/var,log/app.log,true",
    "/var/log/app/,'',true",
    "/var,'',false",
    "'','',true",
    "/,'',false",
    "/root,app.log,false",
    "/root,.,false",
    "/var/log,/root/app.log,false",
    "/root,/var/log/app.log,true",
    "/var/logs,app.log,false",
  })
  void a_relative_path_and_none_at_all_are_below_the_working_directory(
      String directory, String operand, boolean permitted) throws Exception {
    Catalogue catalogue = Shipped.catalogue();
    Tool tool = catalogue.tool("ls").orElseThrow();
    String rule =
        """
        [[rule]]
        who = ["user:ann"]
        containers = ["*"]
        namespaces = ["all"]
        tools = ["ls"]
        [rule.arguments.ls]
        operands = ["", "/var/log/*"]
        """;
    Policy policy = new PolicyReader(catalogue).read(new TreeMap<>(Map.of("p.toml", rule)));
    List<String> typed = operand.isEmpty() ? List.of() : List.of(operand);

    ParsedArguments seen =
        tool.arguments().read(typed, Optional.of(directory).filter(path -> !path.isEmpty()));

    assertEquals(permitted, permits(policy, tool, seen));
    assertEquals(typed, seen.canonical());
  }

  private static void assertBelow(ParsedArguments reading, String line) {
    int paths = 0;
    for (int at = 0; at < reading.operands().size(); at++) {
      if (reading.operandTypes().get(at).contains(ValueType.Named.PATH)) {
        paths++;
        assertBelow(reading.operands().get(at), line);
      }
    }
    for (ParsedArguments.Given given : reading.options()) {
      if (given.isPath()) {
        paths++;
        assertBelow(given.value().orElseThrow(), line);
      }
    }
    // grep may read its standard input.
    assertTrue(paths > 0 || line.startsWith("grep "), () -> "the whole container: " + line);
  }

  private static void assertBelow(String path, String line) {
    assertTrue(Path.of(path).normalize().startsWith("/var/log"), line);
    boolean isInside = path.endsWith("/") || path.endsWith("/.");
    assertTrue(!Path.of(path).normalize().equals(Path.of("/var/log")) || isInside, line);
  }

  private static Optional<ParsedArguments> read(Tool tool, List<String> typed) {
    try {
      return Optional.of(tool.arguments().read(typed));
    } catch (ArgumentMistake e) {
      return Optional.empty();
    }
  }

  private static boolean permits(Policy policy, Tool tool, ParsedArguments reading) {
    Question question =
        new Question(
            Samples.operator("ann"),
            EnumSet.allOf(NamespaceKind.class),
            tool.name(),
            Optional.of(reading),
            false,
            false,
            false,
            false,
            Asked.NOON);
    return policy.ask(question).anywhere() instanceof Decision.Permitted;
  }
}
