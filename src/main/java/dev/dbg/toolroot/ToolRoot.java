package dev.dbg.toolroot;

import dev.dbg.kernel.Fd;
import dev.dbg.plan.View;
import java.nio.file.Path;
import java.util.Optional;

/** A tool prepared for one of the {@link View}s. */
public sealed interface ToolRoot permits OwnRoot, ToolBundle {
  /**
   * How a tool is executed in its root: paths in an own root, file names in a bundle.
   *
   * @param program the ELF file: the tool, or the interpreter if the tool is a script
   * @param loader the program's loader, which may not be at its usual path
   * @param script the tool, if the program is its interpreter
   * @param option the interpreter's option in the script's first line, execve(2)
   * @param data a file whose path an environment variable gives to the tool
   */
  record Launch(
      String program,
      Optional<String> loader,
      Optional<String> script,
      Optional<String> option,
      Optional<DataFile> data) {}

  /**
   * What the tool finds by an environment variable.
   *
   * @param variable the variable's name
   * @param at the path of a file or directory; in a bundle a name, which is empty for the bundle's
   *     own directory
   */
  record DataFile(String variable, String at) {}

  /** The mount namespace in which the root was built. */
  Fd namespace();

  /** How the tool is executed in this root. */
  Launch launch();

  /** The tool's path on the host. */
  Path executable();

  /** The hash of the file that will be executed, in hexadecimal. */
  String sha256();
}
