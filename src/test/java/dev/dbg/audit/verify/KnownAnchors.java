package dev.dbg.audit.verify;

import dev.dbg.audit.verify.TrustAnchors.Claim;
import java.util.List;
import java.util.Set;

/** What tests know of a log from outside its files, without time-stamps. */
public final class KnownAnchors {
  private KnownAnchors() {}

  public static TrustAnchors keys(Set<String> keys) {
    return of(keys, List.of(), false, true);
  }

  public static TrustAnchors of(
      Set<String> keys, List<Claim> heads, boolean live, boolean recordings) {
    return new TrustAnchors(keys, heads, List.of(), live, recordings);
  }
}
