package dev.dbg.nativetests.scene;

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
 * What dbgd runs from: the tree as it was built, or a copy that lacks a defence. An attack that
 * fails on the one and succeeds on the other shows what it failed at, and that the attack is real.
 * No source of dbg's is changed for it.
 */
sealed interface Tree {
  /** Makes of a copy of the built tree what this one is. */
  void alter(Path copy) throws IOException;

  /** As it was built. */
  record AsBuilt() implements Tree {
    @Override
    public void alter(Path copy) {
      // It is what it is to be.
    }
  }

  /** What the one is, and then what the other is. */
  record Both(Tree one, Tree other) implements Tree {
    @Override
    public void alter(Path copy) throws IOException {
      one.alter(copy);
      other.alter(copy);
    }
  }

  /**
   * With a dbg-enter that was compiled with headers before its first lines, each of which lets one
   * name mean something harmless.
   *
   * @param defences {@code native-tests/c/without/NAME.h} each
   */
  record HelperWithout(List<String> defences) implements Tree {
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
   * With a dbgd of which one source file was compiled with other words in some places.
   *
   * @param source its path below {@code src/main/java/dev/dbg}
   * @param words what stands there once, and what is compiled in its stead; again and again
   */
  record DaemonWithout(String source, List<String> words) implements Tree {
    @Override
    public void alter(Path copy) throws IOException {
      Path work = Files.createTempDirectory(copy, "compiled");
      Path file = work.resolve("source").resolve(Path.of(source).getFileName());
      Files.createDirectories(work.resolve("source"));
      Files.writeString(file, altered());
      compile(file, copy.resolve("lib/dbg"), work.resolve("classes"));
      replace(work.resolve("classes"), jar(copy.resolve("lib/dbg")));
      String _ = Command.must("rm", "-r", work.toString());
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
