package dev.dbg.config;

public final class BuildVersion {
  private BuildVersion() {}

  /** As the build wrote it into the jar. */
  public static String number() {
    String version = BuildVersion.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }
}
