package dev.dbg.kernel;

/** What differs between the machines dbgd runs on. */
public final class Architecture {
  /** arm64 swaps O_DIRECTORY and O_NOFOLLOW with O_DIRECT and O_LARGEFILE. */
  static final boolean IS_ARM = System.getProperty("os.arch", "").equals("aarch64");

  public static final int O_DIRECTORY = IS_ARM ? 0x4000 : 0x10000;
  public static final int O_NOFOLLOW = IS_ARM ? 0x8000 : 0x20000;

  private Architecture() {}
}
