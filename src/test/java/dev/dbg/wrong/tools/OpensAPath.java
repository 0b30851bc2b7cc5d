package dev.dbg.wrong.tools;

import java.nio.file.Path;

/** Uses a path in a room that must not. */
public final class OpensAPath {
  Path path = Path.of("/etc/shadow");
}
