package dev.dbg.nativetests.scene.machine;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

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
    private static final DaemonWithout WARM_UP =
        new DaemonWithout(
            "serve/WarmUp.java", List.of("                    runAll(agent, server);\n", ""));

    @Override
    public void alter(Path copy) throws IOException {
      WARM_UP.alter(copy);
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
   * A tree with a dbgd of which one source file was compiled with some of its text replaced. The
   * JVM's cache is of the jar before, and is removed.
   *
   * @param source its path below {@code src/main/java/dev/dbg}
   * @param words pairs: text that the file contains exactly once, and the text that replaces it
   */
  record DaemonWithout(String source, List<String> words) implements Alteration {
    @Override
    public void alter(Path copy) throws IOException {
      Path work = Files.createTempDirectory(copy, "compiled");
      Path file = work.resolve("source").resolve(Path.of(source).getFileName());
      Files.createDirectories(work.resolve("source"));
      Files.writeString(file, altered());
      compile(file, copy.resolve("lib/dbg"), work.resolve("classes"));
      replace(work.resolve("classes"), jar(copy.resolve("lib/dbg")));
      String _ = Command.must("rm", "-rf", work.toString(), copy.resolve("var").toString());
    }

    private String altered() throws IOException {
      String text = Files.readString(Path.of("src/main/java/dev/dbg", source));
      for (int i = 0; i < words.size(); i += 2) {
        String one = words.get(i);
        int at = text.indexOf(one);
        if (at < 0 || text.indexOf(one, at + 1) >= 0) {
          throw new IllegalStateException("'%s' does not stand once in %s".formatted(one, source));
        }
        text = text.replace(one, words.get(i + 1));
      }
      return text;
    }

    private static void compile(Path file, Path jars, Path classes) throws IOException {
      Files.createDirectories(classes);
      String[] arguments = {
        "-nowarn", "-proc:none", "-cp", all(jars), "-d", classes.toString(), file.toString()
      };
      if (ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments) != 0) {
        throw new IllegalStateException("javac does not compile " + file);
      }
    }

    private static String all(Path jars) throws IOException {
      try (Stream<Path> files = Files.list(jars)) {
        return files.map(Path::toString).filter(f -> f.endsWith(".jar")).collect(joining(":"));
      }
    }

    private static Path jar(Path jars) throws IOException {
      try (Stream<Path> all = Files.list(jars)) {
        List<Path> ours =
            all.filter(jar -> jar.getFileName().toString().matches("dbg-[0-9].*\\.jar")).toList();
        if (ours.size() != 1) {
          throw new IllegalStateException("dbgd's jar is not one file: " + ours);
        }
        return ours.get(0);
      }
    }

    private static void replace(Path classes, Path jar) throws IOException {
      try (FileSystem inJar = FileSystems.newFileSystem(jar);
          Stream<Path> all = Files.walk(classes)) {
        for (Path compiled : all.filter(Files::isRegularFile).toList()) {
          Path entry = inJar.getPath("/").resolve(classes.relativize(compiled).toString());
          Files.copy(compiled, entry, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
