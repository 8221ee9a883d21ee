// Numbers and times as a person reads them.
import { html } from '/lib/lit-html/lit-html.js';

const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const two = (n) => String(n).padStart(2, '0');

export const count = (n) => (n === null || n === undefined ? '–' : whole.format(n));
export const short = (n) => (n === null || n === undefined ? '–' : n < 10_000 ? whole.format(Math.round(n)) : compact.format(n));

export function rate(n) {
  if (n === null || n === undefined) return '–';
  return n === 0 ? '0' : n < 10 ? n.toFixed(1) : short(n);
}

export function bytes(n) {
  if (n === null || n === undefined) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[unit]}`;
}

/** A length of time: 0.4 s, 12 s, 3 min 05 s, 2 h 10 min, 4 d 3 h. */
export function lasting(seconds) {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return '–';
  const s = Math.max(0, seconds);
  if (s < 1) return `${Math.round(s * 1000)} ms`;
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 60) return `${Math.floor(s)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${two(Math.floor(s % 60))} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

/** An age that ticks: whole seconds once above one. */
export function age(seconds) {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return '–';
  const s = Math.max(0, seconds);
  return s < 1 ? '< 1 s' : s < 60 ? `${Math.floor(s)} s` : lasting(s);
}

export const clock = (ms) => {
  const t = new Date(ms);
  return `${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}`;
};

export const utc = (t) => `${t.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** A moment in the reader's zone, with the day when it is not today; UTC on hover and on focus. */
export function moment(value) {
  if (!value) return '–';
  const t = new Date(value);
  const today = new Date().toDateString() === t.toDateString();
  const day = `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())}`;
  const text = today ? clock(t) : `${day} ${clock(t)}`;
  return html`<time class="moment" tabindex="0" datetime=${t.toISOString()} title=${utc(t)} data-utc=${utc(t)}>${text}</time>`;
}

/** A moment to come, to the minute: 07:00 of today, Mon 07:00 of this week; all of it on hover and on focus. */
export function soon(value) {
  const t = new Date(value);
  const away = t - Date.now();
  if (away > 6 * 86_400_000) return moment(value);
  const day = new Date().toDateString() === t.toDateString() ? '' : `${t.toLocaleDateString('en', { weekday: 'short' })} `;
  return html`<time class="moment" tabindex="0" datetime=${t.toISOString()} title=${utc(t)} data-utc=${utc(t)}>${day}${two(t.getHours())}:${two(t.getMinutes())}</time>`;
}

/** A relation's name as people say it: without the schema that everybody uses. */
export const plain = (name) => list(name ?? '').replace(/(^|, )public\./g, '$1');

/** A line of a log: when, and the words; what stands in columns keeps them. */
export const logLine = (at, words, level = '') =>
  html`<span class="line ${/\S {2,}\S/.test(words) ? 'table' : ''} ${level}"><time class="at" datetime=${new Date(at).toISOString()} title=${utc(new Date(at))}>${clock(Date.parse(at))}</time>${words}</span>`;

/** Plain words instead of a machine's: "f_order, d_customer" of a JSON list. */
export function list(value) {
  try {
    const parsed = JSON.parse(value);
    return Array.isArray(parsed) ? parsed.join(', ') : value;
  } catch {
    return value;
  }
}
