package dev.dbg.resolve.lxc;

/** The states of a container in the order of liblxc's numbers, state.h. */
enum LxcState {
  STOPPED("stopped"),
  STARTING("starting"),
  RUNNING("running"),
  STOPPING("stopping"),
  ABORTING("aborting"),
  FREEZING("paused"),
  FROZEN("paused"),
  THAWED("running");

  private final String word;

  LxcState(String word) {
    this.word = word;
  }

  /** The state of this number; {@link #STOPPED} if liblxc has a newer one. */
  static LxcState of(int number) {
    return number >= 0 && number < values().length ? values()[number] : STOPPED;
  }

  /** The word of a {@link dev.dbg.model.Target}. */
  String word() {
    return word;
  }
}
