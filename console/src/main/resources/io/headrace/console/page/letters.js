// Records that could not be read or applied.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { ask } from './ask.js';
import { badge, icons } from './icons.js';
import { changed, get, store } from './store.js';
import { count, moment } from './words.js';

const TONES = { waiting: 'warn', applied: 'good', replaced: 'good', discarded: 'dim' };
let letters = null;
let trouble = null;
let version = '';

async function load() {
  try {
    letters = await get('/api/dead-letters');
    trouble = null;
  } catch (failure) {
    trouble = failure.message;
  }
  changed();
}

export const waitingLetters = () => store.warehouse?.dead_letters?.waiting ?? 0;

export function lettersPage() {
  const now = `${JSON.stringify(store.warehouse?.dead_letters)} ${store.jobs.map((job) => job.state).join()}`;
  if (now !== version) {
    version = now;
    load();
  }
  return html`<h1 class="hidden">Dead letters</h1><section class="card" aria-labelledby="letters"><header><h2 id="letters">Dead letters</h2>
      ${letters?.some((it) => it.state === 'waiting' && it.retriable) ? html`<button class="main" @click=${() => ask('retry')}>Retry all …</button>` : nothing}</header>
    <div class="body">
      <p class="quiet small">Records that could not be read, or that the warehouse refused, set aside so that the others go on. Later changes of the same key wait behind them.</p>
      ${trouble ? html`<p class="error" role="alert">${trouble}</p>` : nothing}
      ${letters?.length
        ? html`<div class="scroll" tabindex="0" role="region" aria-label="The records set aside"><table class="stack"><caption class="hidden">Dead letters</caption>
            <thead><tr><th scope="col">table and key</th><th scope="col">state</th><th scope="col">where</th><th scope="col">cause</th><th scope="col">since</th><th scope="col" class="number">tries</th><th scope="col"><span class="hidden">actions</span></th></tr></thead>
            <tbody>${letters.map(row)}</tbody></table></div>`
        : letters
          ? html`<div class="empty">${icons.good()}<strong>No dead letters</strong><span>Every record was read and applied.</span></div>`
          : html`<p class="quiet">Reading …</p>`}
    </div></section>`;
}

function row(it) {
  return html`<tr data-letter=${it.id}>
    <th scope="row">${it.table_name ?? it.topic} <code>${it.key ?? ''}</code></th>
    <td data-label="state">${badge(TONES[it.state] ?? 'dim', it.state)}</td>
    <td data-label="where" class="small wrap">${it.stage}<br /><span class="quiet">${it.topic}, partition ${it.partition}, offset ${count(it.kafka_offset)}</span></td>
    <td data-label="cause" class="wrap">${it.cause}${it.sqlstate ? html` <code>${it.sqlstate}</code>` : nothing}</td>
    <td data-label="since">${moment(it.at)}</td>
    <td data-label="tries" class="number">${count(it.tries)}</td>
    <td>${it.state === 'waiting'
      ? html`<div class="row">${it.retriable ? html`<button @click=${() => ask('retry', it)}>Retry …</button>` : nothing}<button class="danger" @click=${() => ask('discard', it)}>Discard …</button></div>`
      : nothing}</td></tr>`;
}
