package dev.dbg.wrong.kernel;

/** Represents the C library. */
public interface LibC {
  long read(int fd);

  long capset(int sets);
}
