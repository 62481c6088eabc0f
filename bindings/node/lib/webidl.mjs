// Web IDL's conversions (section 3.2), as far as the interfaces here need them.
import { toUSVString, types } from 'node:util';

/** Sets the property descriptors that Web IDL asks for (section 3.7): members enumerable, constants fixed. */
export function defineInterface(Class, { members = [], constants = {} }) {
  for (const name of members) Object.defineProperty(Class.prototype, name, { enumerable: true });
  for (const [name, value] of Object.entries(constants)) {
    const constant = { value, enumerable: true, writable: false, configurable: false };
    Object.defineProperty(Class, name, constant);
    Object.defineProperty(Class.prototype, name, constant);
  }
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: Class.name, configurable: true });
}

export function requireArguments(count, given, what) {
  if (given >= count) return;
  throw new TypeError(`${what}: ${count} argument${count === 1 ? '' : 's'} required, but only ${given} present`);
}

export function DOMString(value) {
  if (typeof value === 'symbol') throw new TypeError('a symbol cannot be converted to a string');
  return String(value);
}

export function USVString(value) {
  return toUSVString(DOMString(value));
}

export function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** [Clamp] unsigned short. */
export function clampedUnsignedShort(value) {
  const number = +value; // throws for BigInts and symbols, as ToNumber() does
  if (Number.isNaN(number)) return 0;
  const clamped = Math.min(Math.max(number, 0), 65535);
  const floor = Math.floor(clamped);
  const fraction = clamped - floor;
  if (fraction < 0.5) return floor;
  if (fraction > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** [EnforceRange] unsigned short. */
export function enforcedUnsignedShort(value, what) {
  const number = +value;
  const integer = Math.trunc(number);
  if (!Number.isFinite(number) || integer < 0 || integer > 65535) {
    throw new TypeError(`${what} is not in the range of an unsigned short`);
  }
  return integer + 0;
}

/** unsigned short. */
export function unsignedShort(value) {
  const number = Math.trunc(+value);
  return Number.isFinite(number) ? ((number % 65536) + 65536) % 65536 : 0;
}

/** A dictionary: undefined and null are the empty one. */
export function dictionary(value, what) {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw new TypeError(`${what} is not an object`);
  return value;
}

/** sequence<T>, of anything that is iterable. `method` is its @@iterator, if that was looked up already. */
export function sequence(value, convert, what, method = isObject(value) ? value[Symbol.iterator] : undefined) {
  if (typeof method !== 'function') throw new TypeError(`${what} is not iterable`);
  const iterator = Reflect.apply(method, value, []);
  if (!isObject(iterator)) throw new TypeError(`${what}: its iterator is not an object`);
  const { next } = iterator;
  const list = [];
  for (;;) {
    const result = Reflect.apply(next, iterator, []);
    if (!isObject(result)) throw new TypeError(`${what}: what its iterator answers is not an object`);
    if (result.done) return list;
    list.push(convert(result.value));
  }
}

const bufferOf = (prototype) => Object.getOwnPropertyDescriptor(prototype, 'buffer').get;
const typedArrayBuffer = bufferOf(Object.getPrototypeOf(Uint8Array.prototype));
const dataViewBuffer = bufferOf(DataView.prototype);
const isResizable = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'resizable')?.get;

/** BufferSource: neither shared nor resizable memory, as neither [AllowShared] nor [AllowResizable] stands there. */
export function checkBufferSource(value) {
  const buffer = !ArrayBuffer.isView(value) ? value
    : Reflect.apply(types.isDataView(value) ? dataViewBuffer : typedArrayBuffer, value, []);
  if (types.isSharedArrayBuffer(buffer)) throw new TypeError('a view of a SharedArrayBuffer is not allowed here');
  if (isResizable && Reflect.apply(isResizable, buffer, [])) {
    throw new TypeError('a resizable ArrayBuffer is not allowed here');
  }
  return value;
}

export const isBufferSource = (value) => ArrayBuffer.isView(value) || types.isArrayBuffer(value);
