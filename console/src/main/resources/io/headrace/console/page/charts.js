// Latency and throughput over the last minutes to days.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import uPlot from '/lib/uplot/uPlot.esm.js';
import { icons } from './icons.js';
import { changed, consoleNow, get } from './store.js';
import { clock, lasting, rate, utc } from './words.js';

const RANGES = [['15 min', 900], ['1 h', 3600], ['1 day', 86400], ['7 days', 604800]];
const HOPS = ['total', 'capture', 'transform', 'sink'];
const chosen = { seconds: 900, hop: 'total' };
let points = null;
let trouble = null;
const plots = new Map();

async function load() {
  const seconds = chosen.seconds;
  try {
    const answer = await get(`/api/history?seconds=${seconds}`);
    if (seconds === chosen.seconds) {
      points = answer;
      trouble = null;
    }
  } catch (failure) {
    trouble = failure.message;
  }
  changed();
}

let timer = null;

/** Reads the history now and from time to time, while it is shown. */
export function watchCharts(shown) {
  if (shown && !timer) {
    load();
    timer = setInterval(load, 5000);
  } else if (!shown && timer) {
    clearInterval(timer);
    timer = null;
    plots.forEach((plot) => plot.chart.destroy());
    plots.clear();
  }
}

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const seconds = (interval) => (interval === null || interval === undefined ? null : Number(interval));

/** As the console cuts the time. */
const step = () => Math.max(10, Math.floor(chosen.seconds / 180));

/** Where nothing was merged for long, a point without values, so that no line claims what nobody measured. */
function withGaps(rows) {
  return rows.flatMap((row, i) => {
    const before = i > 0 ? Date.parse(rows[i - 1].at) : NaN;
    return Date.parse(row.at) - before > 4000 * step() ? [{ at: new Date(before + 1000 * step()).toISOString() }, row] : [row];
  });
}

const atLeast = (least, value) => (value === null ? null : Math.max(least, value));

/** Values below `least` are shown as it: a logarithm knows no nothing. */
function series(hop, fields, least = 0) {
  const rows = withGaps((points ?? []).filter((row) => row.hop === hop));
  return [rows.map((row) => Date.parse(row.at) / 1000), ...fields.map((field) => rows.map((row) => atLeast(least, seconds(row[field]))))];
}

function throughput() {
  const [at, changes] = series('total', ['changes']);
  // The last point's time has not passed yet.
  const passed = (t) => Math.min(step(), Math.max(10, consoleNow() / 1000 - t));
  return [at, changes.map((n, i) => (n === null ? null : n / passed(at[i])))];
}

/** The point under the pointer, for each plot; none while nobody points. */
const pointed = new Map();

function point(id, chart) {
  const before = pointed.get(id);
  if (before === chart.cursor.idx) return;
  pointed.set(id, chart.cursor.idx ?? null);
  changed();
}

/** What a key says: the value under the pointer, or the newest. */
const shown = (id, data, i) => {
  const at = pointed.get(id);
  return at === null || at === undefined ? last(data[i]) : data[i][at] ?? null;
};

/** When it was, in the reader's zone and in UTC. */
function when(id, data) {
  const at = data[0][pointed.get(id)];
  if (at === undefined) return nothing;
  const t = new Date(at * 1000);
  return html`<span class="key quiet">${t.toLocaleDateString()} ${clock(t)} <span class="small">(${utc(t)})</span></span>`;
}

const last = (values) => values.filter((v) => v !== null && v !== undefined).at(-1) ?? null;

