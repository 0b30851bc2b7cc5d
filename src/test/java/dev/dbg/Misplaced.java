package dev.dbg;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.kernel.Capabilities;
import dev.dbg.serve.Server;

/** Classes for which main has no place. */
interface Misplaced {
  final class NoSuchMethod {
    @InPlaceOf(Dbgd.class)
    static void lower() {}
  }

  final class OtherParameters {
    @InPlaceOf(Dbgd.class)
    static void serve(String word) {}
  }

  final class OtherResult {
    @InPlaceOf(Dbgd.class)
    static int thisHost() {
      return 0;
    }
  }

  /** Where it is called, a method is found by its name and type as well. */
  final class NoSuchCall {
    @InPlaceOf(value = Capabilities.class, usedIn = Dbgd.class, usedBy = "listen")
    static void lower() {}
  }

  /** It could not be called from there. */
  final class OtherPackage {
    @InPlaceOf(value = Capabilities.class, usedIn = Server.class)
    static void lower() {}
  }
}
