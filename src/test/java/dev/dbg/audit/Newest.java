package dev.dbg.audit;

import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.NewestRecords;
import dev.dbg.audit.read.Query;
import dev.dbg.audit.read.ReadPermission;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Returns the newest records of a small log as a list, the newest last. */
public final class Newest {
  private Newest() {}

  public static <T> List<T> of(
      Path directory, int count, ReadPermission wanted, Function<AuditReader.Read, T> shown)
      throws IOException {
    return of(directory, count, Query.ALL, wanted, shown);
  }

  public static <T> List<T> of(
      Path directory,
      int count,
      Query query,
      ReadPermission readable,
      Function<AuditReader.Read, T> shown)
      throws IOException {
    List<T> found = new ArrayList<>();
    NewestRecords newest = NewestRecords.of(directory, count, query, readable, () -> true);
    newest.give(read -> found.add(shown.apply(read)));
    return found;
  }
}
