// WebSocketError of the WebSocketStream draft (whatwg/websockets, pull request 48).
import { DOMString, USVString, clampedUnsignedShort, defineInterface, dictionary } from './webidl.mjs';
import { checkClose } from './websocket.mjs';

/** As the second argument: what a peer sent, which may be any code. */
export const kReceived = Symbol('received');

export class WebSocketError extends DOMException {
  #closeCode = null;
  #reason = '';

  constructor(message = '', init = undefined, received = undefined) {
    super(DOMString(message), 'WebSocketError');
    if (init === kReceived) {
      this.#closeCode = received.closeCode;
      this.#reason = received.reason;
      return;
    }
    const { closeCode, reason } = dictionary(init, 'WebSocketError: init');
    const code = closeCode === undefined || closeCode === null ? undefined : clampedUnsignedShort(closeCode);
    const text = reason === undefined ? '' : USVString(reason);
    checkClose(code, text);
    this.#closeCode = code ?? (text === '' ? null : 1000);
    this.#reason = text;
  }

  get closeCode() { return this.#closeCode; }
  get reason() { return this.#reason; }
}
defineInterface(WebSocketError, { members: ['closeCode', 'reason'] });
