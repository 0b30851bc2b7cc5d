package dev.dbg.nativetests.scene.target;

import dev.dbg.nativetests.scene.machine.Command;
import java.util.List;

/** An engine's own client. */
public interface Client {
  /** The whole command line that makes the engine do {@code words}. */
  List<String> words(List<String> words);

  /** Runs it and returns its output, stripped. */
  default String client(List<String> words) {
    return Command.must(words(words));
  }
}
