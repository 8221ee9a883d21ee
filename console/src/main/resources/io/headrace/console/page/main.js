// The frame: where one is, whether the page is live, and what is drawn.
import { html, nothing, render } from '/lib/lit-html/lit-html.js';
import { ask } from './ask.js';
import { chartsView, watchCharts } from './charts.js';
import { icons } from './icons.js';
import { follow, jobsView } from './jobs.js';
import { lettersPage, waitingLetters } from './letters.js';
import { pipelineView, verdict, verdictView } from './pipeline.js';
import { recentRuns, runPage, runsPage } from './runs.js';
import { starPage } from './star.js';
import { changed, connect, onChange, post, staleness, store } from './store.js';
import { freshnessView, tablesPage } from './tables.js';
import { nextTheme, theme } from './theme.js';
import { clock } from './words.js';

const PAGES = [['', 'Overview'], ['runs', 'Runs'], ['tables', 'Tables'], ['dead-letters', 'Dead letters'], ['star', 'Star']];
const place = () => location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);

function overview(stale) {
  const paused = store.state?.status.sink.pause;
  const lost = stale?.kind === 'lost';
  const acts = html`
    <button ?disabled=${lost} @click=${() => ask('refresh')}>Refresh marts …</button>
    <button ?disabled=${lost} @click=${() => ask('verify')}>Verify …</button>
    <button ?disabled=${lost} @click=${() => ask('replay')}>Replay …</button>
    <button ?disabled=${lost} @click=${() => ask('resync')}>Resync …</button>
    ${paused ? html`<button class="main" ?disabled=${lost} @click=${() => ask('resume')}>Resume sink …</button>` : html`<button ?disabled=${lost} @click=${() => ask('pause')}>Pause sink …</button>`}`;
  return html`${verdictView(stale, acts)}${pipelineView(stale)}${jobsView()}
    <div class="columns"><div class="stack">${freshnessView(stale, false)}${recentRuns()}</div><div class="stack">${chartsView(stale)}</div></div>`;
}

function body(stale) {
  const [page, ...rest] = place();
  switch (page) {
    case 'runs': return rest.length === 2 ? runPage(...rest) : html`${jobsView()}${runsPage()}`;
    case 'tables': return html`${jobsView()}${tablesPage(stale)}`;
    case 'dead-letters': return html`${jobsView()}${lettersPage()}`;
    case 'star': return starPage();
    default: return overview(stale);
  }
}

const frame = (stale) => html`
  <a class="skip" href="#main" @click=${(event) => { event.preventDefault(); document.getElementById('main').focus(); }}>To the content</a>
  <header class="top"><div>
    <a class="brand" href="#/"><img src="/page/mark.svg" alt="" />Headrace</a>
    <nav aria-label="Pages"><ul>${PAGES.map(([path, name]) => html`<li><a href="#/${path}" aria-current=${place()[0] === path ? 'page' : nothing}>${name}${path === 'dead-letters' && waitingLetters() ? html`<span class="badge">${waitingLetters()}</span>` : nothing}</a></li>`)}</ul></nav>
    <span class="pulse ${stale ? 'off' : ''}"><i></i>${stale ? 'not live' : 'live'}</span>
    <button class="icon" title="Light, dark, or as the system has it" @click=${() => { nextTheme(); changed(); }}>${icons[theme()]()}<span class="hidden">Colours: </span><span>${theme()}</span></button>
  </div></header>
  <div class="banner" role="alert">${stale ? html`<p>${stale.kind === 'lost' ? `Connection lost, last seen ${clock(stale.since)}. Trying again.` : `The console could not look since ${clock(stale.since)}: a server does not answer.`}</p>` : nothing}
    ${!stale && store.warehouse?.trouble && !store.state?.status.troubles.some((trouble) => trouble.hop === 'warehouse') ? html`<p>The warehouse does not answer${store.warehouseSeen ? `; its rows and runs are as they were at ${clock(store.warehouseSeen)}` : ''}: ${store.warehouse.trouble}</p>` : nothing}</div>
  <main id="main" tabindex="-1">${store.state || store.warehouse ? body(stale) : html`<p class="loading">Looking at the pipeline …</p>`}</main>`;

async function login(event) {
  event.preventDefault();
  const form = event.target;
  try {
    await post('/api/login', { token: form.token.value });
    location.reload();
  } catch (failure) {
    form.querySelector('.error').textContent = failure.message;
    form.token.select();
  }
}

const door = () => html`<main class="login"><form class="card" @submit=${login}>
  <h1>Headrace</h1><label>The console’s token<br /><input name="token" type="password" autocomplete="current-password" required autofocus /></label>
  <p class="error" role="alert"></p><button class="main">Come in</button></form></main>`;

function draw() {
  const stale = staleness();
  const shown = !store.needsToken;
  document.documentElement.classList.toggle('stale', Boolean(stale) && shown);
  render(shown ? frame(stale) : door(), root);
  if (shown) {
    watchCharts(place()[0] === '' && Boolean(store.state));
    follow();
    const v = verdict(stale);
    document.title = v.tone === 'good' || v.tone === 'busy' ? 'Headrace' : `${v.title} – Headrace`;
  }
}

const root = document.getElementById('page');
root.replaceChildren();
onChange(draw);
window.addEventListener('hashchange', () => { changed(); window.scrollTo(0, 0); });
// Ages tick although nothing comes.
setInterval(changed, 1000);
connect();
draw();
