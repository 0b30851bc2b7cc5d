package dev.dbg.administer;

import dev.dbg.model.Image;
import dev.dbg.model.Operator;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.model.Uid;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import dev.dbg.tools.ToolFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file of expected permits and refusals, dbg-policy(5).
 *
 * @param policy the policy's directory or file, relative to this file; empty for the installed
 *     policy
 */
record PolicyTestFile(
    Optional<String> policy,
    List<TestContainers.Container> containers,
    List<Expectation> expectations) {
  private static final long MOST_UID = 0xFFFF_FFFEL;

  /** Any uid: rules compare the names of containers' owners. */
  private static final Uid OWNER = new Uid(1001);

  /**
   * An expected decision.
   *
   * @param place the {@code file:line} of the expectation
   * @param because a part of the refusal, or of the permitting rule's place
   */
  record Expectation(
      String place,
      boolean permit,
      Operator operator,
      List<String> words,
      Instant at,
      String because) {}

  static PolicyTestFile parse(String file, String text) throws TomlMistake {
    TomlTable root = TomlTable.parse(file, text);
    Optional<String> policy = root.string("policy");
    Map<String, Operator> operators = new HashMap<>();
    for (TomlTable table : root.tables("operator")) {
      Operator operator = operator(table);
      if (operators.put(operator.user(), operator) != null) {
        throw table.mistake("user", "operator '%s' is defined twice".formatted(operator.user()));
      }
    }
    List<TestContainers.Container> containers = new ArrayList<>();
    for (TomlTable table : root.tables("container")) {
      containers.add(container(table));
    }
    List<Expectation> expectations = new ArrayList<>();
    for (String verb : List.of("permit", "refuse")) {
      for (TomlTable table : root.tables(verb)) {
        expectations.add(expectation(table, verb.equals("permit"), operators));
      }
    }
    root.rejectUnknown();
    return new PolicyTestFile(policy, containers, expectations);
  }

  private static Operator operator(TomlTable table) throws TomlMistake {
    List<String> groups = table.strings("groups");
    Uid uid = new Uid(table.integer("uid", 0, MOST_UID).orElse(1000L));
    Operator operator = Operator.supposed(uid, table.requiredString("user"), groups);
    table.rejectUnknown();
    return operator;
  }

  private static TestContainers.Container container(TomlTable table) throws TomlMistake {
    String name = table.requiredString("name");
    Map<String, String> labels = texts(table.table("labels"));
    Optional<Owner> owner = table.string("owner").map(user -> new Owner(OWNER, user));
    String runtime = table.string("runtime").orElse(owner.isPresent() ? "podman" : "docker");
    boolean isImage = runtime.equals(Image.SCHEME);
    // Rules ignore the labels of images.
    Optional<Map<String, String>> known = isImage ? Optional.empty() : Optional.of(labels);
    Target target =
        new Target(
            runtime,
            owner,
            name,
            name,
            isImage ? image(name, table) : new Image(table.string("image").orElse(""), ""),
            known,
            "running",
            1,
            ResolvedBy.API);
    Target inPod =
        table.has("namespace-labels")
            ? target
                .in(new Target.Pod("", Optional.empty()))
                .inNamespace(texts(table.table("namespace-labels")))
            : target;
    TestContainers.Container container =
        new TestContainers.Container(
            inPod, ToolFile.namespaces(table, "shares"), ToolFile.namespaces(table, "foreign"));
    table.rejectUnknown();
    return container;
  }

  private static Map<String, String> texts(TomlTable table) throws TomlMistake {
    Map<String, String> texts = new HashMap<>();
    for (String key : table.keys()) {
      texts.put(key, table.requiredString(key));
    }
    return texts;
  }

  /** Returns an image that root's engines know by several names. */
  private static Image image(String name, TomlTable table) throws TomlMistake {
    Stream<String> names = Stream.concat(Stream.of(name), table.strings("names").stream());
    return new Image(name, "", names.map(Image::brief).toList());
  }

  private static Expectation expectation(
      TomlTable table, boolean permit, Map<String, Operator> operators) throws TomlMistake {
    String who = table.requiredString("who");
    Operator operator = operators.get(who);
    if (operator == null) {
      throw table.mistake("who", "no [[operator]] is called '%s'".formatted(who));
    }
    List<String> words =
        table.has("words")
            ? table.requiredStrings("words")
            : List.of(table.requiredString("line").strip().split(" +"));
    Expectation expectation =
        new Expectation(
            table.file() + ":" + table.position().line(),
            permit,
            operator,
            words,
            table.instant("at").orElseGet(Instant::now),
            table.string("because").orElse(""));
    table.rejectUnknown();
    return expectation;
  }
}
