package dev.dbg.toolroot;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.kernel.process.Child;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Refusal;
import dev.dbg.toolroot.ToolRoot.DataFile;
import dev.dbg.toolroot.ToolRoot.Launch;
import dev.dbg.tools.Tool;
import dev.dbg.tools.Variable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The host's files that a tool needs: the tool itself, its loader, its libraries, its data. A
 * process in the container may reach the tool's root, so it must not contain any other file.
 *
 * @param executable the tool's real path
 * @param launch how it is executed, with paths of the host
 * @param parts every file, the tool's first
 */
record ToolClosure(Path executable, Launch launch, List<ClosureFile> parts) {
  private static final List<Path> DIRECTORIES =
      List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"), Path.of("/bin"));

  private static final List<String> HOSTS =
      List.of("/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc");

  /** Read by tools that show times or service names; not secret. */
  private static final List<String> COMMON_DATA =
      List.of("/etc/ld.so.cache", "/etc/localtime", "/etc/protocols", "/etc/services");

  /** A line of {@code ld.so --list}; the loader's own line has no arrow. */
  private static final Pattern LISTED =
      Pattern.compile("\\s*(?:\\S+ => )?(/\\S.*?) \\(0x[0-9a-f]+\\)");

  private static final int LONGEST_LIST = 1 << 20;

  /**
   * A file of the host, or a directory with all that is in it.
   *
   * @param real its real path
   * @param shown the path at which the tool looks for it, with its directory's links resolved
   * @param executable whether it holds code
   * @param bundled whether it also belongs in a bundle; the host's data files do not
   * @param directory whether it is a directory
   */
  record ClosureFile(
      Path real, Path shown, boolean executable, boolean bundled, boolean directory) {
    static ClosureFile of(Path path, boolean executable) throws IOException {
      Path directory = path.getParent();
      Path name = path.getFileName();
      if (directory == null || name == null) {
        throw new IOException(path + " is not a regular file");
      }
      return new ClosureFile(
          TrustedFile.realPath(path),
          TrustedFile.realPath(directory).resolve(name),
          executable,
          executable,
          false);
    }

    /** Data that a variable names, a file or a directory. */
    static ClosureFile named(Path path) throws IOException {
      ClosureFile file = of(path, false);
      return new ClosureFile(file.real, file.shown, false, true, Files.isDirectory(file.real));
    }
  }

  /**
   * Whether the tool's file is really below /usr, and its entry names no other place: an
   * administrator's may be of a file system whose server does not answer. What is mounted at
   * /usr/local often is.
   */
  static boolean isOfHost(Tool tool) {
    try {
      return Stream.of(
                  tool.onHost().file().stream(),
                  tool.onHost().helper().stream(),
                  tool.onHost().libraries().stream(),
                  tool.onHost().dataFiles().stream(),
                  tool
                      .onHost()
                      .variable()
                      .filter(v -> !v.isOfLibraries())
                      .map(Variable::path)
                      .stream())
              .flatMap(named -> named)
              .allMatch(named -> isOfHost(Path.of(named)))
          && isOfHost(TrustedFile.realPath(find(tool)));
    } catch (IOException | Refusal e) {
      return false;
    }
  }

  private static boolean isOfHost(Path file) {
    return HOSTS.stream().anyMatch(file::startsWith) && !file.startsWith("/usr/local");
  }

  static ToolClosure of(Tool tool) throws Refusal {
    Path found = find(tool);
    try {
      Path executable = TrustedFile.realPath(found);
      List<ClosureFile> parts = new ArrayList<>();
      Optional<ScriptFile> script = ScriptFile.read(executable);
      parts.add(new ClosureFile(executable, executable, script.isEmpty(), true, false));
      Path program =
          script.isPresent() ? TrustedFile.realPath(script.get().interpreter()) : executable;
      if (script.isPresent()) {
        parts.add(new ClosureFile(program, program, true, true, false));
      }
      Optional<Path> loader = addLibraries(program, parts);
      if (tool.onHost().helper().isPresent()) {
        Path helper = there(Path.of(tool.onHost().helper().get()));
        parts.add(ClosureFile.of(helper, true));
        Optional<Path> _ = addLibraries(TrustedFile.realPath(helper), parts);
      }
      Optional<String> libraries = Optional.empty();
      for (String names : tool.onHost().libraries()) {
        for (Path library : matching(Path.of(names))) {
          parts.add(ClosureFile.of(library, true));
          // In a bundle they are in its own directory: a name that ends with a slash stands for it.
          libraries = Optional.of(library.getParent() + "/");
        }
      }
      List<String> dataFiles = new ArrayList<>(COMMON_DATA);
      dataFiles.addAll(tool.onHost().dataFiles());
      for (String file : dataFiles) {
        if (Files.isRegularFile(Path.of(file))) {
          parts.add(ClosureFile.of(Path.of(file), false));
        }
      }
      Optional<ClosureFile> named = namedByVariable(tool);
      named.ifPresent(parts::add);
      Optional<String> data =
          tool.onHost().variable().filter(Variable::isOfLibraries).isPresent()
              ? libraries
              : named.map(part -> part.shown().toString());
      Launch launch =
          new Launch(
              program.toString(),
              loader.map(Path::toString),
              script.map(s -> executable.toString()),
              script.flatMap(ScriptFile::option),
              data.map(at -> new DataFile(variable(tool), at)));
      return new ToolClosure(executable, launch, List.copyOf(parts));
    } catch (IOException e) {
      throw Refusal.failed(
          e instanceof KernelException ? ExitStatus.DBG_FAILED : ExitStatus.REFUSED,
          "%s at %s: %s".formatted(tool.name(), found, e.getMessage()));
    }
  }

