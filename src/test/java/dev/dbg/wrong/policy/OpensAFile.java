package dev.dbg.wrong.policy;

import java.io.File;

/** Uses a file in a room that must not. */
public final class OpensAFile {
  File file = new File("/etc/shadow");
}
