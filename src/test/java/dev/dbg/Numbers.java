package dev.dbg;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The numbers of attacks and decisions, and where they are defined. */
record Numbers(String attacks, String decisions) {
  private static final Pattern HEADING =
      Pattern.compile("(?m)^### (A[0-9]+(?:, A[0-9]+)*(?=\\.)|D[0-9]+(?= ))");
  private static final Pattern MENTION =
      Pattern.compile("(?<![\\w#-])(A[0-9]{1,3}|D[0-9]{1,3})(?![\\w-])");
  private static final Pattern RANGE = Pattern.compile("D([0-9]+)(?: to D([0-9]+))?");

  private List<String> defined() {
    return HEADING
        .matcher(attacks + "\n" + decisions)
        .results()
        .flatMap(heading -> Stream.of(heading.group(1).split(", ", -1)))
        .toList();
  }

  List<String> unknownIn(String text) {
    Set<String> known = new HashSet<>(defined());
    return MENTION
        .matcher(text.replaceAll("(?s)```.*?```", ""))
        .results()
        .map(MatchResult::group)
        .filter(number -> !known.contains(number))
        .distinct()
        .toList();
  }

  List<String> twice() {
    Set<String> seen = new HashSet<>();
    return defined().stream().filter(number -> !seen.add(number)).toList();
  }

  private static final Pattern OVERRULED =
      Pattern.compile(
          "- \\*\\*Overruled:\\*\\* (in part, )?by (D[0-9]+)(?:(?:,| and) (D[0-9]+))*([.:])");
  private static final Pattern OTHER_FORM =
      Pattern.compile("(?i)\\b(?:overrul|supersede|replaces? [^.]*\\bD[0-9]|D[0-9]+ replace)");
  private static final String ANNEX = "\n## Annex: what no longer holds\n";

  /**
   * Decisions that say in another form, or at another place than below their heading, that they are
   * overruled; that name no later decision; or that are in the annex and hold in part, or the other
   * way round.
   */
  List<String> wronglyOverruled() {
    List<String> wrong = new ArrayList<>();
    String[] parts = decisions.split(ANNEX, 2);
    List<String> all = defined();
    for (int part = 0; part < parts.length; part++) {
      for (String section : parts[part].split("(?m)^(?=### D)", -1)) {
        if (!section.startsWith("### D")) {
          continue;
        }
        String name = section.substring(4).split(" ", 2)[0];
        String text = section.replaceFirst(".*\n\n", "");
        Matcher overruled = OVERRULED.matcher(text);
        boolean says = overruled.lookingAt();
        boolean whole = says && overruled.group(1) == null;
        String rest = says ? text.substring(overruled.end()) : text;
        if (OTHER_FORM.matcher(rest).find()
            || whole != (part == 1)
            || (says && !all.contains(overruled.group(2)))
            || (says && number(overruled.group(2)) <= number(name))) {
          wrong.add(name);
        }
      }
    }
    return wrong;
  }

  private static int number(String decision) {
    return Integer.parseInt(decision.substring(1));
  }

  /** Decisions that the index at the top leaves out, or names under another group. */
  List<String> notInIndex() {
    List<String> wrong = new ArrayList<>();
    for (String row : decisions.lines().filter(line -> line.startsWith("| D")).toList()) {
      String[] cells = row.split("\\|", -1);
      String group = cells[2].replaceAll(".*\\[(.*)\\].*", "$1").strip();
      String part = decisions.replaceFirst("(?s).*?\\n## " + Pattern.quote(group) + "\\n", "");
      part = part.split("\\n## ", 2)[0];
      Set<String> there = new HashSet<>();
      HEADING.matcher(part).results().forEach(heading -> there.add(heading.group(1)));
      Set<String> listed = new HashSet<>();
      Matcher range = RANGE.matcher(cells[1]);
      while (range.find()) {
        int first = Integer.parseInt(range.group(1));
        int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
        IntStream.rangeClosed(first, last).forEach(number -> listed.add("D" + number));
      }
      there.stream().filter(n -> !listed.contains(n)).forEach(n -> wrong.add(group + ": " + n));
      listed.stream().filter(n -> !there.contains(n)).forEach(n -> wrong.add(group + ": " + n));
    }
    return wrong;
  }
}