  /**
   * Adds a program's loader and libraries; returns the loader, or empty if the program is static.
   */
  private static Optional<Path> addLibraries(Path program, List<ClosureFile> parts)
      throws IOException {
    Optional<Path> loader = ElfFile.interpreter(program);
    if (loader.isPresent()) {
      parts.add(ClosureFile.of(loader.get(), true));
      for (Path library : libraries(loader.get(), program)) {
        parts.add(ClosureFile.of(library, true));
      }
    }
    return loader;
  }

  /**
   * The file or directory that an environment variable names; it also belongs in a bundle. It is
   * empty if the host has none: the tool does without it.
   */
  private static Optional<ClosureFile> namedByVariable(Tool tool) throws IOException {
    Optional<Path> path =
        tool.onHost().variable().filter(v -> !v.isOfLibraries()).map(v -> Path.of(v.path()));
    if (path.isEmpty() || !Files.exists(path.get())) {
      return Optional.empty();
    }
    return Optional.of(ClosureFile.named(path.get()));
  }

  private static Path there(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("%s is missing: install its package again".formatted(file));
    }
    return file;
  }

  private static String variable(Tool tool) {
    return tool.onHost().variable().map(Variable::name).orElseThrow();
  }

  /** The files that match a name with wildcards; none if the directory does not exist. */
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

  private static Path find(Tool tool) throws Refusal {
    List<Path> candidates =
        tool.onHost()
            .file()
            .map(file -> List.of(Path.of(file)))
            .orElseGet(() -> DIRECTORIES.stream().map(d -> d.resolve(tool.name())).toList());
    return candidates.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                Refusal.failed(
                    ExitStatus.NO_SUCH_TOOL,
                    "this host has no %s%s"
                        .formatted(
                            tool.name(),
                            tool.about()
                                .packageName()
                                .map(
                                    ": install it here, not in the container (Debian's package: %s)"
                                        ::formatted)
                                .orElse(
                                    ": looked for %s: install it, or take it out of the catalogue"
                                        .formatted(candidates)))));
  }

  /** Asks the loader itself, ld.so(8), which knows its cache and the tool's run paths. */
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
      String list = new String(child.output(pipe, LONGEST_LIST), StandardCharsets.UTF_8);
      Child.Ended end = child.await();
      if (end.signal() != 0 || end.status() != 0) {
        // Its output names the missing library.
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
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The stamps of all files, the tool's own first. */
  List<FileStamp> stamps() {
    return FileStamp.ofEach(parts.stream().map(ClosureFile::real).toList());
  }

  /**
   * The first line of a script, execve(2): {@code #!INTERPRETER [OPTION]}.
   *
   * <p>Only the interpreter is executed: a script can use only what is built into its interpreter.
   */
  private record ScriptFile(Path interpreter, Optional<String> option) {
    /** BINPRM_BUF_SIZE: the bytes that the kernel reads. */
    private static final int FIRST = 256;

    /** Reads the first line; empty if the file does not start with {@code #!}. */
    static Optional<ScriptFile> read(Path file) throws IOException {
      byte[] first;
      try (InputStream in = Files.newInputStream(file)) {
        first = in.readNBytes(FIRST);
      }
      String text = new String(first, StandardCharsets.ISO_8859_1);
      if (!text.startsWith("#!")) {
        return Optional.empty();
      }
      int end = text.indexOf('\n');
      if (end < 0) {
        throw new IOException("its first line, which names an interpreter, is too long");
      }
      String[] words = text.substring(2, end).strip().split("[ \t]+", 2);
      Path interpreter = Path.of(words[0]);
      if (!interpreter.isAbsolute() || interpreter.endsWith("env")) {
        throw new IOException(
            "its first line must name the interpreter by its absolute path, not '%s'"
                .formatted(words[0]));
      }
      return Optional.of(
          new ScriptFile(interpreter, words.length > 1 ? Optional.of(words[1]) : Optional.empty()));
    }
  }

  /** Finds the loader that an executable names, elf(5). */
  private static final class ElfFile {
    private static final int MAGIC = 0x7F454C46;
    private static final int HEADER_SIZE = 64;
    private static final int PT_INTERP = 3;
    private static final int LONGEST_PATH = 4096;

    private ElfFile() {}

    /**
     * The loader's path; empty if the executable is static.
     *
     * @throws IOException also if it is not a 64-bit ELF file
     */
    static Optional<Path> interpreter(Path executable) throws IOException {
      try (FileChannel file = FileChannel.open(executable)) {
        if (file.size() < HEADER_SIZE
            || read(file, 0, HEADER_SIZE).order(ByteOrder.BIG_ENDIAN).getInt(0) != MAGIC) {
          throw new IOException(
              "%s is neither an ELF executable nor a script".formatted(executable));
        }
        ByteBuffer header = read(file, 0, HEADER_SIZE);
        long table = header.getLong(32);
        int entrySize = Short.toUnsignedInt(header.getShort(54));
        int entries = Short.toUnsignedInt(header.getShort(56));
        for (int i = 0; i < entries; i++) {
          ByteBuffer entry = read(file, table + (long) i * entrySize, entrySize);
          if (entry.getInt(0) == PT_INTERP) {
            long length = Math.min(entry.getLong(32), LONGEST_PATH);
            ByteBuffer path = read(file, entry.getLong(8), (int) length - 1);
            return Optional.of(Path.of(StandardCharsets.UTF_8.decode(path).toString()));
          }
        }
        return Optional.empty();
      }
    }

    private static ByteBuffer read(FileChannel file, long from, int length) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        if (file.read(bytes, from + bytes.position()) < 0) {
          throw new IOException("it ends within its ELF headers");
        }
      }
      return bytes.flip();
    }
  }
}
