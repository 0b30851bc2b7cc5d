package dev.dbg.toolroot;

import java.util.Optional;

/**
 * How a tool is executed where it is shown: paths of its view, or names in its box.
 *
 * @param program the ELF file: the tool, or the interpreter if the tool is a script
 * @param loader the program's, which must be named where it isn't at its usual path
 * @param script the tool, where the program is its interpreter
 * @param option the interpreter's option in the script's first line, execve(2)
 * @param data a file that an environment variable tells the tool of
 */
public record Launch(
    String program,
    Optional<String> loader,
    Optional<String> script,
    Optional<String> option,
    Optional<Data> data) {
  /**
   * A file of data.
   *
   * @param variable what the tool reads in its environment
   * @param at where the file is shown
   */
  public record Data(String variable, String at) {}
}
