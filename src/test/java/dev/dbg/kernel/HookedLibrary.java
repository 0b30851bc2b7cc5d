package dev.dbg.kernel;

import java.lang.reflect.UndeclaredThrowableException;
import org.jspecify.annotations.Nullable;

/** The C library as the unit tests' JVM has it, with a {@link Hook} before each call. */
public final class HookedLibrary {
  private static volatile Hook hook = (_, arguments, real) -> real.with(arguments);

  private HookedLibrary() {}

  /** The call that was made, without the hook. */
  public interface Real {
    long with(Object... arguments);
  }

  /** What happens instead of a call, of any thread. */
  public interface Hook {
    long call(String name, Object[] arguments, Real real) throws Throwable;
  }

  /** Lets the hook have all calls, until this is closed. */
  public static AutoCloseable with(Hook given) {
    if (CLibrary.function("getpid") instanceof Hooked) {
      Hook before = hook;
      hook = given;
      return () -> hook = before;
    }
    throw new IllegalStateException("put the tests' classes before dbg's into the class path");
  }

  /** A function with the hook before it. */
  static final class Hooked extends CFunction {
    private final String name;

    Hooked(String name) {
      super(name);
      this.name = name;
    }

    @Override
    @SuppressWarnings("NullAway") // hooks know which of them may be null
    long call(@Nullable Object... words) {
      try {
        return hook.call(name, words, super::call);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new UndeclaredThrowableException(e);
      }
    }
  }
}
