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

/** What hardly any message event has; one object for all of those. */
class Details {
  lastEventId = '';
  source = null;
  ports = Object.freeze([]);
  isTrusted = false;
}
const kOfReceived = Object.freeze(Object.assign(new Details(), { isTrusted: true }));

export class MessageEvent extends Event {
  #data;
  #origin;
  #details;

  constructor(type, eventInitDict = undefined, origin = undefined) {
    if (type === kTrusted) {
      super('message');
      this.#data = eventInitDict;
      this.#origin = origin;
      this.#details = kOfReceived;
      return;
    }
    requireArguments(1, arguments.length, 'MessageEvent');
    type = DOMString(type);
    const init = dictionary(eventInitDict, 'MessageEvent: eventInitDict');
    super(type, eventInit(init));
    this.#data = init.data === undefined ? null : init.data;
    this.#details = Object.assign(new Details(), init.lastEventId !== undefined && { lastEventId: DOMString(init.lastEventId) });
    this.#origin = init.origin === undefined ? '' : USVString(init.origin);
    if (init.ports !== undefined) this.#details.ports = ports(init.ports);
    this.#details.source = source(init.source);
  }

  get data() { return this.#data; }
  get origin() { return this.#origin; }
  get lastEventId() { return this.#details.lastEventId; }
  get source() { return this.#details.source; }
  get ports() { return this.#details.ports; }
  // Node remembers the events that it trusts one by one, which takes longer than all else that is done with a message.
  get isTrusted() { return this.#details.isTrusted; }

  initMessageEvent(type, bubbles = false, cancelable = false, data = null, origin = '', lastEventId = '',
    messageSource = null, messagePorts = []) {
    requireArguments(1, arguments.length, 'initMessageEvent');
    this.#data; // a MessageEvent?
    const init = [DOMString(type), !!bubbles, !!cancelable];
    const fields = [data, USVString(origin),
      { lastEventId: DOMString(lastEventId), source: source(messageSource), ports: ports(messagePorts), isTrusted: false }];
    // DOM section 2.2, initEvent(): nothing happens during dispatch.
    if (this.eventPhase !== 0) return;
    this.initEvent(...init);
    [this.#data, this.#origin, this.#details] = fields;
  }
}
// A member that can't be honoured is absent: the events of Node 18 can't be initialised again.
const canInit = 'initEvent' in Event.prototype;
if (!canInit) delete MessageEvent.prototype.initMessageEvent;
defineInterface(MessageEvent, {
  members: ['data', 'origin', 'lastEventId', 'source', 'ports', ...canInit ? ['initMessageEvent'] : []],
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
