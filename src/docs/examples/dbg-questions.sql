-- Ten questions of an auditor to the records in dbg-schema.sql, for psql. Set what they are about, or leave what is
-- set here; psql quotes it:
--
--   psql -d dbg -v operator=ann -v since='2026-11-01 00:00 UTC' -f dbg-questions.sql
--
-- host is a name as it is in the records. A host that was renamed has one host_id, and several names.

\if :{?since} \else
  SELECT now() - interval '7 days' AS since \gset
\endif
\if :{?until} \else \set until 'now' \endif
\if :{?zone} \else \set zone 'Europe/Berlin' \endif
\if :{?opens} \else \set opens '07:00' \endif
\if :{?closes} \else \set closes '19:00' \endif
\if :{?workdays} \else \set workdays '{1,2,3,4,5}' \endif
\if :{?operator} \else \set operator 'ann' \endif
\if :{?container} \else \set container 'web-1' \endif
\if :{?host} \else \set host 'dns-1' \endif
\if :{?long} \else \set long '1 hour' \endif
\if :{?silence} \else \set silence '1 day' \endif

-- 1. Who has run something out of hours, and by which rule?
SELECT time AT TIME ZONE :'zone' AS local_time, operator, host, container, tool, fields->>'directory' AS directory, argv,
  reason, rule
FROM dbg.record
WHERE event = 'intent' AND time BETWEEN :'since' AND :'until'
  AND NOT (
    extract(isodow FROM time AT TIME ZONE :'zone') = ANY (:'workdays'::int[])
    AND (time AT TIME ZONE :'zone')::time >= :'opens'::time
    AND (time AT TIME ZONE :'zone')::time < :'closes'::time)
ORDER BY time;

-- 2. Which rules were used for the first time, where, and by whom?
SELECT time AS first_use, host, rule, operator, container, tool
FROM (
  SELECT DISTINCT ON (host_id, rule) *
  FROM dbg.record
  WHERE event IN ('intent', 'shell') AND rule IS NOT NULL
  ORDER BY host_id, rule, time, seq
) AS first
WHERE time BETWEEN :'since' AND :'until'
ORDER BY time;

-- 3. What was refused to an operator? What failed for other reasons than the policy is of kind failed.
SELECT coalesce(kind, event) AS kind, host, container, tool, sum(coalesce(count, 1)) AS times, max(time) AS last,
  (array_agg(why ORDER BY time DESC))[1] AS last_why
FROM dbg.record
WHERE event IN ('denied', 'mistyped', 'malformed') AND operator = :'operator' AND time BETWEEN :'since' AND :'until'
GROUP BY 1, 2, 3, 4
ORDER BY times DESC, last DESC;

-- 4. Which numbers of a host are missing, and which are there twice? A record that is missing was lost on the way, or
-- somebody removed it. Of two with the same number one is forged, or the log was begun anew. What the host has now
-- says which: question 10.
SELECT host, 'missing' AS what, previous + 1 AS first, seq - 1 AS last, time AS before
FROM (
  SELECT host, seq, time, lag(seq) OVER (PARTITION BY host_id ORDER BY seq) AS previous
  FROM dbg.record
) AS numbered
WHERE seq > previous + 1
UNION ALL
SELECT max(host), 'twice', seq, seq, max(time)
FROM dbg.record
GROUP BY host_id, seq
HAVING count(*) > 1
ORDER BY host, first;

-- 5. From which hosts has nothing come for a day? A host on which nobody does anything is silent too, once its last
-- record is sealed; whether its dbgd runs, its metrics say.
SELECT host, time AS last, now() - time AS silent_for, seq, event = 'daemon' AND action = 'stop' AS stopped
FROM (SELECT DISTINCT ON (host_id) * FROM dbg.record ORDER BY host_id, time DESC, seq DESC) AS newest
WHERE time < now() - :'silence'::interval
ORDER BY time;

-- 6. Which shells were used for longer than an hour? The end of a shell has no record: its last line counts.
SELECT host, shell, min(operator) AS operator, min(time) AS began, max(time) - min(time) AS lasted,
  count(*) FILTER (WHERE event = 'intent') AS lines, array_agg(DISTINCT container) FILTER (WHERE container IS NOT NULL)
    AS containers
FROM dbg.record
WHERE shell IS NOT NULL AND time BETWEEN :'since' AND :'until'
GROUP BY host_id, host, shell
HAVING max(time) - min(time) > :'long'
ORDER BY lasted DESC;

-- 7. Who was in this container, with what, and why?
SELECT operator, host, count(DISTINCT session) AS sessions, min(time) AS first, max(time) AS last,
  array_agg(DISTINCT tool) AS tools, array_agg(DISTINCT reason) FILTER (WHERE reason IS NOT NULL) AS reasons
FROM dbg.record
WHERE event = 'intent' AND container = :'container' AND time BETWEEN :'since' AND :'until'
GROUP BY operator, host
ORDER BY last DESC;

-- 8. Which tools are used in which containers, and how do they end?
SELECT started.container, started.tool, count(*) AS times, count(DISTINCT started.operator) AS operators,
  count(*) FILTER (WHERE ended.status = 0) AS succeeded, count(*) FILTER (WHERE ended.timeout) AS timed_out,
  max(ended.duration) AS longest
FROM dbg.record AS started
LEFT JOIN dbg.record AS ended
  ON ended.host_id = started.host_id AND ended.session = started.session AND ended.event = 'result'
WHERE started.event = 'intent' AND started.time BETWEEN :'since' AND :'until'
GROUP BY 1, 2
ORDER BY times DESC, 1, 2;

-- 9. Which sessions have no end, or one that nobody saw? They run still, dbgd died, or the end is missing here.
SELECT started.time, started.host, started.operator, started.container, started.tool,
  started.fields->>'directory' AS directory, started.argv, started.session,
  coalesce(ended.why, 'no end') AS what
FROM dbg.record AS started
LEFT JOIN dbg.record AS ended
  ON ended.host_id = started.host_id AND ended.session = started.session AND ended.event IN ('result', 'orphaned')
WHERE started.event = 'intent' AND started.time BETWEEN :'since' AND :'until'
  AND (ended.event IS NULL OR ended.event = 'orphaned')
ORDER BY started.time;

-- 10. What does the log of a host have to contain? The heads that its seals have named. As a file they say whether the
-- log there was cut or rewritten: psql -At -f, and dbgd verify /var/log/dbg --heads FILE.
SELECT message
FROM dbg.record
WHERE event = 'seal' AND host = :'host'
ORDER BY seq;
