package dev.dbg.toolroot;

import dev.dbg.kernel.Fd;
import dev.dbg.plan.View;
import java.nio.file.Path;

/** A tool made ready for one of the {@link View}s. */
public sealed interface ToolRoot permits OwnRoot, ToolBundle {
  /** The mount namespace it was built in, which holds it. */
  Fd namespace();

  /** How the tool is executed in it. */
  Launch launch();

  /** Where the tool is on the host. */
  Path executable();

  /** The hash of the very file that will be executed, in hexadecimal. */
  String sha256();
}
