package dev.dbg.resolve.container;

/** What a runtime is asked. */
@FunctionalInterface
public interface RuntimeQuestion<T> {
  T ask() throws RuntimeUnavailable;
}
