// Firing an event at its only handler without the detour over the runtime's listener list.

const { dispatchEvent } = EventTarget.prototype;

function symbolOf(object, description) {
  return Object.getOwnPropertySymbols(object).find((symbol) => symbol.description === description);
}
const sample = new Event('');
const kTarget = symbolOf(sample, 'kTarget');
const kIsBeingDispatched = symbolOf(sample, 'kIsBeingDispatched');

/** Does the runtime keep the state of an event where it is looked for here? */
const isKnown = (() => {
  if (kTarget === undefined || kIsBeingDispatched === undefined) return false;
  const target = new EventTarget();
  sample[kTarget] = target;
  sample[kIsBeingDispatched] = true;
  const isDispatched = sample.currentTarget === target && sample.target === target && sample.eventPhase === 2;
  sample[kIsBeingDispatched] = false;
  return isDispatched && sample.currentTarget === null && sample.eventPhase === 0;
})();

export function dispatch(target, event) {
  Reflect.apply(dispatchEvent, target, [event]);
}

/** The same, if `handler`, an event handler attribute's value, is all that listens. */
export function dispatchToHandler(target, event, handler) {
  if (!isKnown) {
    dispatch(target, event);
    return;
  }
  event[kTarget] = target;
  event[kIsBeingDispatched] = true;
  try {
    if (handler.call(target, event) === false) event.preventDefault();
  } catch (exception) {
    process.nextTick(() => { throw exception; }); // as the runtime does
  }
  event[kIsBeingDispatched] = false;
}
