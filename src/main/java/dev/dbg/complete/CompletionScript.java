package dev.dbg.complete;

import dev.dbg.grammar.Invocation;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Refusal;
import dev.dbg.wire.Reply;
import java.io.IOException;
import java.nio.file.Path;

/**
 * {@code dbg completion SHELL}: the script with which a shell completes dbg's command lines.
 *
 * @param directory where the scripts are installed
 */
public record CompletionScript(Path directory, Reply reply) {
  public void print(Invocation.Completion asked) throws Refusal {
    String file =
        switch (asked.shell()) {
          case BASH -> "dbg.bash";
          case ZSH -> "_dbg";
          case FISH -> "dbg.fish";
        };
    try {
      reply.print(TrustedFile.read(directory.resolve(file)));
      reply.exit(ExitStatus.OK);
    } catch (IOException e) {
      throw Refusal.failed(
          "the completion script cannot be read: %s: install dbg again".formatted(e.getMessage()));
    }
  }
}
