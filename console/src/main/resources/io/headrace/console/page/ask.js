// What can be done, and the question before it is done.
import { html, nothing, render } from '/lib/lit-html/lit-html.js';
import { changed, get, post, store } from './store.js';

let plan = null;
const tables = () => (store.warehouse?.tables ?? []).map((table) => table.name);
const marts = () => (store.warehouse?.marts ?? []).map((mart) => mart.mart);
const choice = (label, name, all, options) =>
  html`<label>${label}<select name=${name}>${all ? html`<option value="">${all}</option>` : nothing}${options.map((o) => html`<option>${o}</option>`)}</select></label>`;

const QUESTIONS = {
  refresh: {
    title: 'Refresh the marts?',
    will: ['The marts are filled again from the star as it is now.', 'Their readers are not blocked, and see the old rows until it is done.'],
    fields: () => (marts().length > 1 ? choice('Which', 'mart', 'all marts, in the order of what reads what', marts()) : nothing),
    yes: 'Refresh', path: '/api/refresh', job: true,
  },
  verify: {
    title: 'Compare the warehouse with the source?',
    will: ['Every row and column is read on both sides, at the same commit, while everybody works on.', 'It reads both databases page by page along their keys, as fast as it goes.', 'Nothing is changed.'],
    fields: () => html`${choice('Which table', 'table', 'all tables', tables())}
      <label>How much of it<select name="sample"><option value="">every row</option><option value="10">a sample of 10 %</option><option value="1">a sample of 1 %</option></select></label>`,
    needsSink: true, yes: 'Verify', path: '/api/verify', job: true,
  },
  repair: {
    title: 'Mend what the last verification found?',
    will: ['The rows of the source that make the differing facts are captured again and go through the whole pipeline.', 'Then the same keys are compared again.', 'Rows that did not differ are not touched.'],
    needsSink: true, yes: 'Repair', path: '/api/repair', job: true,
  },
  replay: {
    title: 'Build the star again from Kafka?',
    will: ['A second star is filled from Kafka beside the live one. The source is not touched.', 'It is compared with the source, and takes the old star’s place only if it is equal. Readers wait for 150 ms at most.', 'It needs the star’s size on disk once more, and may take as long as the first load.', 'With one table only: the live table’s differing rows are changed where it stands.'],
    fields: () => choice('What', 'table', 'the whole star', tables()),
    needsSink: true, yes: 'Replay', path: '/api/replay', job: true,
  },
  resync: {
    title: 'Capture a table of the source again?',
    will: ['The table is read from the source in small pieces, while all tables go on.', 'It is for a source that was restored, or a topic that was damaged.', 'Once the capture has taken it, it goes on although you stop the watching here.'],
    fields: () => choice('Which table of the source', 'table', '', plan?.sources ?? []),
    yes: 'Resync', path: '/api/resync', job: true,
    before: async () => {
      const star = await get('/api/star');
      plan = { sources: [...new Set(star.tables.flatMap((t) => t.sources.map((s) => s.table)))].sort() };
    },
  },
  pause: {
    title: 'Pause the sink?',
    will: ['From now on the warehouse stands still at the commit that it shows, also through restarts, until somebody resumes it.', 'Capture and transform go on. What they bring waits in Kafka; nothing is lost.', 'Readiness and status will say that it is paused, and by whom.'],
    fields: () => html`<label>Why, for whoever wonders<input name="reason" maxlength="200" autocomplete="off" /></label>`,
    yes: 'Pause', path: '/api/pause',
  },
  resume: {
    title: 'Let the sink go on?',
    will: ['The sink takes what has waited in Kafka, as fast as it can, and follows the source again.'],
    yes: 'Resume', path: '/api/resume',
  },
  stop: {
    title: 'Stop it?',
    will: (it) => [`headrace ${it.command} is asked to end, as by Ctrl-C.`, it.command.startsWith('refresh') ? 'It only waits for the refresh: the refresh itself goes on. To end that, cancel it in the runs.' : 'What it has done so far stays done.'],
    yes: 'Stop', danger: true, path: (it) => `/api/jobs/${it.id}/stop`,
  },
  cancel: {
    title: 'Cancel this refresh?',
    will: (it) => [`All refreshes of ${it.name} that wait or are at work are ended.`, 'The mart keeps the rows that it has. Its schedule stays.'],
    yes: 'Cancel it', danger: true, path: '/api/refresh/cancel', job: true, body: (it) => ({ mart: it.name }),
  },
  retry: {
    title: 'Try dead letters again?',
    will: (it) => [it.id ? `Dead letter ${it.id} is applied again, with what has waited behind it for the same key.` : 'All dead letters that wait are applied again, in the order in which they came.', 'Those that are refused again stay dead letters.'],
    yes: 'Retry', path: '/api/dead-letters', job: true, body: (it) => ({ act: 'retry', id: it.id ?? '' }),
  },
  discard: {
    title: 'Discard this dead letter?',
    will: (it) => [`Dead letter ${it.id} of ${it.table_name ?? it.topic} is given up: its change will never be in the warehouse.`, 'A later change of the same key takes its place. Verify shows what differs until then.'],
    yes: 'Discard for ever', danger: true, path: '/api/dead-letters', job: true, body: (it) => ({ act: 'discard', id: String(it.id) }),
  },
};

let open = null;

/** Asks before something is done; shows what came of it. */
export async function ask(what, it = {}) {
  const question = QUESTIONS[what];
  open = { question, it, what, busy: false, error: null };
  try {
    await question.before?.();
  } catch (failure) {
    open.error = failure.message;
  }
  draw();
  const dialog = host().querySelector('dialog');
  if (!dialog.open) dialog.showModal();
}

function host() {
  let host = document.getElementById('question');
  if (!host) {
    host = document.createElement('div');
    host.id = 'question';
    document.body.append(host);
  }
  return host;
}

function draw() {
  render(view(), host());
}

function view() {
  if (!open) return nothing;
  const { question, it, busy, error } = open;
  const will = typeof question.will === 'function' ? question.will(it) : question.will;
  return html`<dialog aria-labelledby="question-title" aria-describedby="question-will" @close=${closed}>
    <form @submit=${send}>
      <h2 id="question-title">${question.title}</h2>
      <ul class="will" id="question-will">${will.map((words) => html`<li>${words}</li>`)}</ul>
      ${store.state?.status.sink.pause && question.needsSink ? html`<p class="error">The sink is paused. This waits for it in vain: resume it first.</p>` : nothing}
      ${question.fields?.() ?? nothing}
      ${error ? html`<p class="error" role="alert">${error}</p>` : nothing}
      <div class="row">
        <button type="button" @click=${() => host().querySelector('dialog').close()}>Not now</button>
        <button type="submit" class=${question.danger ? 'danger' : 'main'} data-yes ?disabled=${busy}>${busy ? 'One moment …' : question.yes}</button>
      </div>
    </form>
  </dialog>`;
}

async function send(event) {
  event.preventDefault();
  const { question, it } = open;
  const fields = Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value !== ''));
  open.busy = true;
  open.error = null;
  draw();
  try {
    const job = await post(typeof question.path === 'function' ? question.path(it) : question.path, { ...fields, ...question.body?.(it) });
    host().querySelector('dialog').close();
    if (question.job) {
      // The newest job is opened where jobs are shown.
      window.dispatchEvent(new CustomEvent('jobstarted', { detail: job.id }));
    }
    changed();
  } catch (failure) {
    if (open) {
      open.busy = false;
      open.error = failure.message;
      draw();
    }
  }
}

function closed() {
  open = null;
  draw();
}
