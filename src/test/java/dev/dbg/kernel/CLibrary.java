package dev.dbg.kernel;

/**
 * Takes the place of main's class of this name in the unit tests' JVM, whose class path begins with
 * the tests: each function has a {@link HookedLibrary.Hook} before it. So dbgd itself knows nothing
 * of hooks.
 */
final class CLibrary {
  private CLibrary() {}

  static CFunction function(String name) {
    return new HookedLibrary.Hooked(name);
  }
}
