package dev.dbg.review;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.audit.file.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What native tests put in places of {@code review}. */
public interface AlteredReview {

  /** Does not remember the last verification. */
  final class Forgetful {
    @InPlaceOf(LastVerification.class)
    static Optional<LastVerification.Verdict> read(LastVerification last) {
      return Optional.empty();
    }
  }

  /** Remembers each verification as one that found nothing. */
  final class Credulous {
    @InPlaceOf(value = PrivateFiles.class, usedIn = LastVerification.class)
    static void replace(Path file, String verdict) throws IOException {
      PrivateFiles.replace(file, verdict.replace("damaged", "intact"));
    }
  }
}
