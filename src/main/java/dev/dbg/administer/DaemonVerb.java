package dev.dbg.administer;

/** A verb of {@code dbgd}: a picocli command, which runs once its fields are filled. */
public interface DaemonVerb {
  /** Does what the verb is for; a verb that serves returns when the process ends. */
  VerbResult run() throws Exception;

  /** What has failed when {@link #run} throws, for the message. */
  String failure();
}
