package dev.dbg.nativetests.scene.machine;

import dev.dbg.altered.AlteredJar;
import dev.dbg.serve.AlteredServe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

  /** The tree as it was built. */
  record AsBuilt() implements Tree {}

  /** A copy of another tree, in which one thing is altered. */
  record Altered(Tree base, Alteration alteration) implements Tree {}

  /** What is different in a copy of a tree. Equal alterations make equal trees. */
  sealed interface Alteration {
    /** Alters the copy that is at this path. */
    void alter(Path copy) throws IOException;
  }

  /** What makes {@link #UNREHEARSED} of the tree as it was built. */
  record Unrehearsed() implements Alteration {
    private static final DaemonWith WITHOUT_WARM_UP =
        new DaemonWith(List.of(AlteredServe.Unrehearsed.class.getName()));

    @Override
    public void alter(Path copy) throws IOException {
      WITHOUT_WARM_UP.alter(copy);
      String _ = Command.must(copy.resolve("sbin/dbgd").toString(), "cache");
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
   * A tree with a dbgd in which classes of the tests stand in places of main's. The JVM's cache is
   * of the jar before, and is removed.
   *
   * @param alterations names of classes below {@code native-tests/altered}
   */
  record DaemonWith(List<String> alterations) implements Alteration {
    @Override
    public void alter(Path copy) throws IOException {
      AlteredJar.alter(copy, alterations);
      String _ = Command.must("rm", "-rf", copy.resolve("var").toString());
    }
  }
}
