package dev.dbg.nativetests.scene.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hash chain that dbg-audit(5) describes, recomputed here from the bytes of the lines. */
final class AuditChain {
  private static final String MEMBER = ",\"hash\":\"";

  private AuditChain() {}

  static void verify(Path log) {
    String previous = "0".repeat(64);
    long seq = 0;
    for (String line : LogLines.of(log)) {
      int at = line.lastIndexOf(MEMBER);
      String body = line.substring(0, at) + "}";
      String hash = line.substring(at + MEMBER.length(), line.length() - 2);
      seq++;
      assertEquals("{\"seq\":" + seq + ",", body.substring(0, body.indexOf(',') + 1));
      assertEquals(",\"prev\":\"" + previous + "\"}", body.substring(body.length() - 75));
      assertEquals(sha256(body), hash);
      previous = hash;
    }
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
