package dev.dbg.toolroot;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.process.Child;
import dev.dbg.model.ExitStatus;
import dev.dbg.tools.Tool;
import dev.dbg.tools.Variable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The host's files that a tool needs and no other: itself, its loader, its libraries, its data. A
 * process in the container may reach what the tool sees, so nothing else may be there.
 *
 * @param executable where the tool really is
 * @param launch how it is executed, by paths of the host's
 * @param parts every file, the tool's first
 */
record ToolClosure(Path executable, Launch launch, List<Part> parts) {
  private static final List<Path> DIRECTORIES =
      List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"), Path.of("/bin"));

  /** What every tool that tells times or names services reads; nobody's secret. */
  private static final List<Path> COMMON_DATA =
      List.of(
          Path.of("/etc/ld.so.cache"),
          Path.of("/etc/localtime"),
          Path.of("/etc/protocols"),
          Path.of("/etc/services"));

  /** A line of what {@code ld.so --list} prints: the loader itself has no arrow. */
  private static final Pattern LISTED =
      Pattern.compile("\\s*(?:\\S+ => )?(/\\S.*?) \\(0x[0-9a-f]+\\)");

  private static final int LONGEST_LIST = 1 << 20;

  /**
   * A file of the host's.
   *
   * @param real where it really is
   * @param shown where the tool looks for it, symbolic links in the directory resolved
   * @param executable whether it holds code
   * @param bundled whether it belongs into a bundle too, where data of the host's do not
   */
  record Part(Path real, Path shown, boolean executable, boolean bundled) {
    static Part of(Path path, boolean executable) throws IOException {
      Path directory = path.getParent();
      Path name = path.getFileName();
      if (directory == null || name == null) {
        throw new IOException(path + " is no file");
      }
      return new Part(
          path.toRealPath(), directory.toRealPath().resolve(name), executable, executable);
    }
  }

  static ToolClosure of(Tool tool) throws ToolUnusable {
    Path found = find(tool);
    try {
      Path executable = found.toRealPath();
      List<Part> parts = new ArrayList<>();
      Optional<ScriptFile> script = ScriptFile.read(executable);
      parts.add(new Part(executable, executable, script.isEmpty(), true));
      Path program = script.isPresent() ? script.get().interpreter().toRealPath() : executable;
      if (script.isPresent()) {
        parts.add(new Part(program, program, true, true));
      }
      Optional<Path> loader = ElfFile.interpreter(program);
      if (loader.isPresent()) {
        parts.add(Part.of(loader.get(), true));
        for (Path library : libraries(loader.get(), program)) {
          parts.add(Part.of(library, true));
        }
      }
      if (tool.helper().isPresent()) {
        parts.addAll(helper(Path.of(tool.helper().get())));
      }
      for (String libraries : tool.libraries()) {
        for (Path library : matching(Path.of(libraries))) {
          parts.add(Part.of(library, true));
        }
      }
      for (Path data : COMMON_DATA) {
        if (Files.isRegularFile(data)) {
          parts.add(Part.of(data, false));
        }
      }
      for (String data : tool.dataFiles()) {
        if (Files.isRegularFile(Path.of(data))) {
          parts.add(Part.of(Path.of(data), false));
        }
      }
      Optional<Part> told = told(tool);
      told.ifPresent(parts::add);
      Launch launch =
          new Launch(
              program.toString(),
              loader.map(Path::toString),
              script.map(s -> executable.toString()),
              script.flatMap(ScriptFile::option),
              told.map(part -> new Launch.Data(variable(tool), part.shown().toString())));
      return new ToolClosure(executable, launch, List.copyOf(parts));
    } catch (IOException e) {
      throw new ToolUnusable(
          ExitStatus.REFUSED, "%s at %s: %s".formatted(tool.name(), found, e.getMessage()));
    }
  }

