// Every run: the next scheduled one at the top, then what is at work and what was.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { ask } from './ask.js';
import { badge, icons } from './icons.js';
import { changed, consoleNow, get, store } from './store.js';
import { lasting, logLine, moment, plain, soon } from './words.js';

const KINDS = ['first load', 'refresh', 'verify', 'repair', 'replay', 'resync'];
const TONES = { running: 'busy', good: 'good', attention: 'warn', failed: 'bad' };
const filter = { kind: '', outcome: '', text: '' };
let found = null;
let trouble = null;
let version = '';

/** Asks the warehouse for the filtered runs when the filter, or the runs, have changed. */
async function find() {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  const asked = String(query);
  try {
    const runs = await get(`/api/runs?${asked}`);
    if (asked === String(new URLSearchParams(Object.entries(filter).filter(([, value]) => value)))) {
      found = runs;
      trouble = null;
    }
  } catch (failure) {
    trouble = failure.message;
  }
  changed();
}

const filtered = () => filter.kind || filter.outcome || filter.text;
const mark = (runs) => (runs ?? []).map((r) => r.kind + r.id + r.state + r.finished).join();

function set(field) {
  return (event) => {
    filter[field] = event.target.value;
    version = '';
    changed();
  };
}

const label = (brief, words) => (brief ? nothing : words);

function nextRows(brief = false) {
  return (store.warehouse?.marts ?? []).filter((mart) => mart.next).map(
    (mart) => html`<tr class="next">
      <th scope="row">refresh <span class="quiet">${plain(mart.mart)}</span></th>
      <td data-label=${label(brief, 'state')}><span class="state busy">${icons.clock()}next</span></td>
      ${brief ? nothing : html`<td data-label="trigger">schedule</td>`}
      <td data-label=${label(brief, 'start')}>${brief ? soon(mart.next) : moment(mart.next)}</td>
      <td class="number">${brief ? nothing : html`in ${lasting(Math.max(0, (Date.parse(mart.next) - consoleNow()) / 1000))}`}</td>
      ${brief ? nothing : html`<td data-label="when" class="wrap quiet small">${mart.schedule} (${mart.zone})</td><td></td>`}</tr>`);
}

const running = (run) => run.outcome === 'running';

/** Seconds since it began, by the warehouse's clock. */
const seconds = (run) => (run.started === run.finished ? null : running(run) ? (consoleNow() + store.warehouseClock - Date.parse(run.started)) / 1000 : run.seconds);

function runRow(run) {
  return html`<tr data-run="${run.kind} ${run.id}" data-outcome=${run.outcome}>
    <th scope="row">${run.kind} <span class="quiet">${plain(run.name)}</span></th>
    <td data-label="state">${badge(TONES[run.outcome] ?? 'dim', run.state)}</td>
    <td data-label="trigger">${run.trigger}</td>
    <td data-label="start">${moment(run.started)}</td>
    <td class="number" data-label="took">${lasting(seconds(run))}</td>
    <td data-label="result" class="wrap">${run.detail}${run.error ? html`<div class="error small">${run.error}</div>` : nothing}</td>
    <td class="number"><a href="#/runs/${encodeURIComponent(run.kind)}/${encodeURIComponent(run.id)}">log<span class="hidden"> of ${run.kind} ${plain(run.name)}</span></a></td>
  </tr>`;
}

function shortRow(run) {
  return html`<tr data-outcome=${run.outcome}>
    <th scope="row"><a href="#/runs/${encodeURIComponent(run.kind)}/${encodeURIComponent(run.id)}">${run.kind}</a> <span class="quiet">${plain(run.name)}</span></th>
    <td>${badge(TONES[run.outcome] ?? 'dim', run.state)}</td>
    <td>${moment(run.started)}</td>
    <td class="number">${lasting(seconds(run))}</td></tr>`;
}

function table(rows, caption) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}><table class="stack">
    <caption class="hidden">${caption}</caption>
    <thead><tr><th scope="col">run</th><th scope="col">state</th><th scope="col">trigger</th><th scope="col">start</th>
      <th scope="col" class="number">took</th><th scope="col">result</th><th scope="col" class="number"><span class="hidden">log</span></th></tr></thead>
    <tbody>${rows}</tbody></table></div>`;
}

const nothingYet = html`<div class="empty">${icons.clock()}<strong>Nothing has been run yet</strong><span>The first load will be the first.</span></div>`;

export function recentRuns() {
  const runs = (store.warehouse?.runs ?? []).slice(0, 6);
  const caption = 'The next run and the last ones';
  return html`<section class="card" aria-labelledby="recent"><header><h2 id="recent">Runs</h2><a class="small" href="#/runs">all runs</a></header>
    <div class="body">${runs.length || nextRows().length ? html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}><table class="stack compact">
        <caption class="hidden">${caption}</caption>
        <thead><tr><th scope="col">run</th><th scope="col">state</th><th scope="col">start</th><th scope="col" class="number">took</th></tr></thead>
        <tbody>${nextRows(true)}${runs.map(shortRow)}</tbody></table></div>` : nothingYet}</div></section>`;
}

