// Records what a scenario sees. It runs in a page as well as in Node and therefore imports nothing.
//
// A trace is a list of lines: one for each call and each event, with what they show. Behind a bar stands what has changed in the
// socket's attributes since the line before. What an event has as it should (trusted, not bubbling, target, origin, no ports, ...)
// is not said; what differs is. Ports of this run and keys of the raw server are taken out, times are not recorded; nor is a fall of
// bufferedAmount, because when the network takes bytes is chance.

const STATES = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'];
const CONSTRUCTORS = { open: 'Event', error: 'Event', message: 'MessageEvent', close: 'CloseEvent' };
const LONGEST_SHOWN = 64;

/** How long an asynchronous scenario is listened to after its end, milliseconds: for events that must not come. */
const SETTLE = 15;
/** How long sockets that a scenario has left may take to close before the next scenario, milliseconds. */
const LINGER = 50;

/** The trace of a scenario that needs what this runtime does not have. */
export const LACKING = 'the runtime lacks what this needs';

const TOO_LATE = 'the deadline has passed';

const ascii = (text) => text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
const escape = (text) => ascii(JSON.stringify(text));

/** FNV-1a: that a big message is the one that was sent. */
function hash(units) {
  let sum = 0x811c9dc5;
  for (const unit of units) sum = Math.imul(sum ^ unit, 0x01000193) >>> 0;
  return sum.toString(16);
}

function* unitsOf(text) {
  for (let i = 0; i < text.length; ++i) yield text.charCodeAt(i);
}

function describeBytes(buffer) {
  const bytes = new Uint8Array(buffer);
  return bytes.length > 16 ? `of ${bytes.length} bytes #${hash(bytes)}` : `[${[...bytes]}]`;
}

function describeText(text) {
  return text.length > LONGEST_SHOWN ? `of ${text.length} units #${hash(unitsOf(text))}` : escape(text);
}

function describeError(error) {
  if (error instanceof DOMException) return `DOMException ${error.name} ${error.code}`;
  return error instanceof Error ? error.constructor.name : `${typeof error} ${error}`;
}

function describeValue(value) {
  if (typeof value === 'string') return describeText(value);
  if (typeof value === 'function') return 'function';
  if (Array.isArray(value)) return `[${value.map(describeValue).join(', ')}]`;
  if (value !== null && typeof value === 'object') return Object.prototype.toString.call(value);
  return String(value);
}

/** The attributes of an event that are not as they should be. */
function oddities(event, socket) {
  const ordinary = {
    isTrusted: true, bubbles: false, cancelable: false, composed: false, defaultPrevented: false, returnValue: true,
    eventPhase: 2, target: socket, currentTarget: socket, srcElement: socket,
    ...(event.type === 'message' ? { origin: new URL(socket.url).origin, lastEventId: '', source: null } : {}),
  };
  const odd = Object.entries(ordinary).filter(([name, value]) => event[name] !== value)
    .map(([name]) => `${name} ${describeValue(event[name])}`);
  if (event.constructor.name !== CONSTRUCTORS[event.type]) odd.push(`made by ${event.constructor.name}`);
  if (!(event instanceof Event)) odd.push('no Event');
  if (!(event.timeStamp > 0)) odd.push(`timeStamp ${event.timeStamp}`);
  if (event.type === 'message' && !(Array.isArray(event.ports) && event.ports.length === 0 && Object.isFrozen(event.ports))) {
    odd.push(`ports ${describeValue(event.ports)}${Object.isFrozen(event.ports) ? '' : ' not frozen'}`);
  }
  return odd.length === 0 ? '' : `, ${odd.join(', ')}`;
}

export class Trace {
  #environment;
  #lines = [];
  #sockets = new Map();
  #unwatched = new Set();
  #reading = [];
  #reported = [];
  #done = false;

  constructor(environment) {
    this.#environment = environment;
  }

