package dev.dbg.nativetests.view;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A tool gets a value in a form that it accepts: each long option is run once. */
@Tag("native")
@Tag("whole")
final class LongOptionsTest {
  private static final Path CATALOGUE = Path.of("src/main/dist/share/dbg/tools.d");

  /** An option that its tool gets with two dashes, and that has a value. */
  private static final Pattern LONG = Pattern.compile("\"(--[a-z][a-z0-9-]*)[^\"]*<");

  private static final String[] LINES = {
    "mnt grep --include=x x /etc/hosts",
    "mnt grep --exclude=x x /etc/hosts",
    "mnt grep --exclude-dir=x x /etc/hosts",
    "mnt grep --color=auto x /etc/hosts",
    "mnt grep --binary-files=text x /etc/hosts",
    "mnt ls --color=auto /etc",
    "mnt ls --time-style=full-iso /etc",
    "mnt ls --sort=size /etc",
    "mnt ls --time=atime /etc",
    "mnt ls --block-size=1K /etc",
    "mnt stat --printf=%n /etc/hosts",
    "mnt df --output=target /",
    "mnt du --exclude=x /etc",
    "net curl --retry 1 http://127.0.0.1:1/",
    "pid ps --cols=80",
    "mnt tar --file=- -c /etc/hosts",
    "mnt tar --exclude=x -c /etc/hosts",
    "mnt tar --format=pax -c /etc/hosts",
    "mnt tar --sort=name -c /etc/hosts",
    "net curl --connect-timeout 1 http://127.0.0.1:1/",
    "net curl --max-redirs 1 http://127.0.0.1:1/",
    "net curl --max-filesize 1 http://127.0.0.1:1/",
    "net curl --resolve h:1:127.0.0.1 http://h:1/",
    "net curl --connect-to ::127.0.0.1:1 http://127.0.0.1:2/",
    "net curl --interface lo http://127.0.0.1:1/",
    "net conntrack -L -p tcp --sport 1",
    "net conntrack -L -p tcp --dport 1",
    "net conntrack -L -p tcp --state ESTABLISHED",
    "pid ps --ppid 1",
    "pid ps --sort pid",
    "pid lsns --tree=parent",
    "pid strace --trace=read -p 99999",
    "mnt wc --total=never /etc/hosts",
    "mnt date --iso-8601=seconds",
    "mnt date --rfc-3339=ns",
    "mnt diff --unified=1 /etc/hosts /etc/group",
    "mnt diff --context=1 /etc/hosts /etc/group",
    "mnt diff --label x /etc/hosts /etc/group",
    "mnt diff --color=always /etc/hosts /etc/group",
    "mnt tree --filelimit=5 /etc",
    "mnt tree --timefmt=%F /etc",
    "mnt tree --sort=size /etc",
    "mnt tree --charset=ascii /etc",
    "net,pid sar --iface=lo -n DEV 1 1",
    "net,pid sar --dec=1 1 1",
    "pid mpstat --dec=1",
    "net,pid iostat --dec=1",
    "pid pidstat --dec=1",
  };

  @RegisterExtension
  static final Host host =
      Host.with(
          """
          [[rule]]
          who = ["group:dbgt-ops"]
          containers = ["dbgt-*"]
          namespaces = ["mnt", "pid", "net"]
          tools = [
            "conntrack", "curl", "date", "df", "diff", "du", "grep", "iostat", "ls", "lsns", "mpstat", "pidstat", "ps", "sar", "stat",
            "strace", "tar", "tree", "wc"
          ]
          """);

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-long-options");
  }

  static Stream<String> lines() {
    return Stream.of(LINES);
  }

  @ParameterizedTest
  @MethodSource("lines")
  void the_tool_knows_the_option_and_takes_its_value(String line) {
    Ran ran = host.ann().runs("dbgt-long-options " + line.replaceFirst(" ", " -- "));
    String told = ran.err().toLowerCase(Locale.ROOT);
    for (String unknown : Set.of("option", "usage", "try '", "unknown", "invalid")) {
      assertFalse(told.contains(unknown), ran::toString);
    }
  }

  @Test
  void every_one_of_the_catalogue_is_tried() throws IOException {
    Set<String> untried = new TreeSet<>();
    try (Stream<Path> files = Files.list(CATALOGUE)) {
      for (Path file : files.toList()) {
        String tool = file.getFileName().toString().replace(".toml", "");
        Matcher option = LONG.matcher(Files.readString(file));
        // The words of these are for dbgd, which asks; the tool gets none.
        while (!Set.of("logs", "status").contains(tool) && option.find()) {
          String tried = ".* " + tool + " (.* )?" + option.group(1) + "[= ].*";
          if (Stream.of(LINES).noneMatch(line -> line.matches(tried))) {
            untried.add(tool + " " + option.group(1));
          }
        }
      }
    }
    assertTrue(untried.isEmpty(), untried.stream().collect(Collectors.joining(", ")));
  }
}
