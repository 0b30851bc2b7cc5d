package dev.dbg.kernel;

/** Where {@link LibC} has its functions from. The unit tests have another class in its place. */
final class CLibrary {
  private CLibrary() {}

  static CFunction function(String name) {
    return new CFunction(name);
  }
}
