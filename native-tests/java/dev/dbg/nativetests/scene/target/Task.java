package dev.dbg.nativetests.scene.target;

import dev.dbg.nativetests.scene.machine.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A container of containerd, known by its bundle: the directory that containerd made for it. */
public final class Task implements Target {
  private final String name;
  private final String id;
  private final Path bundle;

  public Task(String name, String id, Path bundle) {
    this.name = name;
    this.id = id;
    this.bundle = bundle;
  }

  /** With its scheme. */
  @Override
  public String name() {
    return name;
  }

  public String id() {
    return id;
  }

  @Override
  public long pid() {
    try {
      return Long.parseLong(
          Files.readString(bundle.resolve("init.pid"), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its shim, which is the parent of its first process. */
  public long shim() {
    return Processes.parent(pid());
  }
}
