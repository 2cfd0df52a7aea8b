// Clocks that count: what is left of a deadline, how late it is, the time of day. They follow the server's clock, which a
// demonstration can advance, not the device's.
import { t } from "./words.js";

const SOON = 30; // minutes
const meta = (name) => (document.querySelector(`meta[name="${name}"]`) || {}).content;
const zone = meta("server-zone");
let offset = meta("server-now") ? Date.parse(meta("server-now")) - Date.now() : 0;

/** The present moment by the server's clock, in milliseconds. */
export function now() {
  return Date.now() + offset;
}

/** Take the server's clock from a message that it just sent. */
export function follow(moment) {
  const given = Date.parse(moment);
  if (!Number.isNaN(given)) offset = given - Date.now();
  tick();
}

/** Hours and minutes of a moment on the server's wall. */
export function wallTime(moment) {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (zone) options.timeZone = zone;
  return new Intl.DateTimeFormat(document.documentElement.lang, options).format(new Date(moment));
}

/** A length of time in words, as the template filter `span` gives it. */
export function span(minutes) {
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const values = { days, hours: days >= 2 ? hours % 24 : hours, minutes: minutes % 60 };
  if (days >= 2) return t(values.hours ? "{days} d {hours} h" : "{days} d", values);
  if (!hours) return t("{minutes} min", values);
  return t(values.minutes ? "{hours} h {minutes} min" : "{hours} h", values);
}

function write(element, text) {
  const place = element.querySelector("span") || element;
  if (place.textContent !== text) place.textContent = text;
}

function showDue(element, moment) {
  const left = Math.floor((Date.parse(element.dataset.due) - moment) / 60000);
  write(element, left >= 0 ? t("{span} left", { span: span(left) }) : t("late by {span}", { span: span(-left) }));
  element.classList.toggle("due-soon", left >= 0 && left < SOON);
  element.classList.toggle("due-late", left < 0);
  const sign = element.querySelector(".bi");
  if (sign) sign.className = `bi bi-${left < 0 ? "exclamation-triangle-fill" : "hourglass-split"}`;
}

function showClock(element, moment) {
  const options = { month: "short", day: "numeric", weekday: "short" };
  if (zone) options.timeZone = zone;
  const date = new Intl.DateTimeFormat(document.documentElement.lang, options).format(new Date(moment));
  if (element.dataset.shown === `${date} ${wallTime(moment)}`) return;
  element.dataset.shown = `${date} ${wallTime(moment)}`;
  const small = document.createElement("span");
  small.className = "date";
  small.textContent = `${date} `;
  element.replaceChildren(small, wallTime(moment));
}

/** Bring every clock of the page up to date. */
export function tick() {
  const moment = now();
  for (const element of document.querySelectorAll("time[data-due]")) showDue(element, moment);
  for (const element of document.querySelectorAll("time[data-since]")) {
    write(element, span(Math.max(0, Math.floor((moment - Date.parse(element.dataset.since)) / 60000))));
  }
  for (const element of document.querySelectorAll("time[data-clock]")) showClock(element, moment);
}

/** Start counting. */
export function start() {
  tick();
  setInterval(tick, 1000);
  document.addEventListener("htmx:load", tick);
  document.addEventListener("visibilitychange", tick);
}
