package dev.dbg.audit.file;

import java.io.IOException;
import java.io.InputStream;

/** The blocks of a walk as one stream. */
final class BlockStream extends InputStream {
  private final BlockWalk blocks;
  private Block block = new Block();

  BlockStream(BlockWalk blocks) {
    this.blocks = blocks;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (block.isEmpty()) {
      block = blocks.next();
      if (block.isEmpty()) {
        return -1;
      }
    }
    int count = Math.min(length, block.to() - block.from());
    System.arraycopy(block.bytes(), block.from(), into, offset, count);
    block.narrow(block.from() + count, block.to());
    return count;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public void close() throws IOException {
    blocks.close();
  }
}