export function runsPage() {
  const now = JSON.stringify(filter) + mark(store.warehouse?.runs);
  if (now !== version) {
    version = now;
    find();
  }
  const runs = found ?? store.warehouse?.runs ?? [];
  return html`<h1 class="hidden">Runs</h1><section class="card" aria-labelledby="runs"><header><h2 id="runs">Runs</h2>
      <form class="row" role="search" @submit=${(event) => event.preventDefault()}>
        <label><span class="hidden">Kind</span><select name="kind" .value=${filter.kind} @change=${set('kind')}><option value="">all kinds</option>${KINDS.map((kind) => html`<option>${kind}</option>`)}</select></label>
        <label><span class="hidden">Outcome</span><select name="outcome" @change=${set('outcome')}><option value="">every outcome</option><option>running</option><option>good</option><option>attention</option><option>failed</option></select></label>
        <label><span class="hidden">Words in it</span><input name="text" type="search" placeholder="words in it" @input=${set('text')} /></label>
      </form></header>
    <div class="body" aria-live="off">
      ${trouble ? html`<p class="error" role="alert">${trouble}</p>` : nothing}
      ${runs.length || (!filtered() && nextRows().length)
        ? table([filtered() ? nothing : nextRows(), runs.map(runRow)], 'The next runs, and those done, newest first')
        : filtered()
          ? html`<div class="empty">${icons.inbox()}<strong>No run is like that</strong><button @click=${clear}>Show all</button></div>`
          : nothingYet}
    </div></section>`;
}

function clear() {
  Object.assign(filter, { kind: '', outcome: '', text: '' });
  document.querySelectorAll('[role=search] select, [role=search] input').forEach((field) => (field.value = ''));
  version = '';
  changed();
}

const log = { run: '', lines: null, trouble: null };

async function readLog(kind, id) {
  try {
    log.lines = await get(`/api/runs/${encodeURIComponent(kind)}/${encodeURIComponent(id)}/log`);
    log.trouble = null;
  } catch (failure) {
    log.trouble = failure.message;
  }
  changed();
}

let logRead = '';

export function runPage(kind, id) {
  const run = [...(store.warehouse?.runs ?? []), ...(found ?? [])].find((r) => r.kind === kind && String(r.id) === id);
  const again = `${kind} ${id} ${run?.state} ${run && running(run) ? Math.floor(Date.now() / 2000) : ''}`;
  if (log.run !== `${kind} ${id}`) Object.assign(log, { run: `${kind} ${id}`, lines: null, trouble: null });
  if (logRead !== again) {
    logRead = again;
    readLog(kind, id);
    if (!run && !found) find();
  }
  return html`<p><a href="#/runs">← all runs</a></p>
    <section class="card" aria-labelledby="run"><header><h1 id="run">${kind} ${run ? plain(run.name) : id}</h1>
      ${run ? badge(TONES[run.outcome] ?? 'dim', run.state) : nothing}
      ${run?.kind === 'verify' && run.outcome === 'attention' ? html`<button class="main" @click=${() => ask('repair')}>Repair …</button>` : nothing}
      ${run?.kind === 'refresh' && running(run) ? html`<button class="danger" @click=${() => ask('cancel', run)}>Cancel …</button>` : nothing}</header>
    <div class="body stack">
      ${run ? html`<dl class="facts">
        <div><dt>trigger</dt><dd>${run.trigger}</dd></div><div><dt>started</dt><dd>${moment(run.started)}</dd></div>
        <div><dt>finished</dt><dd>${run.finished ? moment(run.finished) : 'not yet'}</dd></div>
        <div><dt>took</dt><dd>${lasting(seconds(run))}</dd></div>
        <div><dt>result</dt><dd>${run.detail || '–'}</dd></div></dl>
        ${run.error ? html`<p class="error">${run.error}</p>` : nothing}` : nothing}
      <h2>Log</h2>
      ${log.trouble ? html`<p class="error" role="alert">${log.trouble}</p>` : nothing}
      ${log.lines?.length
        ? html`<pre class="log" tabindex="0" aria-label="log">${log.lines.map((line) => logLine(line.at, line.words, line.level))}</pre>`
        : html`<p class="quiet">${log.lines ? 'It has left no lines.' : 'Reading …'}</p>`}
    </div></section>`;
}
