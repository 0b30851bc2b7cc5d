package dev.dbg.kernel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.Map;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Runtime;
import jnr.ffi.provider.FFIProvider;
import jnr.ffi.provider.LoadedLibrary;
import jnr.ffi.provider.jffi.Provider;

/**
 * The C library as the unit tests' JVM has it: JNR's, with a {@link Hook} before each call. JNR
 * asks its provider for the library, and the unit tests name this one, {@code jnr.ffi.provider} in
 * pom.xml. So dbgd itself knows nothing of it.
 */
public final class HookedLibrary extends FFIProvider {
  private static final FFIProvider JNR = new Provider();

  private static volatile Hook hook = (_, arguments, real) -> real.with(arguments);

  /** The call that was made, without the hook. */
  public interface Real {
    Object with(Object... arguments) throws Throwable;
  }

  /** What happens instead of a call, of any thread. */
  public interface Hook {
    Object call(String name, Object[] arguments, Real real) throws Throwable;
  }

  /** Lets the hook have all calls, until this is closed. */
  public static AutoCloseable with(Hook given) {
    if (Native.LIBC instanceof Proxy) {
      Hook before = hook;
      hook = given;
      return () -> hook = before;
    }
    throw new IllegalStateException(
        "run it with -Djnr.ffi.provider=" + HookedLibrary.class.getName());
  }

  @Override
  public Runtime getRuntime() {
    return JNR.getRuntime();
  }

  @Override
  public <T> LibraryLoader<T> createLibraryLoader(Class<T> type) {
    return new LibraryLoader<>(type) {
      @Override
      protected T loadLibrary(
          Class<T> type,
          Collection<String> names,
          Collection<String> places,
          Map<LibraryOption, Object> options,
          boolean failImmediately) {
        LibraryLoader<T> loader = JNR.createLibraryLoader(type);
        names.forEach(loader::library);
        return hooked(type, loader.load());
      }
    };
  }

  private static <T> T hooked(Class<T> type, T library) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type, LoadedLibrary.class},
            (_, method, arguments) ->
                method.getDeclaringClass() == LoadedLibrary.class
                    ? JNR.getRuntime()
                    : hook.call(method.getName(), arguments, real(library, method))));
  }

  private static Real real(Object library, Method method) {
    return arguments -> {
      try {
        return method.invoke(library, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    };
  }
}