  get WebSocket() { return this.#environment.WebSocket; }
  get CloseEvent() { return this.#environment.CloseEvent; }
  get MessageEvent() { return this.#environment.MessageEvent; }
  /** "127.0.0.1:port" of the Parley server, which has served the page, too. */
  get server() { return this.#environment.server; }
  get raw() { return this.#environment.raw; }
  /** Where nobody listens. */
  get refused() { return this.#environment.refused; }

  #clean(text) {
    return ascii(text).replaceAll(this.server, 'SERVER').replaceAll(this.raw, 'RAW').replaceAll(this.refused, 'REFUSED')
      .replace(/[?&]key=\w+/g, '');
  }

  #changes() {
    const said = [];
    for (const [socket, entry] of this.#sockets) {
      const { readyState, bufferedAmount, protocol, extensions, url, binaryType } = socket;
      const now = { readyState, bufferedAmount, protocol, extensions, url, binaryType };
      const changed = Object.keys(now)
        .filter((name) => (name === 'bufferedAmount' ? now[name] > entry.state[name] : now[name] !== entry.state[name]))
        .filter((name) => !entry.ignored.has(name))
        .map((name) => (name === 'readyState' ? STATES[readyState] ?? `readyState ${readyState}` : `${name} ${describeValue(now[name])}`));
      entry.state = now;
      if (changed.length !== 0) said.push((entry.name && `${entry.name} `) + changed.join(', '));
    }
    return said.length === 0 ? '' : ` | ${said.join('; ')}`;
  }

  /** Writes a line down. */
  note(text) {
    if (!this.#done) this.#lines.push({ text: this.#clean(text + this.#changes()) });
  }

  value(label, value) {
    this.note(`${label}: ${describeValue(value)}`);
  }

  /** Writes down what a call returns or throws, and answers what it returned. */
  call(label, act) {
    try {
      const value = act();
      this.note(value === undefined ? label : `${label} -> ${describeValue(value)}`);
      return value;
    } catch (error) {
      this.note(`${label} throws ${describeError(error)}`);
      return undefined;
    }
  }

  /** Constructs a socket and watches it; `label` stands for the arguments in the trace. */
  construct(label, ...args) {
    const before = this.#sockets.size;
    let socket;
    try {
      socket = new this.WebSocket(...args);
    } catch (error) {
      this.note(`new WebSocket(${label}) throws ${describeError(error)}`);
      return undefined;
    }
    this.#remember(socket, before === 0 ? '' : `#${before + 1}`, { url: typeof args[0] === 'string' ? args[0] : '' });
    this.note(`new WebSocket(${label})`);
    this.watch(socket);
    return socket;
  }

  /** A socket of which nothing is written down; it is closed in the end. */
  unwatched(url, ...protocols) {
    const socket = new this.WebSocket(url, ...protocols);
    this.#unwatched.add(socket);
    return socket;
  }

  /** A socket to the Parley server. */
  open(path, ...protocols) {
    return this.construct([path, ...protocols.map((list) => JSON.stringify(list))].join(', '), `ws://${this.server}${path}`, ...protocols);
  }

  /** A socket to the raw server; wire() tells what that has seen of it. */
  openRaw(target, ...protocols) {
    const key = `k${Math.random().toString(36).slice(2)}`;
    const url = `ws://${this.raw}/${target}${target.includes('?') ? '&' : '?'}key=${key}`;
    const socket = this.construct([`raw ${target}`, ...protocols.map((list) => JSON.stringify(list))].join(', '), url, ...protocols);
    if (socket) this.#sockets.get(socket).key = key;
    return socket;
  }

  #remember(socket, name, state) {
    this.#sockets.set(socket, {
      name, closed: false, ignored: new Set(),
      state: { readyState: undefined, bufferedAmount: 0, protocol: '', extensions: '', binaryType: 'blob', ...state },
    });
  }

  /** Changes of that attribute are not written down: they are of time or chance. */
  ignore(socket, attribute) {
    this.#sockets.get(socket).ignored.add(attribute);
  }

  /** Writes every event of the socket down. */
  watch(socket) {
    for (const type of Object.keys(CONSTRUCTORS)) socket.addEventListener(type, (event) => this.#record(event, socket));
  }

  #record(event, socket) {
    if (this.#done) return;
    const entry = this.#sockets.get(socket);
    const odd = oddities(event, socket);
    const of = entry.name && `${entry.name} `;
    if (event.type === 'close') {
      entry.closed = true;
      this.note(`${of}close ${event.code} ${escape(event.reason)} ${event.wasClean ? 'clean' : 'not clean'}${odd}`);
    } else if (event.type === 'message') {
      this.note(`${of}message ${this.#describeData(event.data)}${odd}`);
    } else {
      this.note(`${of}${event.type}${odd}`);
    }
  }

  /** A Blob has to be read first: what was in it is put in when the trace is complete. */
  #describeData(data) {
    if (typeof data === 'string') return `text ${describeText(data)}`;
    if (data instanceof ArrayBuffer) return `ArrayBuffer ${describeBytes(data)}`;
    if (!(data instanceof Blob)) return describeValue(data);
    const mark = `<blob ${this.#reading.length}>`;
    this.#reading.push(data.arrayBuffer().then((buffer) => [mark, describeBytes(buffer)]));
    return `Blob ${data.type === '' ? '' : `of type ${escape(data.type)} `}${mark}`;
  }

  /** The socket's next event of that type. */
  next(socket, type) {
    return new Promise((resolve) => { socket.addEventListener(type, resolve, { once: true }); });
  }

  /** Resolves when the socket's close event has been seen. */
  async closed(socket) {
    if (!this.#sockets.get(socket).closed) await this.next(socket, 'close');
  }

  /** The first socket's open event has been seen (or it has failed). */
  opened(socket) {
    return Promise.race([this.next(socket, 'open'), this.next(socket, 'close')]);
  }

  after(milliseconds) {
    return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
  }

  async until(condition) {
    while (!condition()) await this.after(2);
  }

  /** A plain request to the Parley server. */
  async get(path) {
    return (await fetch(`http://${this.server}${path}`)).text();
  }

  /** Writes down what the raw server has seen of the socket's connection, when that is over. */
  async wire(socket) {
    const entry = this.#sockets.get(socket);
    const answer = await fetch(`http://${this.raw}/seen?key=${entry.key}`);
    for (const line of await answer.json()) this.note(`wire: ${line}`);
  }

  reported(error) {
    if (!this.#done) this.#reported.push(`reported ${describeError(error)} ${escape(error?.message ?? '')}`);
  }

  /** Gives the sockets that are left some time to close: the next scenario starts with none. */
  async #closeAll() {
    const closed = [...this.#sockets.keys(), ...this.#unwatched].filter((socket) => socket.readyState !== 3).map((socket) => {
      const over = this.next(socket, 'close');
      socket.close();
      return over;
    });
    await Promise.race([Promise.all(closed), this.after(LINGER)]);
  }

  async finish() {
    this.#done = true;
    await this.#closeAll();
    const read = await Promise.all(this.#reading);
    const lines = this.#lines.map(({ text }) => read.reduce((line, [mark, bytes]) => line.replace(mark, bytes), text));
    return [...lines, ...this.#reported];
  }
}

/**
 * Runs one scenario to its trace. A script that is no async function is over when it returns; else some time is left for what must not
 * come. `environment` has the classes, the three addresses, the `deadline` of a scenario in milliseconds,
 * and `onReported`, which is called with a function that wants the exceptions that no one caught, and answers one that ends this.
 */
export async function runScenario(scenario, environment) {
  if (scenario.needs && !scenario.needs()) return [LACKING];
  const trace = new Trace(environment);
  const stop = environment.onReported((error) => trace.reported(error));
  const late = Symbol('late');
  let timer;
  const deadline = new Promise((resolve) => { timer = setTimeout(resolve, environment.deadline, late); });
  try {
    const running = scenario.run(trace);
    if (running) {
      if (await Promise.race([running, deadline]) === late) trace.note(TOO_LATE);
      await trace.after(SETTLE);
    }
  } catch (error) {
    trace.note(`the script failed: ${error}`);
  }
  clearTimeout(timer);
  const lines = await trace.finish();
  stop();
  return lines;
}

/** So many late scenarios are put down to a busy machine. */
const EXCUSED = 5;
/** What is broken is not waited for: the deadline of the scenarios after too many late ones, milliseconds. */
const IMPATIENCE = 500;

/**
 * Runs scenarios one after the other. Answers [name, trace] of each, in their order. One that misses its deadline has another try if
 * the environment says `again`, because the machine may have been busy.
 */
export async function runAll(scenarios, environment, progress = () => {}) {
  const traces = [];
  let excused = environment.again ? EXCUSED : 0;
  let patience = environment;
  for (const scenario of scenarios) {
    progress(scenario.name);
    let trace = await runScenario(scenario, patience);
    if (trace.includes(TOO_LATE) && excused > 0) {
      if (--excused === 0) patience = { ...environment, deadline: IMPATIENCE };
      trace = await runScenario(scenario, patience);
    }
    traces.push([scenario.name, trace]);
  }
  return traces;
}
