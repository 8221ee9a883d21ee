// The pipeline: what each hop is doing, in one word, two numbers and a sentence.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { icons } from './icons.js';
import { sourceNow, store } from './store.js';
import { age, bytes, clock, count, lasting, moment, plain, rate, soon } from './words.js';

const SERVERS = ['source', 'kafka', 'warehouse'];
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** How grave a trouble is. */
const tone = (trouble) => ({ paused: 'held', starting: 'busy', slow: 'warn' })[trouble.kind] ?? 'bad';

/** How far behind the source's clock the warehouse is now, s; it goes on ticking when nothing comes. */
export function behind() {
  const committed = store.warehouse?.position?.committed;
  return committed ? Math.max(0, (sourceNow() - Date.parse(committed)) / 1000) : null;
}

/** What all of it comes to, in one sentence. */
export function verdict(stale) {
  const { state, warehouse } = store;
  if (!state) return { tone: 'dim', title: 'Looking at the pipeline …', words: '' };
  if (stale) {
    return {
      tone: 'dim',
      title: 'Nobody knows how it is now',
      words: html`What is shown is as it was at ${moment(stale.since)}.`,
    };
  }
  const troubles = state.status.troubles;
  const graver = troubles.find((trouble) => trouble.kind !== 'starting');
  if (!graver && (warehouse?.empty || (warehouse && !warehouse.trouble && !warehouse.position))) {
    return { tone: 'busy', title: 'The first load is under way', words: 'The warehouse shows the star as soon as it is whole.' };
  }
  if (troubles.length === 0) {
    const now = behind();
    return {
      tone: 'good',
      title: 'Everything arrives',
      words: now === null ? '' : html`The warehouse is the source as it was <b>${age(now)}</b> ago.`,
    };
  }
  const first = graver ?? troubles[0];
  const pause = state.status.sink.pause;
  if (first.words.startsWith('paused') && pause) {
    return {
      tone: 'held',
      title: 'The sink is paused',
      words: html`Since ${moment(pause.since)} by ${pause.by}${pause.reason ? html`: ${pause.reason}` : '. Nothing is lost: what comes waits in Kafka.'}`,
    };
  }
  const stand = state.status.sink.stand;
  if (first.kind === 'paused' && stand) {
    return {
      tone: 'held',
      title: 'The star stands for a mart',
      words: html`${plain(stand.marts)} is to show the source as it was before ${moment(stand.before)}. It goes on when that is done, at the latest at ${moment(stand.at_latest)}; what comes waits in Kafka.`,
    };
  }
  const name = first.hop === 'kafka' ? 'Kafka' : `The ${first.hop}`;
  const [, head, rest] = first.words.match(/^([^,:]*)[,:]?\s*([\s\S]*)$/);
  let title = `${name} ${head}`;
  let words = rest;
  if (SERVERS.includes(first.hop)) {
    title = /answer|refused|connect|timed? ?out|reach/i.test(first.words) ? `${name} does not answer` : `${name} is in trouble`;
    words = first.words;
  } else if (/^(no|the) /.test(first.words)) {
    title = capital(first.words);
    words = 'Nothing passes there until one is started.';
  }
  return {
    tone: tone(first),
    title,
    words: first.hop === 'warehouse' && store.warehouseSeen ? html`${capital(words)} Rows and runs are as they were at ${clock(store.warehouseSeen - (store.serverClock ?? 0))}.` : capital(words),
    more: troubles.filter((trouble) => trouble !== first).map((trouble) => `${capital(trouble.hop)}: ${trouble.words}`),
  };
}

export function verdictView(stale, acts) {
  const v = verdict(stale);
  return html`<section class="verdict ${v.tone}" aria-labelledby="verdict">
    ${icons[v.tone]()}
    <div aria-live="polite" aria-atomic="false">
      <h1 id="verdict">${v.title}</h1>
      ${v.words ? html`<p aria-live="off">${v.words}</p>` : nothing}
      ${v.more?.length ? html`<ul>${v.more.map((words) => html`<li>${words}</li>`)}</ul>` : nothing}
    </div>
    <div class="acts">${acts}</div>
  </section>`;
}

const big = (value, unit) => html`<p class="big">${value} <small>${unit}</small></p>`;
const says = (words) => html`<p class="says">${words}</p>`;

