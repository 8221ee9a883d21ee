// The star's SQL as it was compiled: the text, and the plan as a picture.
import { html, nothing, svg } from '/lib/lit-html/lit-html.js';
import { icons } from './icons.js';
import { changed, get } from './store.js';

let star = null;
let trouble = null;
let asked = 0;

async function load() {
  try {
    star = await get('/api/star');
    trouble = null;
  } catch (failure) {
    trouble = failure.message;
  }
  changed();
}

export function starPage() {
  if (Date.now() - asked > 30000) {
    asked = Date.now();
    load();
  }
  if (trouble) return html`<section class="card"><div class="empty">${icons.bad()}<strong>The star cannot be compiled now</strong><span class="error" role="alert">${trouble}</span><button @click=${() => { asked = 0; changed(); }}>Try again</button></div></section>`;
  if (!star) return html`<p class="loading">Compiling the star …</p>`;
  return html`<h1 class="hidden">The star</h1><p class="quiet">The definition <code>${star.generation}</code>, as the warehouse shows it. Rows go from left to right: the base table’s rows meet at most one row of each joined table, and become one fact each.</p>
    <div class="star">${star.tables.map((table) => html`<section class="card" aria-labelledby="star-${table.name}">
      <header><h2 id="star-${table.name}">${table.name}</h2><span class="quiet small">${table.sources.length === 1 ? 'one table' : `${table.sources.length} tables joined`}</span></header>
      <div class="body">${picture(table)}${table.sql ? html`<pre class="sql" tabindex="0" aria-label="SQL of ${table.name}">${colour(table.sql)}</pre>` : nothing}</div></section>`)}</div>`;
}

const BOX = { w: 190, h: 50, gap: 26, left: 8, target: 430 };

/** Sources on the left, from the base down; what joins to what in between; the target on the right. */
function picture(table) {
  const at = table.sources.map((_, i) => 12 + i * (BOX.h + BOX.gap));
  const height = at.at(-1) + BOX.h + 12;
  const middle = 12 + BOX.h / 2;
  const words = table.sources.map((s, i) => (i === 0 ? `base table ${s.table}` : `${s.join.toLowerCase()} join ${s.table} on ${s.on.map((o) => `${o.column} = ${o.key}`).join(' and ')}`));
  const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
  return html`<svg class="plan" viewBox="0 0 630 ${height}" role="img" aria-label="${table.name}: ${words.join('; ')}">
    ${table.sources.map((s, i) => svg`<g class="${i === 0 ? 'base' : ''}"><rect x="${BOX.left}" y="${at[i]}" width="${BOX.w}" height="${BOX.h}" rx="9"/>
      <text x="${BOX.left + 12}" y="${at[i] + 21}" font-weight="650">${cut(s.table.replace(/^public\./, ''), 24)}</text>
      <text class="sub" x="${BOX.left + 12}" y="${at[i] + 39}">${i === 0 ? 'base, ' : ''}${s.takes.length} ${s.takes.length === 1 ? 'column' : 'columns'} taken</text></g>
      ${i === 0 ? nothing : svg`<path class="${s.join === 'LEFT' ? 'left' : ''}" d="M${BOX.left + BOX.w} ${at[s.from] + BOX.h - 12} C ${BOX.left + BOX.w + 34 + 10 * i} ${at[s.from] + BOX.h}, ${BOX.left + BOX.w + 34 + 10 * i} ${at[i] + 10}, ${BOX.left + BOX.w} ${at[i] + 16}"/>
        <text class="kind" x="${BOX.left + BOX.w + 40 + 6 * i}" y="${at[i] + 8}">${s.join}</text>
        <text class="sub" x="${BOX.left + BOX.w + 40 + 6 * i}" y="${at[i] + 24}">${cut(s.on.map((o) => `${o.column} = ${o.key}`).join(', '), 26)}</text>`}`)}
    <path d="M${BOX.left + BOX.w} ${middle - 6} L ${BOX.target - 9} ${middle - 6}"/><path d="M${BOX.target - 16} ${middle - 11} l 8 5 l -8 5"/>
    <g class="target"><rect x="${BOX.target}" y="12" width="${BOX.w}" height="${BOX.h}" rx="9"/><text x="${BOX.target + 12}" y="33" font-weight="650">${cut(table.name, 24)}</text><text x="${BOX.target + 12}" y="51" font-size="11">one row a base row</text></g></svg>`;
}

const WORD = /('(?:[^']|'')*')|(--[^\n]*|\/\*[\s\S]*?\*\/)|\b(SELECT|FROM|INNER|LEFT|OUTER|JOIN|ON|WHERE|AND|OR|NOT|AS|CASE|WHEN|THEN|ELSE|END|IS|NULL|IN|CAST|COALESCE|BETWEEN|LIKE|TRUE|FALSE)\b/gi;

/** The text, with its words, strings and comments marked. */
function colour(sql) {
  const parts = [];
  let from = 0;
  for (const match of sql.matchAll(WORD)) {
    parts.push(sql.slice(from, match.index));
    parts.push(html`<span class=${match[1] ? 'str' : match[2] ? 'com' : 'kw'}>${match[0]}</span>`);
    from = match.index + match[0].length;
  }
  parts.push(sql.slice(from));
  return parts;
}
