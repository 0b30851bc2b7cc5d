package dev.dbg.wrong.policy;

import java.io.File;

/** Touches a file where nothing may. */
public final class OpensAFile {
  File file = new File("/etc/shadow");
}
