package dev.dbg.wrong.tools;

import java.nio.file.Path;

/** Touches a path where nothing may. */
public final class OpensAPath {
  Path path = Path.of("/etc/shadow");
}
