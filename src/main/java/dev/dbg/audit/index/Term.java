package dev.dbg.audit.index;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A word of a record as a number: a hash of what it is and of its text. Two words with the same
 * hash cost a reader time, and nothing else.
 */
enum Term {
  /** The operator's name or uid. */
  OPERATOR(1),
  /** The beginning of a session's number. */
  SESSION(2),
  /** The beginning of a shell's number. */
  SHELL(3),
  /** The container's name, or what was typed as its name. */
  CONTAINER(4),
  /** Three characters of such a name. */
  TRIGRAM(5),
  TOOL(6),
  /** That nothing was run, because of a refusal or of a mistyped line. */
  DENIAL(7);

  static final String REFUSED = "refused";
  static final String MISTYPED = "mistyped";

  private static final int GRAM = 3;
  private static final char BEGIN = '\u0002';
  private static final char END = '\u0003';

  /** FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/, of 64 bits. */
  private static final long FNV = 0xcbf29ce484222325L;

  private static final long FNV_PRIME = 0x100000001b3L;

  /** A part of the hashes in existing indexes. */
  private final long number;

  Term(long number) {
    this.number = number;
  }

  long of(String text) {
    long hash = (FNV ^ number) * FNV_PRIME;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
    }
    return mixed(hash);
  }

  /** The terms of texts that are not empty. */
  long[] ofAll(Stream<String> texts) {
    return texts.filter(text -> !text.isEmpty()).mapToLong(this::of).toArray();
  }

  /** Both terms in one record. The order counts. */
  static long both(long one, long other) {
    return mixed((one * FNV_PRIME) ^ other);
  }

  /** The last step of MurmurHash3: each bit depends on all bits. */
  private static long mixed(long hash) {
    long h = hash;
    h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }

  /** The terms of all parts of a name, with its beginning and its end. */
  static LongStream trigrams(String name) {
    return grams(BEGIN + name + END);
  }

  /** The terms of the parts that each name has that matches a glob. */
  static LongStream trigramsOfGlob(String glob) {
    return Arrays.stream((BEGIN + glob + END).split("[*?]", -1)).flatMapToLong(Term::grams);
  }

  private static LongStream grams(String text) {
    return IntStream.rangeClosed(0, text.length() - GRAM)
        .mapToLong(at -> TRIGRAM.of(text.substring(at, at + GRAM)));
  }
}
