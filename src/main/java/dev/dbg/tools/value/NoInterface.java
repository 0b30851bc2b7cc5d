package dev.dbg.tools.value;

/**
 * What tcpdump(8), where an interface is wanted, takes for another source: D-Bus, USB and Bluetooth
 * of the host, the packet filter's own queues, which packets are taken out of, drivers that go
 * around the kernel; and a number, which is a place in a list that has all of these.
 */
final class NoInterface {
  /** By which it is known, before the rest of the name. */
  static final String FORM =
      "[0-9]+$|dbus-|nflog|nfqueue|usbmon|bluetooth|(netmap|dpdk|rpcap):|vale.*:|(snf|dag|septel)[0-9]";

  private NoInterface() {}
}
