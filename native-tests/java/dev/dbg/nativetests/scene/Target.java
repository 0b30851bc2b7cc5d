package dev.dbg.nativetests.scene;

/** A target in which a tool can run. */
public sealed interface Target permits Container, BareProcess, SystemContainer, Task {
  /** The name that an operator types. */
  String name();

  long pid();
}
