package dev.dbg.nativetests.scene.host;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What an API server says of who asks it, with names that strangers chose. */
final class SelfReview {
  private SelfReview() {}

  static String of(String name, String group) {
    ObjectNode review = new ObjectMapper().createObjectNode();
    ObjectNode user = review.put("kind", "SelfSubjectReview").putObject("status");
    user = user.putObject("userInfo").put("username", name).put("uid", "u\"-7");
    user.putArray("groups").add(group).add("\"},{\"a\":\"").add("system:authenticated");
    user.putObject("extra").putArray("example.com/x").add("]\\").add("\u00e4\u0001");
    return review.toPrettyString();
  }
}
