package dev.dbg.resolve.container;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Looks up by a name, an id or an id's prefix, as the engines do. */
public final class NameOrId {
  private NameOrId() {}

  /**
   * The element with that id, else that name, else the only one whose id begins with it. Nobody can
   * choose an id, but whoever starts a container can call it as another one's.
   *
   * @param names all names of an element
   */
  public static <T> Optional<T> among(
      List<T> all, String wanted, Function<T, String> id, Function<T, Collection<String>> names) {
    Optional<T> exact = all.stream().filter(one -> id.apply(one).equals(wanted)).findFirst();
    if (exact.isEmpty()) {
      exact = all.stream().filter(one -> names.apply(one).contains(wanted)).findFirst();
    }
    if (exact.isPresent()) {
      return exact;
    }
    List<T> begun = all.stream().filter(one -> id.apply(one).startsWith(wanted)).toList();
    return begun.size() == 1 ? Optional.of(begun.getFirst()) : Optional.empty();
  }
}
