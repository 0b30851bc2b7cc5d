package dev.dbg.nativetests.scene;

import java.util.List;

/** An engine's own client. */
interface Client {
  /** The whole command line that has it do {@code words}. */
  List<String> words(List<String> words);

  /** Runs it; its output, stripped. */
  default String client(List<String> words) {
    return Command.must(words(words));
  }
}
