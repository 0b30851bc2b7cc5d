package dev.dbg.nativetests.scene;

/** What a tool can be run in. */
public sealed interface Target permits Container, BareProcess {
  /** What an operator types. */
  String name();

  long pid();
}