export function chartsView(stale) {
  const latency = series(chosen.hop, ['p50', 'p95', 'p99'], 0.001);
  const flow = throughput();
  const empty = flow[0].length === 0 && (points !== null || Boolean(trouble));
  requestAnimationFrame(() => {
    plot('plot-latency', latency, ['--c1', '--c2', '--c3'], (s) => (s < 1 ? lasting(s) : `${s} s`), decades);
    plot('plot-flow', flow, ['--c1'], rate, fromZero);
  });
  const key = (i, name, value) => html`<span class="key"><i class="swatch c${i}"></i>${name} <b>${value}</b></span>`;
  return html`<section class="card" aria-labelledby="history"><header><h2 id="history">Latency and throughput</h2>
      <div class="segmented" role="group" aria-label="How far back">${RANGES.map(
        ([name, s]) => html`<button aria-pressed=${chosen.seconds === s ? 'true' : 'false'} @click=${() => { chosen.seconds = s; points = null; load(); }}>${name}</button>`)}</div></header>
    <div class="body charts">
      ${trouble && !stale ? html`<p class="error" role="alert">${trouble}</p>` : nothing}
      ${empty && !trouble ? html`<div class="empty">${icons.clock()}<strong>No history yet</strong><span>It begins with the first merge, and is kept in the warehouse.</span></div>` : nothing}
      <figure ?hidden=${empty}><figcaption><h3>From commit to visible</h3>
          <label class="small"><span class="hidden">Hop</span><select @change=${(e) => { chosen.hop = e.target.value; changed(); }}>${HOPS.map((hop) => html`<option ?selected=${hop === chosen.hop} value=${hop}>${hop === 'total' ? 'end to end' : hop}</option>`)}</select></label>
          ${key(1, 'p50', lasting(shown('plot-latency', latency, 1)))}${key(2, 'p95', lasting(shown('plot-latency', latency, 2)))}${key(3, 'p99', lasting(shown('plot-latency', latency, 3)))}${when('plot-latency', latency)}</figcaption>
        <div class="plot" id="plot-latency" role="img" aria-label="Latency over time: now p50 ${lasting(last(latency[1]))}, p95 ${lasting(last(latency[2]))}, p99 ${lasting(last(latency[3]))}"></div></figure>
      <figure ?hidden=${empty}><figcaption><h3>Changes a second</h3>${key(1, pointed.get('plot-flow') == null ? 'now' : 'then', rate(shown('plot-flow', flow, 1)))}${when('plot-flow', flow)}</figcaption>
        <div class="plot" id="plot-flow" role="img" aria-label="Changes a second over time: now ${rate(last(flow[1]))}"></div></figure>
    </div></section>`;
}

/** From nothing to a little above the largest. */
const fromZero = { range: (_, min, max) => [0, max > 0 ? max * 1.15 : 1] };

/** Whole powers of ten: the seconds of a start do not flatten the tenths of a second of every day. */
const decades = {
  distr: 3,
  range: (_, min, max) => [10 ** Math.floor(Math.log10(min > 0 ? min : 0.01)), Math.max(1, max) * 1.15],
};

function powersOfTen(chart, axis, min, max) {
  const powers = [];
  for (let power = Math.round(Math.log10(min)); 10 ** power <= max; power++) powers.push(10 ** power);
  return powers;
}

function plot(id, data, colours, format, scale) {
  const host = document.getElementById(id);
  if (!host || host.closest('[hidden]')) return;
  const { clientWidth: width, clientHeight: height } = host;
  const look = document.documentElement.dataset.theme;
  let plot = plots.get(id);
  if (plot && (plot.look !== look || plot.host !== host)) {
    plot.chart.destroy();
    plot = null;
  }
  if (!plot) {
    if (width < 40) return;
    plot = { look, host, data: null, chart: new uPlot(options(width, height, colours, format, scale, id), data, host) };
    plots.set(id, plot);
  }
  const version = JSON.stringify([data[0].at(-1), data[0].length, chosen, data[1].at(-1)]);
  if (plot.data !== version) {
    plot.data = version;
    plot.chart.setData(data);
  }
  if (Math.abs(plot.chart.width - width) > 2 || Math.abs(plot.chart.height - height) > 2) plot.chart.setSize({ width, height });
}

function options(width, height, colours, format, scale, id) {
  const grid = { stroke: css('--line'), width: 1 };
  const axis = { stroke: css('--soft'), grid, ticks: { ...grid, size: 4 }, font: '12px system-ui, sans-serif' };
  return {
    width, height, legend: { show: false }, hooks: { setCursor: [(chart) => point(id, chart)] }, cursor: { y: false, points: { size: 7 } },
    scales: { x: { time: true, range: () => [Date.now() / 1000 - chosen.seconds, Date.now() / 1000] }, y: scale },
    axes: [
      { ...axis, values: (_, splits) => splits.map((t) => { const d = new Date(t * 1000); return chosen.seconds > 90000 ? `${d.getDate()}.${d.getMonth() + 1}.` : `${String(d.getHours()).padStart(2, '0')}:${String(d.getMinutes()).padStart(2, '0')}`; }) },
      { ...axis, size: 62, ...(scale === decades ? { splits: powersOfTen, filter: (_, splits) => splits } : {}), values: (_, splits) => splits.map(format) },
    ],
    series: [{}, ...colours.map((colour, i) => ({ stroke: css(colour), width: 1.8, spanGaps: false, points: { show: false }, fill: id === 'plot-flow' && i === 0 ? `${css(colour)}22` : undefined }))],
  };
}

window.addEventListener('themechange', changed);
window.addEventListener('resize', changed);
