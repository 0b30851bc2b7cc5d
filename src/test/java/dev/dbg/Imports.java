package dev.dbg;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a package may import of dbg's, as its package comment says. The sentence is the rule, so it
 * has one of these forms: {@code nothing of dbg}, or names; a last name with {@code and below}
 * permits all floors below that one's too. A name is that of a package beside this one, within the
 * same room, or of a room.
 *
 * @param names the packages that are named, in full without {@code dev.dbg}
 * @param below whether what is below the last of them may be imported too
 */
record Imports(Set<String> names, Optional<String> below) {
  private static final Pattern SENTENCE =
      Pattern.compile("May import:(.*?)\\.(?: Must not:| Only |$)", Pattern.DOTALL);
  private static final Pattern NAMES =
      Pattern.compile("\\{@code ([a-z.]+)}((?:, \\{@code [a-z.]+})*)( and below)?");
  private static final Pattern NAME = Pattern.compile("\\{@code ([a-z.]+)}");

  /**
   * Reads a package comment; empty if it has no such sentence, and the floors alone count.
   *
   * @param room the package, without {@code dev.dbg}
   * @param packages all of them
   */
  static Optional<Imports> of(String room, String comment, Set<String> packages) {
    Matcher sentence = SENTENCE.matcher(comment.replaceAll("\\s*\n \\*\\s*", " "));
    if (!sentence.find()) {
      return Optional.empty();
    }
    String said = sentence.group(1).strip();
    if (said.equals("nothing of dbg")) {
      return Optional.of(new Imports(Set.of(), Optional.empty()));
    }
    Matcher form = NAMES.matcher(said);
    if (!form.matches()) {
      throw new IllegalArgumentException(room + ": not a rule: May import: " + said);
    }
    List<String> names = new ArrayList<>();
    NAME.matcher(said).results().forEach(name -> names.add(full(room, name.group(1), packages)));
    return Optional.of(
        new Imports(
            new TreeSet<>(names),
            form.group(3) == null ? Optional.empty() : Optional.of(names.getLast())));
  }

  private static String full(String room, String name, Set<String> packages) {
    String beside = room.replaceFirst("(\\.[^.]*)?$", "." + name);
    String full = packages.contains(beside) ? beside : name;
    if (!packages.contains(full)) {
      throw new IllegalArgumentException(room + ": there is no package " + name);
    }
    return full;
  }

  private boolean permits(String other) {
    return names(other) || below.filter(name -> Rooms.isBelow(other, name)).isPresent();
  }

  private boolean names(String other) {
    return names.stream().anyMatch(name -> isWithin(other, name));
  }

  private static boolean isWithin(String other, String room) {
    return other.equals(room) || other.startsWith(room + ".");
  }

  /**
   * The imports that a comment does not permit, and the names of a comment that nothing imports. A
   * comment is about the packages within its package too, except for what they import of each
   * other.
   *
   * @param said what the comments say, by package
   * @param used the packages of dbg that each package uses
   */
  static List<String> wrong(Map<String, Imports> said, Map<String, Set<String>> used) {
    List<String> wrong = new ArrayList<>();
    said.forEach(
        (room, imports) -> {
          Set<String> all = new TreeSet<>();
          used.forEach(
              (user, others) -> {
                if (isWithin(user, room)) {
                  others.stream().filter(other -> !isWithin(other, room)).forEach(all::add);
                }
              });
          all.stream()
              .filter(other -> !imports.permits(other))
              .forEach(other -> wrong.add(room + " imports " + other));
          imports.names.stream()
              .filter(name -> all.stream().noneMatch(other -> isWithin(other, name)))
              .forEach(name -> wrong.add(room + " does not import " + name));
        });
    return wrong;
  }
}
