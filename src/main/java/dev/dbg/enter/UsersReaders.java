package dev.dbg.enter;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.process.Users;
import dev.dbg.model.Uid;
import dev.dbg.resolve.user.UserReaders;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A reader for each user whose engines are asked about, with that user's rights: what a user writes
 * can exhaust or hang nothing but the user's own. There are few at the same time.
 *
 * <p>For any thread.
 */
public final class UsersReaders implements UserReaders {
  /** Each takes some tens of megabytes while it is there. */
  private static final int MOST = 64;

  private final Maker maker;

  /** The least recently used first. Guarded by this. */
  private final Map<Uid, Reader> readers = new LinkedHashMap<>(MOST, 0.75f, true);

  /** Makes the reader of a user, which starts with its first question. */
  public interface Maker {
    Reader of(Users.Account user) throws IOException;
  }

  public UsersReaders(Maker maker) {
    this.maker = maker;
  }

  @Override
  public TakenQuestion ask(Users.Account user, byte[] question, Fd answers) throws IOException {
    while (true) {
      try {
        return reader(user).ask(question, List.of(answers));
      } catch (Reader.ReaderClosed e) {
        // It was ended to make room for another one, or because it did not answer.
      }
    }
  }

  private synchronized Reader reader(Users.Account user) throws IOException {
    Reader known = readers.get(user.uid());
    if (known != null) {
      return known;
    }
    if (readers.size() >= MOST) {
      Optional<Uid> idle =
          readers.entrySet().stream()
              .filter(entry -> entry.getValue().isIdle())
              .map(Map.Entry::getKey)
              .findFirst();
      if (idle.isEmpty()) {
        throw new IOException("the engines of %d users are being asked already".formatted(MOST));
      }
      end(idle.get());
    }
    Reader made = maker.of(user);
    readers.put(user.uid(), made);
    return made;
  }

  @Override
  public synchronized void end(Uid user) {
    Reader ended = readers.remove(user);
    if (ended != null) {
      ended.close();
    }
  }
}
