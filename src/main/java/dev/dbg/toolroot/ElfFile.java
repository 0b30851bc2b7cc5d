package dev.dbg.toolroot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the loader that an executable names, elf(5). */
final class ElfFile {
  private static final int MAGIC = 0x7F454C46;
  private static final int HEADER_SIZE = 64;
  private static final int PT_INTERP = 3;
  private static final int LONGEST_PATH = 4096;

  private ElfFile() {}

  /**
   * The loader's path; empty if the executable is static.
   *
   * @throws IOException also if it is not a 64-bit ELF file
   */
  static Optional<Path> interpreter(Path executable) throws IOException {
    try (FileChannel file = FileChannel.open(executable)) {
      if (file.size() < HEADER_SIZE
          || read(file, 0, HEADER_SIZE).order(ByteOrder.BIG_ENDIAN).getInt(0) != MAGIC) {
        throw new IOException("%s is neither an ELF executable nor a script".formatted(executable));
      }
      ByteBuffer header = read(file, 0, HEADER_SIZE);
      long table = header.getLong(32);
      int entrySize = Short.toUnsignedInt(header.getShort(54));
      int entries = Short.toUnsignedInt(header.getShort(56));
      for (int i = 0; i < entries; i++) {
        ByteBuffer entry = read(file, table + (long) i * entrySize, entrySize);
        if (entry.getInt(0) == PT_INTERP) {
          long length = Math.min(entry.getLong(32), LONGEST_PATH);
          ByteBuffer path = read(file, entry.getLong(8), (int) length - 1);
          return Optional.of(Path.of(StandardCharsets.UTF_8.decode(path).toString()));
        }
      }
      return Optional.empty();
    }
  }

  private static ByteBuffer read(FileChannel file, long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, from + bytes.position()) < 0) {
        throw new IOException("it ends within its ELF headers");
      }
    }
    return bytes.flip();
  }
}
