// The live stream. Each notice names a topic; elements with hx-trigger="live:TOPIC from:body" then fetch themselves anew.
// Only a visible tab holds a stream: browsers allow few connections to one host. What was missed is fetched on return.
import { follow, wallTime, now } from "./clock.js";
import { t } from "./words.js";

const MARK_AFTER = 10000;
const LONGEST_WAIT = 30000;

const waiting = new Map();
let url, source, lostAt, every, attempt = 0, retryTimer, markTimer, beatTimer, flushTimer, heardTopics;

function flush() {
  flushTimer = null;
  for (const [topic, ids] of waiting) {
    document.body.dispatchEvent(new CustomEvent(`live:${topic}`, { detail: { ids: [...ids] } }));
  }
  waiting.clear();
}

function notice(topic, ids = []) {
  if (!waiting.has(topic)) waiting.set(topic, new Set());
  for (const id of ids) waiting.get(topic).add(id);
  if (!flushTimer) flushTimer = setTimeout(flush, Math.random() * 300);
}

function topicsOfPage() {
  const found = new Set();
  for (const element of document.querySelectorAll("[hx-trigger*='live:'], [data-hx-trigger*='live:']")) {
    const trigger = element.getAttribute("hx-trigger") || element.getAttribute("data-hx-trigger");
    for (const match of trigger.matchAll(/live:([\w-]+)/g)) found.add(match[1]);
  }
  return found;
}

function mark() {
  const place = document.querySelector("[data-live-mark]");
  if (!place) return;
  place.hidden = !lostAt;
  place.textContent = lostAt ? t("No live connection since {time}. What you see may be out of date.", { time: wallTime(lostAt) }) : "";
}

function arrived() {
  attempt = 0;
  clearTimeout(markTimer);
  if (lostAt) topicsOfPage().forEach((topic) => notice(topic));
  lostAt = null;
  mark();
}

/** The server says how often it sends a beat; silence for longer than that means that the line is dead. */
function expectBeat() {
  clearTimeout(beatTimer);
  if (every) beatTimer = setTimeout(lost, (every + 10) * 1000);
}

function close() {
  clearTimeout(beatTimer);
  clearTimeout(retryTimer);
  if (source) source.close();
  source = null;
}

function lost() {
  close();
  if (!lostAt) {
    lostAt = now();
    markTimer = setTimeout(mark, MARK_AFTER);
  }
  if (document.hidden) return;
  const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** attempt++);
  retryTimer = setTimeout(connect, wait * (0.5 + Math.random()));
}

function heard(event) {
  expectBeat();
  const data = event.data ? JSON.parse(event.data) : {};
  notice(data.topic || event.type, data.ids || []);
}

function listen() {
  if (!source) return;
  for (const topic of topicsOfPage()) {
    if (heardTopics.has(topic)) continue;
    heardTopics.add(topic);
    source.addEventListener(topic, heard);
  }
}

function connect() {
  close();
  if (document.hidden) return;
  source = new EventSource(url);
  heardTopics = new Set();
  source.onopen = arrived;
  source.onerror = lost;
  source.onmessage = heard;
  source.addEventListener("beat", (event) => {
    const beat = JSON.parse(event.data);
    every = beat.every;
    follow(beat.now);
    expectBeat();
  });
  source.addEventListener("reconnected", () => topicsOfPage().forEach((topic) => notice(topic)));
  listen();
}

/** Open the stream of the page, if it has one (`<body data-live="…">`). */
export function start() {
  url = document.body.dataset.live;
  if (!url || !window.EventSource) return;
  connect();
  document.addEventListener("htmx:load", listen);
  window.addEventListener("offline", lost);
  window.addEventListener("online", connect);
  window.addEventListener("pagehide", close);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
      lostAt = lostAt || now();
    } else {
      markTimer = setTimeout(mark, MARK_AFTER);
      connect();
    }
  });
}
