/** What dbgd's configuration says, for who may read it: values of dbgd.toml(5) that are one string in one line. */
import * as dbg from "./dbg.js";

export const CONFIGURATION = "/etc/dbg/dbgd.toml";

/** The value of a key in a table; empty if it is not there. */
export async function configured(table, key) {
  const { text } = await dbg.textOf(["cat", CONFIGURATION]);
  let inside = "";
  for (const line of text.split("\n")) {
    inside = /^\s*\[([^\]]*)\]/.exec(line)?.[1] ?? inside;
    const found = /^\s*([a-z-]+)\s*=\s*"([^"\\]*)"/.exec(line);
    if (inside === table && found?.[1] === key) {
      return found[2];
    }
  }
  return "";
}
