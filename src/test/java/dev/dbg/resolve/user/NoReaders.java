package dev.dbg.resolve.user;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.process.Users;
import dev.dbg.model.Uid;
import java.io.IOException;

/** Where no user's engine is searched. */
public final class NoReaders implements UserReaders {
  public static final UserReaders NONE = new NoReaders();

  private NoReaders() {}

  @Override
  public TakenQuestion ask(Users.Account user, byte[] question, Fd answers) throws IOException {
    throw new IOException("no user's engine is searched");
  }

  @Override
  public void end(Uid user) {}
}
