// What was started from here, with what it says.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { ask } from './ask.js';
import { badge } from './icons.js';
import { changed, consoleNow, get, store } from './store.js';
import { lasting, logLine, moment } from './words.js';

const TONES = { running: 'busy', stopping: 'busy', done: 'good', attention: 'warn', failed: 'bad', stopped: 'dim' };
const WORDS = { attention: 'found differences' };
const opened = new Map();

window.addEventListener('jobstarted', (event) => toggle(event.detail));

async function toggle(id) {
  if (opened.has(id)) {
    opened.delete(id);
  } else {
    opened.set(id, []);
    await load(id);
  }
  changed();
}

async function load(id) {
  try {
    const job = await get(`/api/jobs/${id}`);
    if (opened.has(id)) opened.set(id, job.lines);
  } catch {
    // The next line brings the next try.
  }
}

let seen = '';

/** Reads the lines again of what is open and has said something new. */
export function follow() {
  const now = JSON.stringify(store.jobs.filter((job) => opened.has(job.id)));
  if (now !== seen) {
    seen = now;
    Promise.all([...opened.keys()].map(load)).then(changed);
  }
}

const percent = (words) => words.match(/\((\d+) ?%\)/)?.[1];

export function jobsView() {
  // What has long ended is on the page of the runs.
  const shown = store.jobs.filter((job) => !job.finished || opened.has(job.id) || consoleNow() - Date.parse(job.finished) < 600_000).slice(0, 5);
  if (shown.length === 0) return nothing;
  return html`<section class="card" aria-labelledby="jobs">
    <header><h2 id="jobs">Started from here</h2></header>
    <div class="body" role="log" aria-live="polite">${shown.map(jobView)}</div>
  </section>`;
}

function jobView(job) {
  const running = job.state === 'running' || job.state === 'stopping';
  const seconds = ((job.finished ? Date.parse(job.finished) : consoleNow()) - Date.parse(job.started)) / 1000;
  const done = percent(job.last);
  const lines = opened.get(job.id);
  return html`<article class="job" data-job=${job.id} data-state=${job.state}>
    <div class="row"><code><b>headrace ${job.command}</b></code>${badge(TONES[job.state] ?? 'dim', WORDS[job.state] ?? job.state)}
      <span class="quiet small">${moment(job.started)}, ${lasting(Math.floor(seconds))}</span>
      <button class="link" aria-expanded=${lines ? 'true' : 'false'} @click=${() => toggle(job.id)}>${lines ? 'Hide what it said' : 'Show what it said'}</button>
      ${running ? html`<button class="danger" ?disabled=${job.state === 'stopping'} @click=${() => ask('stop', job)}>Stop …</button>` : nothing}</div>
    ${running ? (done ? html`<progress max="100" value=${done} aria-label="progress">${done} %</progress>` : html`<progress aria-label="at work"></progress>`) : nothing}
    ${lines
      ? html`<pre class="log" tabindex="0" aria-label="output">${lines.length ? lines.map((line) => logLine(line.at, line.words)) : 'It has said nothing yet.'}</pre>`
      : html`<p class="last">${job.last}</p>`}
  </article>`;
}
