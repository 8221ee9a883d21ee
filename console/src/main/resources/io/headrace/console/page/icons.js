// Shapes that say the state without its colour.
import { svg, html } from '/lib/lit-html/lit-html.js';

const draw = (shape) =>
  html`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${shape}</svg>`;

const circle = svg`<circle cx="12" cy="12" r="9.5"/>`;
export const icons = {
  good: () => draw(svg`${circle}<path d="M7.8 12.400l2.9 2.9 5.6-6"/>`),
  warn: () => draw(svg`<path d="M12 3.2 22 20.500H2z"/><path d="M12 9.500v5M12 17.600v.1"/>`),
  bad: () => draw(svg`${circle}<path d="M8.5 8.500l7 7M15.5 8.500l-7 7"/>`),
  held: () => draw(svg`${circle}<path d="M9.8 8.500v7M14.2 8.500v7"/>`),
  dim: () => draw(svg`${circle}<path d="M9.6 9.400a2.5 2.5 0 1 1 3.4 2.300c-.7.3-1 .8-1 1.600M12 16.700v.1"/>`),
  busy: () => draw(svg`<path d="M21 12a9 9 0 1 1-3-6.7"/><path d="M21.5 3v4.500H17"/>`),
  clock: () => draw(svg`${circle}<path d="M12 7v5.300l3.4 2"/>`),
  inbox: () => draw(svg`<path d="M3 13.5 6 5h12l3 8.500V19H3z"/><path d="M3 13.500h5l1.5 2.500h5l1.5-2.500h5"/>`),
  light: () => draw(svg`<circle cx="12" cy="12" r="4.2"/><path d="M12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M18.7 5.300l-1.4 1.400M6.7 17.300l-1.4 1.4"/>`),
  dark: () => draw(svg`<path d="M20 14.500A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.500z"/>`),
  system: () => draw(svg`<rect x="3" y="4" width="18" height="12.5" rx="2"/><path d="M8.5 20.500h7"/>`),
};

/** A state as shape, colour and word. */
export const badge = (tone, words) => html`<span class="state ${tone}">${icons[tone]()}${words}</span>`;
