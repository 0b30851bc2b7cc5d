package dev.dbg.trace;

import org.jspecify.annotations.Nullable;

/** A stage that has begun. For the thread that began it, which closes it. */
public final class Stage implements AutoCloseable {
  static final Stage UNTRACED = new Stage(null, "", 0);

  private final @Nullable TraceFile file;
  private final String name;
  private final long began;

  Stage(@Nullable TraceFile file, String name, long began) {
    this.file = file;
    this.name = name;
    this.began = began;
  }

  @Override
  public void close() {
    if (file != null) {
      file.add(Thread.currentThread().getName(), name, began, System.nanoTime());
    }
  }
}
