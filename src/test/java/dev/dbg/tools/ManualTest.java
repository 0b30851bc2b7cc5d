package dev.dbg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.argument.ArgumentGrammar;
import dev.dbg.tools.argument.ArgumentMistake;
import dev.dbg.tools.value.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks what dbg-tools(5) says against the program. */
class ManualTest {
  private static final String PAGE = page();

  @Test
  void the_worked_example_does_what_is_said_of_it() throws Exception {
    ArgumentGrammar bridge = examples().get(0).arguments();
    assertEquals(List.of("-d", "link"), bridge.read(List.of("-details", "link")).canonical());
    for (String line : List.of("link set dev x", "-batch file", "monitor")) {
      assertThrows(
          ArgumentMistake.class, () -> bridge.read(List.of(line.split(" "))).canonical(), line);
    }
  }

  @Test
  void the_example_with_sub_commands_keeps_its_secret() throws Exception {
    ArgumentGrammar vault = examples().get(1).arguments();
    List<String> typed = List.of("--token", "hidden", "events", "-n5", "--kind=read", "since", "x");
    assertEquals(
        List.of("--token=***", "events", "-n", "5", "--kind=read", "since", "x"),
        vault.read(typed).shown());
    assertEquals(List.of("--token", "***", "stat"), vault.shown(List.of("--token", "a", "stat")));
  }

  @Test
  void every_type_is_in_the_page_and_every_one_in_the_page_is_a_type() {
    for (ValueType.Named type : ValueType.Named.values()) {
      String item = ".It Li <%s>".formatted(type.name().toLowerCase(Locale.ROOT));
      assertTrue(PAGE.contains(item), item);
    }
    String types = PAGE.substring(PAGE.indexOf(".Sh TYPES"), PAGE.indexOf(".Sh FILES"));
    Matcher item = Pattern.compile("^\\.It Li <(.*)>$", Pattern.MULTILINE).matcher(types);
    while (item.find()) {
      assertTrue(ValueType.named(item.group(1)).isPresent(), item.group(1));
    }
  }

  @Test
  void every_shipped_tool_is_in_the_page() {
    String shipped =
        PAGE.substring(PAGE.indexOf(".Ss Shipped tools"), PAGE.indexOf(".Sh A WORKED"));
    for (Tool tool : Shipped.catalogue().all()) {
      assertTrue(shipped.matches("(?s).*\\b" + Pattern.quote(tool.name()) + "\\b.*"), tool.name());
    }
  }

  private static List<Tool> examples() throws TomlMistake {
    List<Tool> examples = new ArrayList<>();
    Matcher literal =
        Pattern.compile("\\.Bd -literal -offset indent\n(name = .*?)\\.Ed", Pattern.DOTALL)
            .matcher(PAGE);
    while (literal.find()) {
      examples.add(ToolFile.parse("dbg-tools.5", literal.group(1)));
    }
    return examples;
  }

  private static String page() {
    try {
      return Files.readString(Path.of("src/docs/man/dbg-tools.5"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
