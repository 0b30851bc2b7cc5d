package dev.dbg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.NamespaceKind;
import dev.dbg.toml.TomlMistake;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolFileTest {
  private static final String HEAD = "name = \"x\"\nsummary = \"s\"\nwhy = \"w\"\n";

  @Test
  void a_file_is_read() throws Exception {
    Tool tool =
        ToolFile.parse(
            "x.toml",
            HEAD
                + """
                file = "/usr/sbin/x"
                package = "p"
                requires = ["net", "u"]
                also = ["pid", "i"]
                excludes = ["mnt"]
                capabilities = ["NET_RAW"]
                tracer = true
                threads = true
                forks = true
                libraries = ["/usr/lib/x/lib*.so"]
                data-files = ["/etc/services"]
                """);
    assertEquals("x", tool.name());
    assertEquals(Optional.of("/usr/sbin/x"), tool.onHost().file());
    assertEquals(Optional.of("p"), tool.about().packageName());
    assertEquals(Set.of(NamespaceKind.NET, NamespaceKind.UTS), tool.kinds().requires());
    assertEquals(Set.of(NamespaceKind.PID, NamespaceKind.IPC), tool.kinds().also());
    assertEquals(Set.of(Capability.NET_RAW), tool.capabilities());
    assertEquals(Set.of(Activity.TRACER, Activity.THREADS, Activity.FORKS), tool.activities());
    assertEquals(List.of("/usr/lib/x/lib*.so"), tool.onHost().libraries());
    assertEquals(List.of("/etc/services"), tool.onHost().dataFiles());
  }

  @Test
  void a_tool_may_have_a_helper_and_be_told_of_a_file() throws Exception {
    String helper = "helper = \"/usr/bin/h\"\nforks = true\n";
    Tool tool =
        ToolFile.parse(
            "x.toml", HEAD + helper + "excludes = [\"mnt\"]\nvariable = \"MAGIC=/m/x=y\"\n");
    assertEquals(Optional.of("/usr/bin/h"), tool.onHost().helper());
    assertEquals(Set.of(NamespaceKind.MNT), tool.kinds().excludes());
    assertEquals(Optional.of(new Variable("MAGIC", "/m/x=y")), tool.onHost().variable());
    for (String path : List.of("/usr/share/terminfo/", "libraries")) {
      assertEquals(
          Optional.of(new Variable("X_DIR", path)),
          ToolFile.parse("x.toml", HEAD + "variable = \"X_DIR=" + path + "\"\n")
              .onHost()
              .variable());
    }
    // Below a container's files there is no loader for the helper.
    assertTrue(mistake(HEAD + helper).contains("needs excludes"));
    assertTrue(mistake(HEAD + helper + "excludes = [\"net\"]\n").contains("needs excludes"));
    assertTrue(mistake(HEAD + "helper = \"/usr/bin/h\"\nexcludes = [\"mnt\"]\n").contains("forks"));
    assertTrue(mistake(HEAD + helper.replace("/usr/bin/", "")).contains("not an absolute path"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "=",
        "MAGIC",
        "MAGIC=",
        "MAGIC=x",
        "MAGIC=/",
        "MAGIC=/x*",
        "MAGIC=library",
        "=/x",
        "magic=/x",
        "LD_PRELOAD=/x",
        "PATH=/x",
        "TERM=/x",
        "LANG=/x",
        "MA GIC=/x",
        "/x",
      })
  void what_is_no_variable_and_file_is_a_mistake(String text) {
    String mistake = mistake(HEAD + "variable = \"" + text + "\"\n");
    assertTrue(mistake.contains("is not an allowed variable: write NAME=/FILE"), mistake);
  }

  @Test
  void what_a_tool_also_uses_is_neither_required_nor_excluded() {
    assertEquals(
        "x.toml:5:1: 'net' is in 'requires' too: write it once",
        mistake(HEAD + "requires = [\"net\"]\nalso = [\"n\", \"pid\"]\n"));
    assertTrue(
        mistake(HEAD + "also = [\"mnt\"]\nexcludes = [\"pid\", \"mnt\"]\n")
            .contains("'mnt' is in 'excludes' too"));
  }

  @Test
  void a_tool_may_no_more_than_its_file_says() throws Exception {
    Tool tool = ToolFile.parse("x.toml", HEAD);
    assertEquals(Set.of(), tool.activities());
    assertEquals(Set.of(), tool.capabilities());
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "summary", "why"})
  void what_must_be_there_and_is_not_is_a_mistake(String key) {
    String text = HEAD.replaceAll(key + " = .*\n", "");
    assertEquals("x.toml:1:1: '%s' is missing".formatted(key), mistake(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../x", "/bin/sh", "a b", "-x", ".x", "a/b", "ä", "a\\u001b", "a;b"})
  void what_is_no_tool_s_name_is_a_mistake(String name) {
    assertTrue(
        mistake("why = \"w\"\nname = \"" + name + "\"\n").startsWith("x.toml:2:1: '"),
        mistake("why = \"w\"\nname = \"" + name + "\"\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "flgs = []~unknown key 'flgs': did you mean 'flags'?",
        "requires = [\"nett\"]~unknown namespace 'nett': one or more of"
            + " net,mnt,pid,ipc,uts,user,cgroup,time, or all",
        "requires = [\"all\"]~unknown namespace 'all': one or more of"
            + " net,mnt,pid,ipc,uts,user,cgroup,time, or all",
        "also = [\"nett\"]~unknown namespace 'nett': one or more of"
            + " net,mnt,pid,ipc,uts,user,cgroup,time, or all",
        "also = [\"all\"]~unknown namespace 'all': one or more of"
            + " net,mnt,pid,ipc,uts,user,cgroup,time, or all",
        "capabilities = [\"NET_RAWW\"]~a tool can't have the capability 'NET_RAWW': did you mean"
            + " 'NET_RAW'?",
        "capabilities = [\"net_raw\"]~a tool can't have the capability 'net_raw'",
        "capabilities = [\"SYS_ADMIN\"]~a tool can't have the capability 'SYS_ADMIN'",
        "capabilities = [\"SYS_MODULE\"]~a tool can't have the capability 'SYS_MODULE'",
        "capabilities = [\"SETUID\"]~a tool can't have the capability 'SETUID'",
        "capabilities = [\"DAC_OVERRIDE\"]~a tool can't have the capability 'DAC_OVERRIDE'",
        "tracer = \"yes\"~'tracer' must be true or false",
        "threads = 1~'threads' must be true or false",
        "input = \"no\"~'input' must be one of always, without-path, never",
        "input = false~'input' must be a string",
        "input = \"connection\"~a tool that copies to a connection excludes pid",
        "input = \"log\"~a tool that reads a log or a status excludes all namespaces",
        "forks = [true]~'forks' must be true or false",
        "libraries = [\"x.so\"]~'x.so' is not an absolute path, or has a * in a directory",
        "libraries = [\"/usr/*/x.so\"]~'/usr/*/x.so' is not an absolute path, or has a * in a"
            + " directory",
        "data-files = [\"../x\"]~'../x' is not an absolute path, or has a * in a directory",
        "flags = \"-v\"~'flags' must be a list of strings",
        "flags = [\"v\"]~'v' is not an option: write '-x' or '--word'",
        "flags = [\"-\"]~'-' is not an option: write '-x' or '--word'",
        "flags = [\"--\"]~'--' is not an option: write '-x' or '--word'",
        "flags = [\"\"]~'' is not an option: write '-x' or '--word'",
        "flags = [\"-v, --verbose\"]~'-v,' is not an option: write '-x' or '--word'",
        "flags = [\"--a=b\"]~'--a=b' is not an option: write '-x' or '--word'",
        "flags = [\"-v <int>\"]~'<int>' is not an option: write '-x' or '--word'",
        "options = [\"-v\"]~'-v' has no value: write '-f <type>'",
        "options = [\"-v <intt>\"]~unknown type '<intt>': see dbg-tools(5)",
        "options = [\"-v <>\"]~unknown type '<>': see dbg-tools(5)",
        "options = [\"-v <INT>\"]~unknown type '<INT>': see dbg-tools(5)",
        "options = [\"v <int>\"]~'v' is not an option: write '-x' or '--word'",
        "options = [\"-v --verbose\"]~'--verbose' is an option: it belongs to flags or options",
        "operands = [\"...\"]~'...' follows a type: write '<filter>...'",
        "operands = [\"<nothing>\"]~unknown type '<nothing>': see dbg-tools(5)",
        "operands = [\"-v\"]~'-v' is an option: it belongs to flags or options",
        "operands = [\"show -v\"]~'-v' is an option: it belongs to flags or options",
        "flags = [\"-v\", \"-v\"]~'-v' is defined twice",
        "flags = [\"-v --verbose\", \"-l --verbose\"]~'--verbose' is defined twice",
        "options = [\"-v -v <int>\"]~'-v' is defined twice",
        "operands = [\"<a|-b>\"]~'<a|-b>' holds a word that is empty, or starts with a dash",
        "operands = [\"<a||b>\"]~'<a||b>' holds a word that is empty, or starts with a dash",
        "operands = [\"<|>\"]~'<|>' holds a word that is empty, or starts with a dash",
      })
  void a_mistake_has_its_place(String line, String what) {
    String message = mistake(HEAD + line + "\n");
    assertTrue(message.startsWith("x.toml:4:1: " + what), message);
  }

  @Test
  void a_spelling_that_is_a_flag_and_an_option_is_a_mistake() {
    assertEquals(
        "x.toml:5:1: '-v' is defined twice",
        mistake(HEAD + "flags = [\"-v\"]\noptions = [\"-v <int>\"]\n"));
  }

  @Test
  void a_later_tool_of_the_same_name_replaces_the_earlier() throws Exception {
    Tool shipped = ToolFile.parse("a.toml", HEAD);
    Tool own = ToolFile.parse("b.toml", HEAD.replace("\"s\"", "\"own\""));
    Catalogue catalogue = Catalogue.of(List.of(shipped, own));
    assertEquals("own", catalogue.tool("x").orElseThrow().about().summary());
    assertEquals(1, catalogue.all().size());
    assertEquals(Optional.empty(), catalogue.tool("y"));
  }

  private static String mistake(String text) {
    return assertThrows(TomlMistake.class, () -> ToolFile.parse("x.toml", text)).message();
  }
}