/** The hops in the order of the flow. */
function hops(stale) {
  const { state, warehouse } = store;
  const s = state.status;
  const trouble = (hop) => s.troubles.find((t) => t.hop === hop);
  const unknown = { kafka: !!trouble('kafka'), source: !!trouble('source'), warehouse: !!trouble('warehouse') || !!warehouse?.trouble };
  const epochsBehind = s.capture.epoch && s.transform.epoch ? Math.max(0, s.capture.epoch - s.transform.epoch) : null;
  const slot = s.source.slot;
  const marts = (warehouse?.freshness ?? []).filter((f) => f.kind === 'mart');
  const next = (warehouse?.marts ?? []).find((m) => m.next);
  const running = (warehouse?.runs ?? []).filter((r) => r.kind === 'refresh' && r.outcome === 'running');
  const lastRefresh = (warehouse?.runs ?? []).find((r) => r.kind === 'refresh' && r.outcome !== 'running');
  const now = behind();
  const list = [
    { hop: 'source', title: 'Source', big: big(rate(state.rates.source_changes), 'changes/s'), says: slot ? `${bytes(slot.retained_bytes)} of log kept, ${slot.wal_status ?? 'none'}` : 'no slot yet' },
    { hop: 'capture', title: 'Capture', needs: 'source', big: big(lasting(s.capture.behind_seconds), 'behind'), says: s.capture.epoch ? `epoch ${count(s.capture.epoch)}` : 'nothing captured yet' },
    { hop: 'kafka', title: 'Kafka', big: big(rate(state.rates.epochs), 'epochs/s'), says: `${bytes(state.rates.log_bytes)}/s of log read` },
    { hop: 'transform', title: 'Transform', needs: ['kafka', 'warehouse'], big: big(count(epochsBehind), epochsBehind === 1 ? 'epoch behind' : 'epochs behind'), says: s.transform.threads ? `${s.transform.threads} ${s.transform.threads === 1 ? 'thread' : 'threads'}, ${s.transform.processes} ${s.transform.processes === 1 ? 'process' : 'processes'}` : 'not at work yet' },
    { hop: 'sink', title: 'Sink', needs: 'warehouse', big: big(rate(warehouse?.rows_per_second), 'rows/s'), says: s.sink.since ? html`at work since ${moment(s.sink.since)}` : 'not at work yet' },
    { hop: 'warehouse', title: 'Warehouse', big: big(age(now), 'old'), says: warehouse?.position ? html`shows epoch ${count(warehouse.position.epoch)}` : 'empty yet' },
    {
      hop: 'marts', title: 'Marts', needs: 'warehouse',
      bad: lastRefresh?.outcome === 'failed' ? 'the last refresh failed' : null,
      big: lastRefresh?.finished ? big(age((sourceNow() - Date.parse(lastRefresh.finished)) / 1000), 'since refresh') : big('–', 'not filled yet'),
      says: running.length ? 'being refreshed now' : next ? html`next ${soon(next.next)}` : marts.length ? `${marts.length} of them` : 'refreshed when asked',
    },
  ];
  return list.map((hop) => {
    const found = trouble(hop.hop);
    let state = 'good';
    if (stale || [hop.needs ?? []].flat().some((server) => unknown[server])) state = 'dim';
    if (!stale && found) state = tone(found);
    if (!stale && !found && hop.bad) state = 'warn';
    const pause = s.sink.pause;
    const stand = s.sink.stand;
    let words = found?.words;
    if (found && state === 'held' && pause) words = html`paused since ${moment(pause.since)} by ${pause.by}`;
    else if (found && state === 'held' && stand) words = html`stands for ${plain(stand.marts)}, until ${moment(stand.at_latest)} at the latest`;
    return { ...hop, tone: state, says: !stale && found ? words : hop.bad ?? (state === 'dim' ? 'not known' : hop.says) };
  });
}

const NAMES = { good: 'works', warn: 'in trouble', bad: 'stopped', held: 'paused', dim: 'not known', busy: 'beginning' };

export function pipelineView(stale) {
  if (!store.state) return nothing;
  const list = hops(stale);
  return html`<section class="card" aria-labelledby="pipeline">
    <header><h2 id="pipeline">From the source to the marts</h2>
      <p class="quiet small">topics ${store.state.status.kafka.prefix}.*</p></header>
    <ol class="flow">
      ${list.map((hop, i) => {
        const server = ['source', 'kafka', 'warehouse'].includes(hop.hop);
        const blocked = i > 0 && (hop.tone === 'bad' || hop.tone === 'held' || hop.tone === 'dim' || list[i - 1].tone === 'bad');
        return html`<li class="hop ${hop.tone} ${server ? 'server' : ''} ${blocked ? 'blocked' : 'flows'}" data-hop=${hop.hop} data-tone=${hop.tone}>
          <h3>${icons[hop.tone]()}${hop.title}<span class="hidden">: ${NAMES[hop.tone]}</span></h3>
          ${hop.tone === 'dim' ? big('–', '') : hop.big}
          ${says(hop.says)}
        </li>`;
      })}
    </ol>
  </section>`;
}
