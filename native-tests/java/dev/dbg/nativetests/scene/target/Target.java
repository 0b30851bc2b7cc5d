package dev.dbg.nativetests.scene.target;

import java.nio.file.Path;

/** A target in which a tool can run. */
public sealed interface Target permits Container, BareProcess, SystemContainer, Task {
  /** The name that an operator types. */
  String name();

  long pid();

  /** The path on the host by which a file of the target can be reached while it runs. */
  default Path file(String path) {
    return Path.of("/proc/%d/root%s".formatted(pid(), path));
  }
}
