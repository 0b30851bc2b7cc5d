package dev.dbg;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * The rules for the packages; the package comment of dev.dbg explains them. A package below dev.dbg
 * is a room, and a room may use only rooms on lower floors.
 *
 * @param root the package that contains the rooms: {@code dev.dbg} or {@code dev.dbg.wrong}
 */
record Rooms(String root) {
  /** The floors, the lowest first. Rooms on the same floor must not use each other. */
  private static final List<List<String>> FLOORS =
      List.of(
          List.of("model", "toml", "trace"),
          List.of("kernel", "tools", "grammar", "http"),
          List.of("wire", "policy", "resolve", "audit", "plan", "cgroup", "metrics", "apiserver"),
          List.of("authorize", "toolroot", "deliver", "kube"),
          List.of("enter", "config", "status"),
          List.of("doctor", "administer"),
          List.of("session"),
          List.of("answer"),
          List.of("review", "shell", "complete"),
          List.of("serve", "reader"),
          List.of(""));

  /** The floors within a room that has sub-packages. */
  private static final Map<String, List<List<String>>> WITHIN =
      Map.of(
          "model",
          List.of(List.of("amount"), List.of("")),
          "kernel",
          List.of(
              List.of(""),
              List.of("socket", "cgroup"),
              List.of("file"),
              List.of("process"),
              List.of("probe")),
          "tools",
          List.of(List.of("value"), List.of("argument"), List.of("")),
          "grammar",
          List.of(List.of("words"), List.of("")),
          "policy",
          List.of(List.of("rule"), List.of("audit"), List.of("")),
          "resolve",
          List.of(
              List.of("untrusted"),
              List.of("log", "stopped"),
              List.of("container"),
              List.of("engine"),
              List.of("user", "lxc", "systemd", "containerd"),
              List.of("")),
          "audit",
          List.of(
              List.of("record", "file"),
              List.of("seal", "recording"),
              List.of("write", "read", "verify", "message"),
              List.of("export", "journal"),
              List.of("")),
          "deliver",
          List.of(List.of("sink"), List.of("")));

  private static final int NOWHERE = -1;

  /** The names of a floor; what is said of them stands below, further to the right. */
  private static final Pattern DRAWN = Pattern.compile("(?m)^ \\* ([a-zA-Z]+(?: +[a-z]+)*)$");

  ArchRule onlyWhatIsBelow() {
    return ArchRuleDefinition.classes()
        .should(
            new ArchCondition<>("use only rooms below theirs") {
              @Override
              public void check(JavaClass user, ConditionEvents events) {
                for (Dependency use : user.getDirectDependenciesFromSelf()) {
                  JavaClass used = use.getTargetClass();
                  if (!reaches(user, used)) {
                    events.add(SimpleConditionEvent.violated(use, use.getDescription()));
                  }
                }
              }
            });
  }

  private boolean reaches(JavaClass user, JavaClass used) {
    if (!isAtHome(used)) {
      return true;
    }
    Room from = room(user);
    Room to = room(used);
    if (!from.outer.equals(to.outer)) {
      return isAbove(from.floor(), to.floor());
    }
    return from.equals(to) || isAbove(from.floorWithin(), to.floorWithin());
  }

  /** Whether a package is in a room that is on a lower floor than another room. */
  static boolean isBelow(String name, String room) {
    return isAbove(Room.floor(room, FLOORS), Room.floor(name.replaceFirst("\\..*", ""), FLOORS));
  }

  /** The packages with those that their classes use; both without the root. */
  Map<String, Set<String>> uses(JavaClasses classes) {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (JavaClass item : classes) {
      Set<String> used = uses.computeIfAbsent(shortName(item), key -> new TreeSet<>());
      item.getDirectDependenciesFromSelf().stream()
          .map(Dependency::getTargetClass)
          .filter(this::isAtHome)
          .forEach(target -> used.add(shortName(target)));
    }
    return uses;
  }

  private String shortName(JavaClass item) {
    String name = item.getPackageName();
    return name.equals(root) ? "" : name.substring(root.length() + 1);
  }

  /** The floors of the drawing in a package comment, the lowest first. */
  static List<List<String>> drawn(String comment) {
    String drawing = comment.replaceFirst("(?s).*<pre>", "").replaceFirst("(?s)</pre>.*", "");
    return DRAWN
        .matcher(drawing)
        .results()
        .map(floor -> List.of(floor.group(1).split(" +", -1)))
        .toList()
        .reversed();
  }

