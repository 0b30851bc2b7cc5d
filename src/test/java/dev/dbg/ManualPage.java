package dev.dbg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page of the manual, in mdoc(7), and the lists that it has.
 *
 * @param name as it is referred to: {@code dbg(1)}
 */
public record ManualPage(String name, String text) {
  private static final Path PAGES = Path.of("src/docs/man");
  private static final Pattern HEADING = Pattern.compile("(?m)^\\.(S[hs]) (.*)$");
  private static final Pattern ITEM = Pattern.compile("(?m)^\\.It (.*)$");
  private static final Pattern REFERENCE =
      Pattern.compile("(?m)^\\.Xr ([a-zA-Z][\\w.-]*) ([1-8])\\b");
  private static final Pattern SECTION_REFERENCE =
      Pattern.compile(
          "(?m)^\\.Sx (.*?)(?: [.,:;)]+)?$(?:\\n(?:in|of)?\\n?\\.Xr ([\\w.-]+) ([1-8]))?");

  /** Reads {@code src/docs/man/NAME}, as {@code dbg.1}. */
  public static ManualPage read(String file) throws IOException {
    int dot = file.lastIndexOf('.');
    return new ManualPage(
        file.substring(0, dot) + "(" + file.substring(dot + 1) + ")",
        Files.readString(PAGES.resolve(file)));
  }

  static List<ManualPage> all() throws IOException {
    List<ManualPage> pages = new ArrayList<>();
    try (Stream<Path> files = Files.list(PAGES)) {
      for (Path file : files.sorted().toList()) {
        pages.add(read(file.getFileName().toString()));
      }
    }
    return pages;
  }

  Set<String> headings() {
    return HEADING
        .matcher(text)
        .results()
        .map(heading -> heading.group(2).replace("\"", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The headings of the subsections of a section. */
  Set<String> subsections(String section) {
    return HEADING
        .matcher(section(section))
        .results()
        .map(heading -> heading.group(2))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What stands below a heading; below that of a section, with its subsections. */
  public String section(String heading) {
    Matcher here =
        Pattern.compile("(?m)^\\.(S[hs]) " + Pattern.quote(heading) + "\\n").matcher(text);
    if (!here.find()) {
      throw new IllegalArgumentException(name + " has no section " + heading);
    }
    String end = here.group(1).equals("Sh") ? "(?m)^\\.Sh " : "(?m)^\\.S[hs] ";
    return text.substring(here.end()).split(end, 2)[0];
  }

  /** The words of the items of a list that are marked with a macro, as {@code .It Va uid , gid}. */
  public static List<String> items(String part, String macro) {
    return ITEM.matcher(part)
        .results()
        .map(item -> item.group(1))
        .filter(item -> item.startsWith(macro + " "))
        .flatMap(
            item ->
                Arrays.stream(
                    item.substring(macro.length() + 1).split(" No ", 2)[0].split(" , ", -1)))
        .map(word -> word.replaceFirst("^" + macro + " ", "").strip())
        .toList();
  }

  /** The options that are items of a list, with one dash or two. */
  static Set<String> options(String part) {
    return ITEM.matcher(part)
        .results()
        .filter(item -> item.group(1).startsWith("Fl "))
        .flatMap(item -> flags(item.group(1)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The options that are items of its lists, and those of tools if it says that it has them. */
  Set<String> optionsOf(Set<String> ofTools) {
    Set<String> options = options(text);
    if (Pattern.compile("(?m)^The options are those of$").matcher(text).find()) {
      options.addAll(ofTools);
    }
    return options;
  }

  private static Stream<String> flags(String line) {
    List<String> flags = new ArrayList<>();
    Matcher flag = Pattern.compile("\\bFl (Fl )?(?!Fl\\b)([a-zA-Z-]+)").matcher(line);
    while (flag.find()) {
      if (flag.group(1) != null) {
        flags.add("--" + flag.group(2));
      } else {
        flag.group(2).chars().forEach(letter -> flags.add("-" + (char) letter));
      }
    }
    return flags.stream();
  }

  /** The options in the synopsis, by verb: the first word of each line of a command. */
  Map<String, Set<String>> synopsis() {
    Map<String, Set<String>> synopsis = new TreeMap<>();
    for (String line : section("SYNOPSIS").split("(?m)^\\.Nm(?: dbg)?\\n", -1)) {
      Matcher verb = Pattern.compile("\\bCm ([a-z-]+)").matcher(line);
      if (verb.find()) {
        Set<String> options = synopsis.computeIfAbsent(verb.group(1), key -> new TreeSet<>());
        line.lines()
            .filter(l -> l.contains("Fl "))
            .flatMap(ManualPage::flags)
            .forEach(options::add);
      }
    }
    return synopsis;
  }

  /** The references to pages and sections that do not exist. */
  List<String> dangling(Map<String, ManualPage> pages) {
    List<String> dangling = new ArrayList<>();
    Matcher page = REFERENCE.matcher(text);
    while (page.find()) {
      String other = "%s(%s)".formatted(page.group(1), page.group(2));
      if (page.group(1).startsWith("dbg") && !pages.containsKey(other)) {
        dangling.add(name + ": " + other);
      }
    }
    Matcher section = SECTION_REFERENCE.matcher(text);
    while (section.find()) {
      String heading = section.group(1).replace("\"", "");
      ManualPage other =
          pages.getOrDefault("%s(%s)".formatted(section.group(2), section.group(3)), this);
      if (!other.headings().contains(heading) && !headings().contains(heading)) {
        dangling.add(name + ": " + other.name + ", " + heading);
      }
    }
    return dangling;
  }
}
