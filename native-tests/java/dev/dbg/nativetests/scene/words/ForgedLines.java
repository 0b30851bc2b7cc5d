package dev.dbg.nativetests.scene.words;

import dev.dbg.nativetests.scene.user.Operator;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A log of refusals of an argument of control characters. A line needs six bytes for each
 * character, and repeats the argument in the reason.
 */
public final class ForgedLines {
  /** An argument whose line is longer than any that dbgd writes, and is no record. */
  public static final int TOO_LONG = 63_000;

  /** One whose line is almost as long as those that dbgd writes. */
  public static final int LONG = 1_200;

  private ForgedLines() {}

  /**
   * Makes it the only log in its directory.
   *
   * @param log the log of a dbgd that does not run
   * @param length of the argument, in characters
   * @param operator the operator who was refused
   */
  public static void write(Path log, int records, int length, Operator operator)
      throws IOException {
    Path directory = Objects.requireNonNull(log.getParent());
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    String argument = "\\u0001".repeat(length);
    String before = "0".repeat(64);
    Path segment = directory.resolve("audit-000000000001.jsonl");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(segment))) {
      for (int seq = 1; seq <= records; seq++) {
        String body =
            """
            {"seq":%d,"time":"2026-11-01T10:00:00.%06dZ","boot":"0731c78b-a342-4d02-9ab5-b57588e0f92d",\
            "event":"denied","session":"%016x","operator":{"uid":%s,"user":"%s","gid":1,"groups":["dbgt-ops"],"pid":7},\
            "cwd":"/","target":{"asked":"dbgt-x"},"namespaces":["net"],"tool":{"name":"ss","argv_typed":["%s"]},\
            "decision":{"allowed":false,"policy":"%s","why":"ss: %s: no such operand"},"outcome":{"status":126},\
            "prev":"%s"}"""
                .formatted(
                    seq,
                    seq,
                    seq,
                    operator.uid(),
                    operator.name(),
                    argument,
                    "a".repeat(64),
                    argument,
                    before);
        before = sha256(body);
        String line = body.substring(0, body.length() - 1) + ",\"hash\":\"" + before + "\"}\n";
        out.write(line.getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
