package dev.dbg.nativetests.scene.machine;

import dev.dbg.altered.AlteredJar;
import dev.dbg.altered.Switches;
import dev.dbg.serve.AlteredServe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The tree that dbgd runs from: as it was built, or a copy that lacks a defence. An attack that
 * fails on the former and succeeds on the latter shows which defence stopped it, and that the
 * attack is real. No source of dbg is changed for this.
 */
public sealed interface Tree {
  /**
   * The tree of most tests. Its dbgd has no warm-up sessions and has the JVM's cache, as an
   * installed one: a start takes a third of the processor time.
   */
  Tree UNREHEARSED = new Altered(new AsBuilt(), new Unrehearsed());

  /** The tree as a host has it, with the JVM's cache. Its dbgd rehearses. */
  Tree INSTALLED = new Altered(new AsBuilt(), new Cached());

  /** What {@link Switched} takes its jar from: all alterations are in it, and none in force. */
  Tree SWITCHABLE = new Altered(new AsBuilt(), new Switchable());

  /** The tree as it was built. */
  record AsBuilt() implements Tree {}

  /** A copy of another tree, in which one thing is altered. */
  record Altered(Tree base, Alteration alteration) implements Tree {}

  /** That tree with a dbgd in which classes of the tests stand in places of main's. */
  static Tree inWhich(Tree tree, List<String> alterations) {
    if (has(Unrehearsed.class, tree)) {
      return new Altered(tree, new Switched(alterations, false));
    }
    return new Altered(
        tree,
        has(Cached.class, tree) ? new Switched(alterations, true) : new DaemonWith(alterations));
  }

  private static boolean has(Class<? extends Alteration> done, Tree tree) {
    return switch (tree) {
      case AsBuilt() -> false;
      case Altered(Tree base, Alteration alteration) ->
          done.isInstance(alteration) || has(done, base);
    };
  }

  /** What is different in a copy of a tree. Equal alterations make equal trees. */
  sealed interface Alteration {
    /** Alters the copy that is at this path. */
    void alter(Path copy) throws IOException;
  }

  /** What makes {@link #UNREHEARSED} of the tree as it was built. */
  record Unrehearsed() implements Alteration {
    private static final String NAME = AlteredServe.Unrehearsed.class.getName();

    private static final DaemonWith WITHOUT_WARM_UP = new DaemonWith(List.of(NAME));

    @Override
    public void alter(Path copy) throws IOException {
      WITHOUT_WARM_UP.alter(copy);
      compileLess(copy);
      useCache(copy);
      makeCache(copy);
    }

    /**
     * A run starts some thousands of dbgds, most of which answer a few lines: with what the first
     * line of an installed one gains by, a start takes a quarter more processor time.
     */
    private static void compileLess(Path copy) throws IOException {
      changeLauncher(
          copy,
          before ->
              before
                  .replaceAll("-XX:Tier[0-9]\\w+=[0-9]+", "")
                  .replace("-Xms6m", "-XX:CompileThresholdScaling=3 -Xms6m")
                  .replace("=-Xms8m", "=\"-Xms8m -XX:TieredStopAtLevel=1\""));
    }

    /**
     * A host runs the other verbs now and then, and without the cache. With it, and with one
     * compiler, a verification of few records takes half of the processor time.
     */
    private static void useCache(Path copy) throws IOException {
      changeLauncher(copy, before -> before.replace("\nserve | deliver | -*)", "\n*)"));
    }

    private static void changeLauncher(Path copy, UnaryOperator<String> change) throws IOException {
      Path launcher = copy.resolve("sbin/dbgd");
      String before = Files.readString(launcher);
      String after = change.apply(before);
      if (after.equals(before)) {
        throw new IllegalStateException(launcher + " has other lines");
      }
      Files.writeString(launcher, after);
    }
  }

  /** What makes {@link #INSTALLED} of the tree as it was built. */
  record Cached() implements Alteration {
    @Override
    public void alter(Path copy) {
      removeCache(copy);
      makeCache(copy);
    }
  }

  /** What makes {@link #SWITCHABLE} of the tree as it was built. */
  record Switchable() implements Alteration {
    @Override
    public void alter(Path copy) throws IOException {
      AlteredJar.alterSwitchably(copy, AlteredJar.all(Path.of("target/test-classes")));
      removeCache(copy);
      makeCache(copy);
    }
  }

  private static void removeCache(Path copy) {
    String _ = Command.must("rm", "-rf", copy.resolve("var").toString());
  }

  private static void makeCache(Path copy) {
    String _ = Command.must(copy.resolve("sbin/dbgd").toString(), "cache");
  }

  /**
   * A tree with a dbgd in which classes of the tests stand in places of main's. Its jar has all of
   * them, and an option says which are in force: so all such trees share one cache of the JVM's. A
   * start without one takes three times as much processor time.
   *
   * @param alterations names of classes below {@code native-tests/altered}
   * @param rehearses whether its dbgd has warm-up sessions
   */
  record Switched(List<String> alterations, boolean rehearses) implements Alteration {
    private static final String OPTION = "'-D" + Switches.PROPERTY + "=";

    @Override
    public void alter(Path copy) throws IOException {
      Path launcher = copy.resolve("sbin/dbgd");
      String before = Files.readString(launcher);
      String names = String.join(",", alterations);
      String after;
      if (before.contains(OPTION)) {
        after = before.replace(OPTION, OPTION + names + ",");
      } else {
        String home = "-Ddbg.home=";
        String all = rehearses ? names : names + "," + Unrehearsed.NAME;
        after = before.replace(home, OPTION + all + "' " + home);
        Path jars = World.get().dist(SWITCHABLE);
        removeCache(copy);
        String _ = Command.must("cp", "-Rl", jars.resolve("var").toString(), copy.toString());
        String _ =
            Command.must(
                "sh",
                "-c",
                "cp --preserve=timestamps $0/lib/dbg/dbg-[0-9]*.jar $1/lib/dbg",
                jars.toString(),
                copy.toString());
      }
      if (after.equals(before)) {
        throw new IllegalStateException(launcher + " has no place for an option");
      }
      Files.writeString(launcher, after);
    }
  }

  /**
   * A tree with a dbg-enter that was compiled with extra headers before its first lines. Each
   * header redefines one name to something harmless.
   *
   * @param defences each is {@code native-tests/c/without/NAME.h}
   */
  record HelperWithout(List<String> defences) implements Alteration {
    @Override
    public void alter(Path copy) {
      List<String> words = new ArrayList<>(List.of("src/main/c/compile", "src/main/c/dbg-enter"));
      words.add(copy.resolve("lib/dbg/dbg-enter").toString());
      for (String defence : defences) {
        Path header = Path.of("native-tests/c/without", defence + ".h");
        words.addAll(List.of("-include", header.toAbsolutePath().toString()));
      }
      String _ = Command.must(words);
    }
  }

  /**
   * A tree with a dbgd in which classes of the tests stand in places of main's, and nothing else:
   * for tests of what is rehearsed, and of the cache. The JVM's cache is of the jar before, and is
   * removed.
   *
   * @param alterations names of classes below {@code native-tests/altered}
   */
  record DaemonWith(List<String> alterations) implements Alteration {
    @Override
    public void alter(Path copy) throws IOException {
      AlteredJar.alter(copy, alterations);
      removeCache(copy);
    }
  }
}
