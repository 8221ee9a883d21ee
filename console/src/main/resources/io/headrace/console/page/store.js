// What the page knows, and when it came. Everything is drawn from here.
export const store = {
  /** The last event of each name, as it came, with `received` (ms of this browser's clock). */
  state: null,
  warehouse: null,
  jobs: [],
  /** Whether the stream of events is open. */
  connected: false,
  /** When anything last came; ms of this browser's clock. */
  heard: 0,
  needsToken: false,
  /** The source's clock minus this browser's, ms. */
  sourceClock: 0,
  warehouseClock: 0,
};

const listeners = new Set();
let queued = false;

export function onChange(listener) {
  listeners.add(listener);
}

/** Draws soon, once for many changes. */
export function changed() {
  if (!queued) {
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      listeners.forEach((listener) => listener());
    });
  }
}

/** Older than this and the page says so instead of showing it as now; ms. */
export const STALE = 6000;

export function connect() {
  const events = new EventSource('/api/live');
  events.addEventListener('open', () => {
    store.connected = true;
    store.opened = Date.now();
    changed();
  });
  const on = (name, take) =>
    events.addEventListener(name, (event) => {
      store.heard = Date.now();
      store.connected = true;
      take(JSON.parse(event.data));
      changed();
    });
  on('state', (state) => {
    state.received = Date.now();
    store.state = state;
    if (state.status.source.now) {
      store.sourceClock = Date.parse(state.status.source.now) - state.at;
    }
    store.serverClock = state.at - Date.now();
  });
  on('warehouse', (warehouse) => {
    warehouse.received = Date.now();
    // What it told last stays readable while it is away, and is marked as old.
    store.warehouse = warehouse.trouble ? { ...store.warehouse, ...warehouse } : warehouse;
    if (!warehouse.trouble) {
      store.warehouseSeen = warehouse.at;
    }
    if (warehouse.position) {
      store.warehouseClock = Date.parse(warehouse.position.now) - warehouse.at;
    }
  });
  on('jobs', (jobs) => {
    store.jobs = jobs;
  });
  events.addEventListener('error', async () => {
    store.connected = false;
    changed();
    if (events.readyState === EventSource.CLOSED) {
      events.close();
      try {
        const answer = await fetch('/api/runs?kind=none');
        store.needsToken = answer.status === 401;
      } catch {
        store.needsToken = false;
      }
      changed();
      if (!store.needsToken) {
        setTimeout(connect, 2000);
      }
    }
  });
}

/** The console's own clock now, ms: what `at` is compared with. */
export const consoleNow = () => Date.now() + (store.serverClock ?? 0);

/** The source's clock now, ms. */
export const sourceNow = () => consoleNow() + store.sourceClock;

/** Why what is shown is not what is now; null when it is. */
export function staleness() {
  const now = Date.now();
  if (!store.connected && store.heard) {
    return { kind: 'lost', since: store.heard };
  }
  if (store.heard && now - store.heard > STALE) {
    return { kind: 'lost', since: store.heard };
  }
  const settled = now - (store.opened ?? now) > STALE;
  if (settled && store.state && consoleNow() - store.state.at > STALE + 2000) {
    return { kind: 'blind', since: store.state.at - (store.serverClock ?? 0) };
  }
  return null;
}

export async function post(path, body = {}) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Headrace': 'console' },
    body: JSON.stringify(body),
  });
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw new Error(json.error ?? `The console answered with status ${answer.status}.`);
  }
  return json;
}

export async function get(path) {
  const answer = await fetch(path);
  const json = await answer.json().catch(() => ({}));
  if (answer.status === 401) {
    store.needsToken = true;
    changed();
  }
  if (!answer.ok) {
    throw new Error(json.error ?? `The console answered with status ${answer.status}.`);
  }
  return json;
}
