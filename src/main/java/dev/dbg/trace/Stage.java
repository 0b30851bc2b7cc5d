package dev.dbg.trace;

import org.jspecify.annotations.Nullable;

/** A stage that has begun. For the thread that began it, which closes it. */
public record Stage(@Nullable TraceFile file, String name, long began) implements AutoCloseable {
  static final Stage UNTRACED = new Stage(null, "", 0);

  @Override
  public void close() {
    if (file != null) {
      file.add(Thread.currentThread().getName(), name, began, System.nanoTime());
    }
  }
}