  /** The one program that the tool executes, with its loader and libraries. */
  private static List<Part> helper(Path program) throws IOException {
    List<Part> parts = new ArrayList<>(List.of(Part.of(there(program), true)));
    Optional<Path> loader = ElfFile.interpreter(program.toRealPath());
    if (loader.isPresent()) {
      parts.add(Part.of(loader.get(), true));
      for (Path library : libraries(loader.get(), program.toRealPath())) {
        parts.add(Part.of(library, true));
      }
    }
    return parts;
  }

  /** The file that a variable tells the tool of: one of data that belongs into a bundle too. */
  private static Optional<Part> told(Tool tool) throws IOException {
    if (tool.variable().isEmpty()) {
      return Optional.empty();
    }
    Part part = Part.of(there(Path.of(tool.variable().get().file())), false);
    return Optional.of(new Part(part.real(), part.shown(), false, true));
  }

  private static Path there(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("%s is missing: install its package again".formatted(file));
    }
    return file;
  }

  private static String variable(Tool tool) {
    return tool.variable().map(Variable::name).orElseThrow();
  }

  /** The files of that name, in which {@code *} stands for anything; none in no directory. */
  private static List<Path> matching(Path glob) throws IOException {
    List<Path> files = new ArrayList<>();
    Path directory = glob.getParent();
    Path name = glob.getFileName();
    if (directory != null && name != null && Files.isDirectory(directory)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, name.toString())) {
        found.forEach(files::add);
      }
    }
    files.sort(null);
    return files;
  }

  private static Path find(Tool tool) throws ToolUnusable {
    List<Path> candidates =
        tool.file()
            .map(file -> List.of(Path.of(file)))
            .orElseGet(() -> DIRECTORIES.stream().map(d -> d.resolve(tool.name())).toList());
    return candidates.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new ToolUnusable(
                    ExitStatus.NO_SUCH_TOOL,
                    "this host has no %s%s"
                        .formatted(
                            tool.name(),
                            tool.packageName()
                                .map(
                                    ": install it here, not in the container: apt install "::concat)
                                .orElse(
                                    ": looked for %s: install it, or take it out of the catalogue"
                                        .formatted(candidates)))));
  }

  /** Asks the loader itself, ld.so(8): it knows its caches and the tool's run paths best. */
  private static List<Path> libraries(Path loader, Path executable) throws IOException {
    List<byte[]> argv =
        List.of(bytes(loader.toString()), bytes("--list"), bytes(executable.toString()));
    try (Pipe pipe = Pipe.open()) {
      Child child =
          Child.spawn(
              Child.prepare(
                  loader.toString(),
                  argv,
                  List.of(),
                  List.of(new Child.Passed(pipe.writer(), 1), new Child.Passed(pipe.writer(), 2))));
      String list = new String(pipe.drain(LONGEST_LIST), StandardCharsets.UTF_8);
      Child.End end = child.await();
      if (end.signal() != 0 || end.status() != 0) {
        // What it says then is which library it misses.
        throw new IOException(
            "its libraries cannot be loaded: %s: install its package again"
                .formatted(list.strip()));
      }
      List<Path> libraries = new ArrayList<>();
      for (String line : list.lines().toList()) {
        Matcher matcher = LISTED.matcher(line);
        if (matcher.matches() && !Path.of(matcher.group(1)).equals(loader)) {
          libraries.add(Path.of(matcher.group(1)));
        } else if (line.endsWith("not found")) {
          throw new IOException(
              "its libraries cannot be loaded: %s: install its package again"
                  .formatted(line.strip()));
        }
      }
      return libraries;
    } catch (KernelException e) {
      throw new IOException(e.message(), e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What changes when the tool's own file is replaced or written. */
  String fingerprintOfTool() throws IOException {
    return fingerprint(executable);
  }

  /** What changes when any of the files is replaced or written. */
  String fingerprint() throws IOException {
    StringBuilder print = new StringBuilder();
    for (Part part : parts) {
      print.append(fingerprint(part.real())).append(' ');
    }
    return print.toString();
  }

  private static String fingerprint(Path file) throws IOException {
    Map<String, Object> seen = Files.readAttributes(file, "unix:ino,ctime");
    return seen.get("ino") + "@" + seen.get("ctime");
  }
}
