/** The views, and those with a tab of their own: what runs, and what somebody may do, is not in a file. */
import * as session from "./views/session.js";
import * as sessions from "./views/sessions.js";
import * as summary from "./views/summary.js";
import * as trust from "./views/trust.js";

export const VIEWS = { sessions, session, summary, trust };
export const TABS = [
  ["sessions", "Sessions"],
  ["summary", "Summary"],
  ["trust", "Trust"],
];
