// MessageEvent (HTML section 9.1) and CloseEvent (WebSockets section 6) on the runtime's own Event.
import {
  DOMString, USVString, defineInterface, dictionary, requireArguments, sequence, unsignedShort,
} from './webidl.mjs';

/** The first argument of a constructor that makes a trusted event. */
export const kTrusted = Symbol('trusted');

/** Makes an Event trusted. Node marks its own events by a member of the constructor's options that only it knows. */
export const trustedInit = (() => {
  const init = { __proto__: null };
  const asked = new Proxy({}, {
    get(_, key) {
      if (typeof key === 'symbol' && key.description === 'kTrustEvent') init[key] = true;
    },
  });
  new Event('', asked);
  return init;
})();

function eventInit(init) {
  return { bubbles: !!init.bubbles, cancelable: !!init.cancelable, composed: !!init.composed };
}

function isMessagePort(value) {
  return value instanceof MessagePort;
}

function ports(value) {
  const list = sequence(value, (port) => {
    if (!isMessagePort(port)) throw new TypeError('ports: a MessagePort was expected');
    return port;
  }, 'ports');
  return Object.freeze(list);
}

function source(value) {
  if (value === null || value === undefined) return null;
  if (!isMessagePort(value)) throw new TypeError('source: a MessagePort was expected');
  return value;
}

const kNoPorts = Object.freeze([]);

export class MessageEvent extends Event {
  #data;
  #origin = '';
  #lastEventId = '';
  #source = null;
  #ports = kNoPorts;

  constructor(type, eventInitDict = undefined, origin = undefined) {
    if (type === kTrusted) {
      super('message', trustedInit);
      this.#data = eventInitDict;
      this.#origin = origin;
      return;
    }
    requireArguments(1, arguments.length, 'MessageEvent');
    type = DOMString(type);
    const init = dictionary(eventInitDict, 'MessageEvent: eventInitDict');
    super(type, eventInit(init));
    this.#data = init.data === undefined ? null : init.data;
    if (init.lastEventId !== undefined) this.#lastEventId = DOMString(init.lastEventId);
    if (init.origin !== undefined) this.#origin = USVString(init.origin);
    if (init.ports !== undefined) this.#ports = ports(init.ports);
    this.#source = source(init.source);
  }

  get data() { return this.#data; }
  get origin() { return this.#origin; }
  get lastEventId() { return this.#lastEventId; }
  get source() { return this.#source; }
  get ports() { return this.#ports; }

  initMessageEvent(type, bubbles = false, cancelable = false, data = null, origin = '', lastEventId = '',
    messageSource = null, messagePorts = []) {
    requireArguments(1, arguments.length, 'initMessageEvent');
    this.#data; // a MessageEvent?
    const init = [DOMString(type), !!bubbles, !!cancelable, data, USVString(origin), DOMString(lastEventId),
      source(messageSource), ports(messagePorts)];
    // DOM section 2.2, initEvent(): nothing happens during dispatch.
    if (this.eventPhase !== 0) return;
    this.initEvent(...init.slice(0, 3));
    [, , , this.#data, this.#origin, this.#lastEventId, this.#source, this.#ports] = init;
  }
}
defineInterface(MessageEvent, {
  members: ['data', 'origin', 'lastEventId', 'source', 'ports', 'initMessageEvent'],
});

export class CloseEvent extends Event {
  #wasClean = false;
  #code = 0;
  #reason = '';

  constructor(type, eventInitDict = undefined) {
    if (type === kTrusted) {
      super('close', trustedInit);
      ({ wasClean: this.#wasClean, code: this.#code, reason: this.#reason } = eventInitDict);
      return;
    }
    requireArguments(1, arguments.length, 'CloseEvent');
    type = DOMString(type);
    const init = dictionary(eventInitDict, 'CloseEvent: eventInitDict');
    super(type, eventInit(init));
    if (init.code !== undefined) this.#code = unsignedShort(init.code);
    if (init.reason !== undefined) this.#reason = USVString(init.reason);
    this.#wasClean = !!init.wasClean;
  }

  get wasClean() { return this.#wasClean; }
  get code() { return this.#code; }
  get reason() { return this.#reason; }
}
defineInterface(CloseEvent, { members: ['wasClean', 'code', 'reason'] });
