package dev.dbg.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;

/** A file of a log as blocks of text, which can be read in any order and by several threads. */
interface Blocks extends Closeable {
  int count();

  /** Reads the block of this number, from 0. */
  void read(int number, Block into) throws IOException;

  /** An uncompressed file. Bytes that are appended after the opening are not read. */
  record Plain(FileChannel file, long size) implements Blocks {
    private static final int BLOCK = 64 * 1024;

    Plain(FileChannel file) throws IOException {
      this(file, file.size());
    }

    @Override
    public int count() {
      return Math.toIntExact((size + BLOCK - 1) / BLOCK);
    }

    @Override
    public void read(int number, Block into) throws IOException {
      long at = (long) number * BLOCK;
      into.read(file, at, (int) Math.min(BLOCK, size - at));
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
