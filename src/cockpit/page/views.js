/** The views, and those with a tab of their own. */
import * as now from "./views/now.js";
import * as rules from "./views/rules.js";
import * as session from "./views/session.js";
import * as sessions from "./views/sessions.js";
import * as summary from "./views/summary.js";
import * as trust from "./views/trust.js";

export const VIEWS = { now, sessions, session, summary, trust, rules };
export const TABS = [
  ["now", "Now"],
  ["sessions", "Sessions"],
  ["summary", "Summary"],
  ["trust", "Trust"],
  ["rules", "Rules"],
];
