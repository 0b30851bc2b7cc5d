package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Checks that every message is in the reviewed list, {@code
 * src/test/resources/messages/reviewed.txt}, and follows the rules for messages. The test writes
 * the current list to {@code target/messages.txt}.
 */
class MessagesTest {
  private static final Path REVIEWED = Path.of("src/test/resources/messages/reviewed.txt");
  private static final Path FOUND = Path.of("target/messages.txt");
  private static final String ACCEPT = "dbg.accept-messages";

  private static final String HOW_TO_ACCEPT =
      "Read the changes. To accept them run: mvn test -Dtest=MessagesTest -D" + ACCEPT + "=true";

  /** Two lines of a terminal, and some more for the length of an address. */
  private static final int LONGEST = 200;

  /** Phrases that a reader has to decode. "There is no X" and "is no longer" are plain. */
  private static final Pattern RIDDLES =
      Pattern.compile(
          String.join(
              "|",
              "(?<!there )\\bis no (?!longer\\b)",
              "\\bare no (hours|more)\\b",
              "\\bas many as (can|may|it may)\\b",
              "\\bas nobody but\\b",
              "\\bgives no more\\b",
              "\\b(go|goes|went) on (otherwise|behind)\\b",
              "\\bcut and went on\\b",
              "\\bthat go on\\b",
              "\\b(has|have) (not )?had\\b",
              "\\bhave it done\\b",
              "\\bhere is none\\b",
              "\\bin truth\\b",
              "\\bis another('s| than)",
              "\\b(is|are) gone from before it\\b",
              "(?<!there )\\bis (nobody|nothing)\\b",
              "\\bis there (already|twice)\\b",
              "\\bto be had\\b",
              "\\bis wanted\\b",
              "\\bhas to be there\\b",
              "\\bleft over\\b",
              "\\blooks nothing up\\b",
              "\\bmore than there is\\b",
              "\\bnever gets\\b",
              "\\bnobody (foresaw|had been told)\\b",
              "\\bso has the tool\\b",
              "\\bspoilt\\b",
              "\\bstands?\\b",
              "\\bthat there is not\\b",
              "\\bthat you look\\b",
              "\\btheirs\\b",
              "\\bunless told\\b",
              "\\bwhoever\\b"));

  private static Set<Message> all = Set.of();

  @BeforeAll
  static void collect() throws IOException {
    all = new TreeSet<>(JavaMessages.below(Path.of("src/main/java")));
    all.addAll(CMessages.below(Path.of("src/main/c")));
    Files.createDirectories(FOUND.toAbsolutePath().getParent());
    Files.writeString(FOUND, text(all));
    System.out.println(all.size() + " messages, listed in " + FOUND);
  }

  private static String text(Set<Message> messages) {
    return messages.stream().map(message -> message.line() + "\n").collect(Collectors.joining());
  }

  @Test
  void every_message_is_reviewed() throws IOException {
    if (Boolean.getBoolean(ACCEPT)) {
      Files.createDirectories(REVIEWED.toAbsolutePath().getParent());
      Files.writeString(REVIEWED, text(all));
    }
    List<String> reviewed = Files.exists(REVIEWED) ? Files.readAllLines(REVIEWED) : List.of();
    String difference = difference(reviewed, text(all).lines().toList());
    assertTrue(difference.isEmpty(), () -> "\n" + difference + HOW_TO_ACCEPT);
  }

  private static String difference(List<String> reviewed, List<String> found) {
    StringBuilder difference = new StringBuilder();
    List<String> gone = new ArrayList<>(reviewed);
    gone.removeAll(found);
    gone.forEach(line -> difference.append("- ").append(line).append('\n'));
    List<String> made = new ArrayList<>(found);
    made.removeAll(reviewed);
    made.forEach(line -> difference.append("+ ").append(line).append('\n'));
    return difference.toString();
  }

  @Test
  void a_message_that_is_new_or_gone_is_a_difference() {
    assertEquals(
        "- A  old words\n+ A  new words\n",
        difference(List.of("A  old words", "B  same"), List.of("A  new words", "B  same")));
  }

  @Test
  void no_message_is_a_riddle() {
    assertEquals("", text(riddles(all)));
  }

  private static Set<Message> riddles(Set<Message> messages) {
    return messages.stream()
        .filter(message -> RIDDLES.matcher(message.text()).find())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void a_riddle_is_found() {
    assertEquals(
        "Source  reason in truth: …\n",
        text(riddles(in("reply.println(\"reason in truth: \" + why)"))));
  }

  @Test
  void no_message_takes_more_than_two_lines() {
    assertEquals("", text(tooLong(all)));
  }

  private static Set<Message> tooLong(Set<Message> messages) {
    return messages.stream()
        .filter(message -> message.length() > LONGEST)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void a_message_of_three_lines_is_found() {
    String words = "long words ".repeat(LONGEST / 11);
    assertEquals(Set.of(), tooLong(in("warn(\"" + words + "%s\".formatted(a))")));
    assertEquals(1, tooLong(in("warn(\"" + words + "%s more\".formatted(a))")).size());
  }

  @Test
  void the_strings_of_java_that_reach_a_person_are_collected() {
    assertEquals("Source  ready\n", text(in("err.println(\"ready\")")));
    assertEquals("", text(in("map.get(\"ready\")")));
    assertEquals("", text(in("name.endsWith(\"not found\")")));
    assertEquals("Source  it is not found\n", text(in("String a = \"it is \" + \"not found\"")));
    assertEquals(
        "Source  …: it is (not found|gone): …\n",
        text(in("throw new X(e + \": it is \" + (a ? \"not found\" : \"gone\") + \": \" + b)")));
    assertEquals(
        "Source  read … of …\nSource  the other\n",
        text(in("use(\"read %d of %s\".formatted(1, a ? \"the other\" : b))")));
  }

  @Test
  void a_constant_is_part_of_the_message_that_it_is_in() {
    assertEquals(
        "A  write … or less\nB  write … or less: now\n",
        text(
            JavaMessages.in(
                """
                class A { static final String FORM = "write %d or less"; }
                class B { Object a = A.FORM + ": now"; }
                """)));
  }

  @Test
  void the_strings_of_c_that_reach_a_person_are_collected() {
    assertEquals(
        "a.c  cannot … it: do that\na.c  setns\n",
        text(
            CMessages.in(
                "a.c",
                """
                /* "no message here" */
                static const char *word = "setns";
                _Static_assert(1, "an int is an int");
                require(x, "setns");
                fail("cannot %s it: "
                     "do that\\n", word);
                """)));
  }

  private static Set<Message> in(String statement) {
    return JavaMessages.in("class Source { void m() { " + statement + "; } }");
  }
}
