// Freshness against the clock, and each table's rows.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { ask } from './ask.js';
import { icons } from './icons.js';
import { behind } from './pipeline.js';
import { sourceNow, store } from './store.js';
import { age, bytes, count, moment, plain } from './words.js';

const LATE = 10;
const toneOf = (seconds) => (seconds === null ? 'dim' : seconds > 60 ? 'bad' : seconds > LATE ? 'warn' : 'good');

/** The tables and marts with what is known of each: rows from one place, freshness from the other. */
function things() {
  const { warehouse } = store;
  const fresh = (warehouse?.freshness ?? []).filter((f) => f.kind !== 'star');
  const known = new Map(fresh.map((f) => [f.name, { kind: f.kind, complete: f.complete_to, changed: f.last_change }]));
  for (const table of warehouse?.tables ?? []) {
    known.set(table.name, {
      kind: 'table',
      complete: warehouse.position?.committed,
      ...known.get(table.name),
      rows: table.rows ?? undefined,
      bytes: table.bytes,
    });
  }
  for (const mart of warehouse?.marts ?? []) {
    if (known.has(mart.mart)) known.set(mart.mart, { ...known.get(mart.mart), rows: mart.rows ?? undefined, refreshed: mart.refreshed });
  }
  const list = [...known].map(([name, thing]) => ({ name, ...thing }));
  return list.sort((a, b) => Number(a.kind === 'mart') - Number(b.kind === 'mart') || a.name.localeCompare(b.name));
}

export function freshnessView(stale, full) {
  const { warehouse } = store;
  const now = behind();
  const list = things();
  return html`<section class="card" aria-labelledby="freshness">
    <header><h2 id="freshness">Freshness</h2>
      ${full ? nothing : html`<a class="small" href="#/tables">all about the tables</a>`}</header>
    <div class="body">
      ${warehouse?.position
        ? html`<div class="fresh ${stale ? 'dim' : toneOf(now)}">
            <span class="huge" data-age>${age(now)}</span>
            <p>behind the source's clock. All tables are the source as it committed at ${moment(warehouse.position.committed)}, together.</p>
          </div>`
        : html`<div class="empty">${icons.clock()}<strong>Nothing to be fresh yet</strong><span>The first load fills the tables.</span></div>`}
      ${list.length
        ? html`<div class="scroll" tabindex="0" role="region" aria-label="Tables and marts"><table class=${full ? "stack" : "stack compact"}>
            <caption class="hidden">Tables and marts of the warehouse, how old each is, and how many rows it has</caption>
            <thead><tr><th scope="col">table</th><th scope="col" class="number">age</th><th scope="col" class="number">rows</th>
              ${full ? html`<th scope="col" class="number">size</th>` : nothing}
              ${full ? html`<th scope="col">complete up to</th>` : nothing}<th scope="col">${full ? 'last change or refresh' : 'last change'}</th></tr></thead>
            <tbody>${list.map((thing) => row(thing, full, stale))}</tbody>
          </table></div>`
        : nothing}
    </div>
  </section>`;
}

function row(thing, full, stale) {
  const seconds = thing.complete ? (sourceNow() - Date.parse(thing.complete)) / 1000 : null;
  const tone = stale || seconds === null ? 'dim' : thing.kind === 'mart' ? 'good' : toneOf(seconds);
  return html`<tr data-table=${thing.name}>
    <th scope="row"><span>${plain(thing.name)}</span>${thing.kind === 'mart' ? html` <span class="quiet small">mart</span>` : nothing}</th>
    <td class="number" data-label="age"><span class="state ${tone}">${age(seconds)}</span></td>
    <td class="number" data-label="rows">${thing.rows === undefined ? '–' : count(thing.rows)}</td>
    ${full ? html`<td class="number" data-label="size">${thing.bytes === undefined ? '–' : bytes(thing.bytes)}</td>` : nothing}
    ${full ? html`<td data-label="complete up to">${moment(thing.complete)}</td>` : nothing}
    <td data-label=${thing.kind === 'mart' ? 'last refresh' : 'last change'} class=${thing.changed ?? thing.refreshed ? '' : 'none'}>${moment(thing.changed ?? thing.refreshed)}</td>
  </tr>`;
}

export function tablesPage(stale) {
  return html`<h1 class="hidden">Tables</h1>${freshnessView(stale, true)}
    <section class="card" aria-labelledby="mend"><header><h2 id="mend">If a table is not what it should be</h2></header>
      <div class="body"><p class="quiet">Verify says so. Repair mends single rows, replay builds a table again from Kafka, resync captures a table of the source again.</p>
        <div class="row">${['verify', 'repair', 'replay', 'resync'].map(
          (what) => html`<button @click=${() => ask(what)}>${what[0].toUpperCase() + what.slice(1)} …</button>`)}</div></div>
    </section>`;
}
