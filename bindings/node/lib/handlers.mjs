// Event handler attributes (HTML section 8.1.8.1), and a way to hear of listeners.
import { isObject } from './webidl.mjs';

/** The event handlers of one target. */
export class EventHandlers {
  #target;
  // What each is set to, or null.
  open = null;
  message = null;
  error = null;
  close = null;

  constructor(target) {
    this.#target = target;
  }

  get(type) {
    return this[type]?.callback ?? null;
  }

  /** [LegacyTreatNonObjectAsNull]: whatever is no object counts as null; an object that can't be called does nothing. */
  set(type, value) {
    const callback = isObject(value) ? value : null;
    const slot = this[type];
    if (slot && callback) {
      slot.callback = callback; // and it keeps its place
    } else if (slot) {
      this[type] = null;
      this.#target.removeEventListener(type, slot.listener);
    } else if (callback) {
      const made = { callback, listener: null };
      made.listener = function handle(event) {
        if (typeof made.callback !== 'function') return;
        if (Reflect.apply(made.callback, this, [event]) === false) event.preventDefault();
      };
      this[type] = made;
      this.#target.addEventListener(type, made.listener);
    }
  }
}

function symbolOf(object, description) {
  return Object.getOwnPropertySymbols(object).find((symbol) => symbol.description === description);
}
const kNewListener = symbolOf(EventTarget.prototype, 'kNewListener');
const kRemoveListener = symbolOf(EventTarget.prototype, 'kRemoveListener');

/** Can a class hear of the listeners that are added to its objects? Node calls two methods of its own naming. */
export const hearsOfListeners = kNewListener !== undefined && kRemoveListener !== undefined;

/** Has `changed(target, type, count)` called whenever the number of an object's listeners for a type changes. */
export function watchListeners(Class, changed) {
  if (!hearsOfListeners) return;
  for (const key of [kNewListener, kRemoveListener]) {
    const inherited = EventTarget.prototype[key];
    Object.defineProperty(Class.prototype, key, {
      value(size, type, ...rest) {
        Reflect.apply(inherited, this, [size, type, ...rest]);
        changed(this, type, size);
      },
      configurable: true,
      writable: true,
    });
  }
}
