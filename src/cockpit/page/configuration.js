/** What dbgd's configuration says, for who may read it: values of dbgd.toml(5) that are one string in one line below their table. */
import * as dbg from "./dbg.js";

export const CONFIGURATION = "/etc/dbg/dbgd.toml";

/** The value of a key in a table; empty if it is not there. Fails if it is there in another form of TOML's. */
export async function configured(table, key) {
  const { text } = await dbg.textOf(["cat", CONFIGURATION]);
  const isThere = new RegExp(`^([^#]*[\\s.{,"'])?${key}["']?\\s*=`);
  let inside = "";
  for (const line of text.split("\n")) {
    inside = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1] ?? inside;
    const found = /^\s*([a-z-]+)\s*=\s*("[^"\\]*"|'[^']*')\s*(#.*)?$/.exec(line);
    if (inside === table && found?.[1] === key) {
      return found[2].slice(1, -1);
    }
    const before = isThere.exec(line);
    if (before && `${inside} ${before[1]}`.match(/[a-z-]+/g)?.includes(table)) {
      throw new Error(`${CONFIGURATION} has ${key} of ${table} in a form that this page does not read: write ${key} = "..." below [${table}]`);
    }
  }
  return "";
}
