package dev.dbg;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The numbers of attacks and decisions, and where they are defined.
 *
 * @param attacks the text of attacks.md
 * @param decisions the text of each page of decisions, by its file's name
 */
record Numbers(String attacks, Map<String, String> decisions) {
  private static final Pattern HEADING =
      Pattern.compile("(?m)^### (A[0-9]+(?:, A[0-9]+)*(?=\\.)|D[0-9]+(?= ))");
  private static final Pattern MENTION =
      Pattern.compile("(?<![\\w#-])(A[0-9]{1,3}|D[0-9]{1,3})(?![\\w-])");
  private static final String TABLE = "| page | decisions |\n| --- | --- |\n";

  private List<String> defined() {
    return HEADING
        .matcher(attacks + "\n" + String.join("\n", decisions.values()))
        .results()
        .flatMap(heading -> Stream.of(heading.group(1).split(", ", -1)))
        .toList();
  }

  List<String> unknownIn(String text) {
    return unknown(MENTION, text.replaceAll("(?s)```.*?```", ""));
  }

  /** Only of decisions: a source has other words that begin with an A and have digits. */
  List<String> unknownDecisionsIn(String source) {
    return unknown(Pattern.compile("(?<![\\w#.%-])D[0-9]{1,3}(?![\\w-])"), source);
  }

  private List<String> unknown(Pattern mention, String text) {
    Set<String> known = new HashSet<>(defined());
    return mention
        .matcher(text)
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

  /** The index with the rows that the pages give. What stands above its table is kept. */
  String rightIndex(String index) {
    TreeMap<Integer, String> pageOf = new TreeMap<>();
    decisions.forEach(
        (page, text) ->
            HEADING
                .matcher(text)
                .results()
                .forEach(found -> pageOf.put(Integer.parseInt(found.group(1).substring(1)), page)));
    StringBuilder rows = new StringBuilder();
    for (String page : new TreeMap<>(decisions).keySet()) {
      rows.append(
          "| [%s](%s) | %s |%n".formatted(page.replace(".md", ""), page, runs(page, pageOf)));
    }
    return index.replaceFirst("(?s)" + Pattern.quote(TABLE) + ".*", "") + TABLE + rows;
  }

  /** The numbers of a page. A range of numbers contains none of another page. */
  private static String runs(String page, TreeMap<Integer, String> pageOf) {
    List<String> runs = new ArrayList<>();
    int first = 0;
    int last = 0;
    for (Map.Entry<Integer, String> entry : pageOf.entrySet()) {
      if (entry.getValue().equals(page)) {
        last = entry.getKey();
        first = first == 0 ? last : first;
      } else if (first > 0) {
        runs.add(run(first, last));
        first = 0;
      }
    }
    if (first > 0) {
      runs.add(run(first, last));
    }
    return String.join(", ", runs);
  }

  private static String run(int first, int last) {
    return first == last ? "D" + first : "D%d-D%d".formatted(first, last);
  }
}
