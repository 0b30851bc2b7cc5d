package dev.dbg.serve;

import dev.dbg.kernel.KernelText;
import dev.dbg.kernel.file.TrustedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a login came from, as in sd_session_get_remote_host(3): systemd-logind notes what sshd(8)
 * told it, in a file of root's that is named after the kernel's audit session.
 */
final class LoginSource {
  static final Path SESSIONS = Path.of("/run/systemd/sessions");

  private static final int MOST_BYTES = 8192;
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9:][A-Za-z0-9.:%_-]{0,252}");

  private LoginSource() {}

  /** The address or name; empty if there is none, or if the file is not as logind leaves it. */
  static Optional<String> of(Path sessions, Optional<Long> session, Optional<Long> user) {
    if (session.isEmpty() || user.isEmpty()) {
      return Optional.empty();
    }
    try {
      String text = TrustedFile.read(sessions.resolve(session.get().toString()), MOST_BYTES);
      boolean isTheirs = value(text, "UID=").equals(user.get().toString());
      return isTheirs && value(text, "REMOTE=").equals("1")
          ? Optional.of(value(text, "REMOTE_HOST=")).filter(host -> HOST.matcher(host).matches())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What follows the key in the only line that begins with it. */
  private static String value(String text, String key) {
    List<String> lines = KernelText.lines(text).filter(line -> line.startsWith(key)).toList();
    return lines.size() == 1 ? lines.getFirst().substring(key.length()) : "";
  }
}
