package dev.dbg.audit.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Where the blocks of a compressed segment are: what the headers and trailers of its members say.
 *
 * @param offsets where each member begins
 * @param isEven whether each block but the last has {@link GzipBlocks#BLOCK} bytes
 * @param identity SHA-256 of the members' lengths, the blocks' CRCs and their lengths, in hex: a
 *     segment with another text has another one
 */
public record BlockFrames(List<Long> offsets, boolean isEven, String identity) {
  static BlockFrames of(Path path, FileChannel file) throws IOException {
    MessageDigest sha256 = sha256();
    List<Long> offsets = new ArrayList<>();
    long size = file.size();
    long at = 0;
    boolean even = true;
    do {
      even &= offsets.isEmpty() || endsBlock(file, at, sha256) == GzipBlocks.BLOCK;
      offsets.add(at);
      int length = GzipBlocks.length(path, file, at);
      sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).flip());
      at += length;
    } while (at < size);
    even &= endsBlock(file, at, sha256) <= GzipBlocks.BLOCK;
    return new BlockFrames(List.copyOf(offsets), even, HexFormat.of().formatHex(sha256.digest()));
  }

  /** Takes the trailer that ends at {@code at}; returns the length of its block, or -1. */
  private static int endsBlock(FileChannel file, long at, MessageDigest sha256) throws IOException {
    ByteBuffer trailer = GzipBlocks.read(file, at - GzipBlocks.TRAILER, GzipBlocks.TRAILER);
    sha256.update(trailer.duplicate());
    return trailer.limit() < GzipBlocks.TRAILER ? -1 : trailer.getInt(Integer.BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** How many blocks there are. */
  public int count() {
    return offsets.size();
  }
}
