package dev.dbg.resolve.user;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message of a reader's answer about a user's engine. An answer may have several; the last one
 * says that it is. All of it is the user's claim: whose the containers are, and what proves them,
 * is not among it.
 *
 * @param files what was found of the engine's files; null in all messages but the last
 * @param count how many containers the files name
 * @param silence why its service is not asked now; null if it is
 */
public record UserAnswer(
    List<SaidContainer> containers, @Nullable Files files, int count, @Nullable String silence) {
  /** The longest message, in bytes. */
  public static final int LONGEST = 1 << 17;

  static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /** An engine's files about its containers. */
  public enum Files {
    USUAL,
    /** They are not where they are usual, or not to be used. */
    ELSEWHERE,
    /** They say of none, and the service, which there is, does not answer. */
    SILENT,
    /** They say more than is kept of one engine. */
    TOO_MUCH
  }

  public record SaidContainer(
      String id,
      String name,
      String image,
      String imageId,
      @Nullable Map<String, String> labels,
      String state,
      String status,
      int pid,
      boolean byService,
      String oci,
      @Nullable String startedAt) {
    /** The longest text of any engine's, in characters. */
    private static final int LONGEST_TEXT = 4096;

    public SaidContainer {
      for (String text : List.of(id, name, image, imageId, state, status, oci)) {
        if (text.length() > LONGEST_TEXT) {
          throw new IllegalArgumentException("a text of %d characters".formatted(text.length()));
        }
      }
      labels = labels == null ? null : Map.copyOf(labels);
    }

    /** What the answer says of a container; its owner and its runtime are known without. */
    public static SaidContainer of(FoundContainer found) {
      Target target = found.target();
      return new SaidContainer(
          target.id(),
          target.name(),
          target.image().name(),
          target.image().id(),
          target.labels().orElse(null),
          target.state(),
          target.status(),
          target.pid(),
          target.way() == ResolvedBy.API,
          target.oci(),
          found.evidence() instanceof Evidence.OfOwner said ? said.startedAt().orElse(null) : null);
    }

    FoundContainer of(String scheme, Owner owner) {
      return new FoundContainer(
              new Target(
                  scheme,
                  Optional.of(owner),
                  id,
                  name,
                  new Image(image, imageId),
                  Optional.ofNullable(labels),
                  state,
                  status,
                  pid,
                  byService ? ResolvedBy.API : ResolvedBy.DISK),
              new Evidence.OfOwner(owner.uid(), id, Optional.ofNullable(startedAt)))
          .runBy(oci);
    }
  }

  public byte[] bytes() {
    return bytes(this);
  }

  /** A message between dbgd and a reader. */
  static byte[] bytes(Record message) {
    try {
      return JSON.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a record of plain values", e);
    }
  }

  static UserAnswer parse(byte[] bytes) throws IOException {
    return JSON.readValue(bytes, UserAnswer.class);
  }
}
