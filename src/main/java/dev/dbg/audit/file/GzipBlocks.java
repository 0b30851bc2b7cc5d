package dev.dbg.audit.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * A gzip file in blocks, so that it can be read from its end. Each block is a gzip member, RFC
 * 1952; the extra field {@code DB} of its header holds the member's length. Any gunzip reads the
 * file.
 */
public final class GzipBlocks implements Blocks {
  /** The bytes of text in a block; the last may be shorter. */
  static final int BLOCK = 256 * 1024;

  private static final int HEADER = 20;
  static final int TRAILER = 8;
  private static final int MAGIC = 0x8B1F;
  private static final int FEXTRA = 4;
  private static final int EXTRA = 8;
  private static final int MARK = 'D' | 'B' << 8;

  /** An upper limit for a block: a larger length is damage, and no memory is allocated for it. */
  private static final int MOST = 2 * BLOCK;

  /** Of whole blocks, 64 GiB; each takes memory, and an empty one has 30 bytes. */
  private static final int MOST_MEMBERS = 1 << 18;

  private final Path path;
  private final FileChannel file;
  private final List<Long> offsets = new ArrayList<>();

  private GzipBlocks(Path path, FileChannel file) throws IOException {
    this.path = path;
    this.file = file;
    look();
  }

  /** Opens a compressed segment, and looks at the headers of its members. */
  static GzipBlocks open(Path path) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new GzipBlocks(path, file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Finds the members up to the first that is damaged, which fails when it is read. */
  private void look() throws IOException {
    long size = file.size();
    try {
      for (long at = 0; offsets.isEmpty() || at < size; at += length(at)) {
        if (offsets.size() == MOST_MEMBERS) {
          throw new IOException("%s has more than %d gzip blocks".formatted(path, MOST_MEMBERS));
        }
        offsets.add(at);
      }
    } catch (ZipException e) {
      // The reader of this member throws it again.
    }
  }

  @Override
  public int count() {
    return offsets.size();
  }

  /** Compresses {@code in} to its end. */
  public static void write(InputStream in, OutputStream out) throws IOException {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      byte[] block = new byte[BLOCK];
      int got = in.readNBytes(block, 0, BLOCK);
      while (got > 0) {
        writeMember(deflater, block, got, out);
        got = in.readNBytes(block, 0, BLOCK);
      }
    } finally {
      deflater.end();
    }
  }

  private static void writeMember(Deflater deflater, byte[] block, int length, OutputStream out)
      throws IOException {
    deflater.reset();
    deflater.setInput(block, 0, length);
    deflater.finish();
    byte[] deflated = new byte[length + length / 100 + 64];
    int size = 0;
    while (!deflater.finished()) {
      size += deflater.deflate(deflated, size, deflated.length - size);
    }
    CRC32 crc = new CRC32();
    crc.update(block, 0, length);
    ByteBuffer member = ByteBuffer.allocate(HEADER + size + TRAILER).order(ByteOrder.LITTLE_ENDIAN);
    member.putShort((short) MAGIC).put((byte) Deflater.DEFLATED).put((byte) FEXTRA);
    member.putInt(0).put((byte) 0).put((byte) 0xFF);
    member.putShort((short) EXTRA).putShort((short) MARK).putShort((short) 4);
    member.putInt(member.capacity());
    member.put(deflated, 0, size).putInt((int) crc.getValue()).putInt(length);
    out.write(member.array());
  }

  private int length(long at) throws IOException {
    ByteBuffer header = read(at, HEADER);
    int length = header.limit() < HEADER ? 0 : header.getInt(16);
    if (length <= HEADER + TRAILER
        || length > MOST
        || (header.getShort(0) & 0xFFFF) != MAGIC
        || (header.getShort(12) & 0xFFFF) != MARK) {
      throw new ZipException(
          "%s is damaged, or was not compressed by dbgd, at byte %d".formatted(path, at));
    }
    return length;
  }

  private ByteBuffer read(long at, int length) throws IOException {
    return PrivateFiles.read(file, at, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Inflates a member, and checks its length and its CRC. */
  @Override
  public void read(int number, Block into) throws IOException {
    long at = offsets.get(number);
    ByteBuffer member = read(at, length(at));
    int end = member.limit() - TRAILER;
    int length = end < HEADER ? -1 : member.getInt(end + 4);
    if (length < 0 || length > MOST) {
      throw new ZipException("%s is cut off or damaged at byte %d".formatted(path, at));
    }
    Inflater inflater = new Inflater(true);
    try {
      byte[] block = into.cleared(length);
      inflater.setInput(member.slice(HEADER, end - HEADER));
      int got = inflater.inflate(block, 0, length);
      CRC32 crc = new CRC32();
      crc.update(block, 0, length);
      if (got != length || (int) crc.getValue() != member.getInt(end)) {
        throw new ZipException("%s is damaged at byte %d".formatted(path, at));
      }
    } catch (DataFormatException e) {
      throw new ZipException("%s is damaged at byte %d".formatted(path, at));
    } finally {
      inflater.end();
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