  static List<List<String>> floors() {
    return FLOORS;
  }

  static List<List<String>> floorsWithin(String room) {
    return WITHIN.getOrDefault(room, List.of());
  }

  private static boolean isAbove(int floor, int other) {
    return other != NOWHERE && floor > other;
  }

  ArchRule everyRoomHasItsFloor() {
    return ArchRuleDefinition.classes()
        .should(
            new ArchCondition<>("be in a room of the plan") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                if (room(item).floor() == NOWHERE || room(item).floorWithin() == NOWHERE) {
                  events.add(
                      SimpleConditionEvent.violated(item, item.getName() + " is in no room"));
                }
              }
            });
  }

  /** There are no cycles between rooms, and none between the sub-packages of a room. */
  ArchRule noCycles() {
    ArchRule rule = slices().matching(root + ".(*)..").should().beFreeOfCycles();
    for (String room : WITHIN.keySet()) {
      rule =
          CompositeArchRule.of(rule)
              .and(slices().matching(root + "." + room + ".(*)..").should().beFreeOfCycles());
    }
    return rule;
  }

  ArchRule onlyKernelUsesJnr() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(root + ".kernel..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jnr..");
  }

  /** Names that strangers chose stand in the kernel's texts, and String.lines splits them. */
  ArchRule theKernelsLinesEndAtNewlines() {
    return noClasses()
        .that()
        .resideInAnyPackage(root + ".kernel..", root + ".resolve..")
        .should()
        .callMethod(String.class, "lines");
  }

  /**
   * Only the kernel package makes system calls: it checks their results and explains their errors.
   */
  ArchRule onlyKernelMakesSystemCalls() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(root + ".kernel..")
        .should()
        .dependOnClassesThat(
            are(
                "the access to native code",
                c ->
                    c.getName().equals(root + ".kernel.Native")
                        || c.getName().equals(root + ".kernel.LibC")));
  }

  /**
   * Capabilities are in effect during calls of the C library alone: only the kernel package calls
   * {@code Capabilities.during}, and its lambdas there make such a call and do nothing else.
   */
  ArchRule capabilitiesAreForSystemCallsAlone() {
    return ArchRuleDefinition.classes()
        .should(
            new ArchCondition<>("have capabilities in effect during system calls alone") {
              @Override
              public void check(JavaClass user, ConditionEvents events) {
                for (JavaCodeUnit unit : user.getCodeUnits()) {
                  for (String wrong : wrongWhileRaised(unit)) {
                    String where = unit.getFullName() + " " + wrong;
                    events.add(SimpleConditionEvent.violated(unit, where));
                  }
                }
              }
            });
  }

  private List<String> wrongWhileRaised(JavaCodeUnit unit) {
    List<String> wrong = new ArrayList<>();
    boolean isCapabilities = unit.getOwner().getName().equals(root + ".kernel.Capabilities");
    if (!isCapabilities
        && unit.getMethodCallsFromSelf().stream().anyMatch(c -> isCall(c, "capset"))) {
      wrong.add("sets capabilities itself");
    }
    if (unit.getMethodCallsFromSelf().stream().noneMatch(call -> isCall(call, "during"))) {
      return wrong;
    }
    if (!unit.getOwner().getPackageName().startsWith(root + ".kernel")) {
      wrong.add("is not of the kernel package");
    }
    Stream.concat(
            unit.getMethodCallsFromSelf().stream(), unit.getConstructorCallsFromSelf().stream())
        .filter(call -> call.isDeclaredInLambda() && !isPartOfCall(call.getTargetOwner()))
        .forEach(call -> wrong.add("does more than a system call: " + call.getDescription()));
    return wrong;
  }

  private boolean isCall(JavaMethodCall call, String name) {
    String owner = call.getTargetOwner().getName();
    return call.getName().equals(name)
        && (owner.equals(root + ".kernel.Capabilities") || owner.equals(root + ".kernel.LibC"));
  }

  /** The C library, and the numbers that a call is given. */
  private boolean isPartOfCall(JavaClass used) {
    return Stream.of("LibC", "Native", "Fd", "PidFd")
            .anyMatch(name -> used.getName().equals(root + ".kernel." + name))
        || used.getPackageName().equals(root + ".model");
  }

  ArchRule onlyOneFileUsesDockerJava() {
    return noClasses()
        .that(
            are(
                "not " + root + ".resolve.engine.EngineRuntime",
                c -> !outermost(c).getName().equals(root + ".resolve.engine.EngineRuntime")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.github.dockerjava..");
  }

  ArchRule onlyVerbsUsePicocli() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(root, root + ".administer", root + ".grammar")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..");
  }

  /** The floors permit these rooms to use the kernel package, so this rule forbids it. */
  ArchRule thePureRoomsArePure() {
    return noClasses()
        .that()
        .resideInAnyPackage(
            root + ".policy..",
            root + ".tools..",
            root + ".plan",
            root + ".grammar..",
            root + ".model")
        .should()
        .dependOnClassesThat(
            are(
                "a file, a clock or the kernel",
                c ->
                    (c.getPackageName().equals("java.io") && !c.isEquivalentTo(OK_IN_JAVA_IO))
                        || c.getPackageName().startsWith("java.nio.file")
                        || c.getPackageName().startsWith("java.nio.channels")
                        || c.getPackageName().startsWith("java.net")
                        || c.isEquivalentTo(Clock.class)
                        || c.getPackageName().startsWith(root + ".kernel")));
  }

  /** Every exception implements this interface. */
  private static final Class<?> OK_IN_JAVA_IO = java.io.Serializable.class;

  ArchRule onlyVerbsOfDbgdPrint() {
    return noClasses()
        .that(
            are(
                "not a verb of dbgd's",
                c ->
                    !List.of(
                            root + ".Dbgd",
                            root + ".DaemonCommand",
                            root + ".administer.DeliverCommand",
                            root + ".administer.KubeCommand")
                        .contains(outermost(c).getName())))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .dependOnClassesThat(are("a PrintStream", c -> c.isEquivalentTo(PrintStream.class)))
        .orShould()
        .callMethod(Throwable.class, "printStackTrace");
  }

  /**
   * Returns the simple names that several classes have, nested classes included, with the classes.
   */
  static Map<String, Set<String>> namesDeclaredTwice(JavaClasses classes) {
    Map<String, Set<String>> byName = new TreeMap<>();
    for (JavaClass item : classes) {
      String name = item.getSimpleName();
      if (!name.isEmpty() && !name.equals("package-info") && !item.isLocalClass()) {
        byName.computeIfAbsent(name, key -> new TreeSet<>()).add(item.getName());
      }
    }
    byName.values().removeIf(declared -> declared.size() == 1);
    return byName;
  }

  /** Returns the packages without {@code @NullMarked}. */
  List<String> unmarked(JavaClasses classes) {
    TreeSet<String> unmarked = new TreeSet<>();
    for (JavaClass item : classes) {
      if (isAtHome(item) && !item.getPackage().isAnnotatedWith(NullMarked.class)) {
        unmarked.add(item.getPackageName());
      }
    }
    return List.copyOf(unmarked);
  }

  private boolean isAtHome(JavaClass item) {
    return item.getPackageName().equals(root) || item.getPackageName().startsWith(root + ".");
  }

  /**
   * The room of a class.
   *
   * @param outer the package below the root, "" for the root itself
   * @param inner the rest of the package name, "" if there is none
   */
  private record Room(String outer, String inner) {
    int floor() {
      return floor(outer, FLOORS);
    }

    int floorWithin() {
      return floor(inner, WITHIN.getOrDefault(outer, List.of(List.of(""))));
    }

    private static int floor(String room, List<List<String>> floors) {
      for (int i = 0; i < floors.size(); i++) {
        if (floors.get(i).contains(room)) {
          return i;
        }
      }
      return NOWHERE;
    }
  }

  private Room room(JavaClass item) {
    String name = item.getPackageName();
    String[] parts =
        name.equals(root) ? new String[] {""} : name.substring(root.length() + 1).split("\\.", 2);
    return new Room(parts[0], parts.length == 1 ? "" : parts[1]);
  }

  private static JavaClass outermost(JavaClass item) {
    return item.getEnclosingClass().map(Rooms::outermost).orElse(item);
  }

  private static DescribedPredicate<JavaClass> are(
      String description, java.util.function.Predicate<JavaClass> predicate) {
    return DescribedPredicate.describe(description, predicate);
  }
}
