// A handshake's request in the shape of Node's http.IncomingMessage.

/** "127.0.0.1:54321", "[::1]:54321" or "" (a unix socket). */
function peer(remoteAddress) {
  const colon = remoteAddress.lastIndexOf(':');
  if (colon < 0) return {};
  const address = remoteAddress.slice(0, colon).replace(/^\[|\]$/g, '');
  return {
    remoteAddress: address,
    remotePort: Number(remoteAddress.slice(colon + 1)),
    remoteFamily: address.includes(':') ? 'IPv6' : 'IPv4',
  };
}

export class ServerRequest {
  httpVersion = '1.1';
  /** The parts of the path that `:name` of the route's pattern stands for, decoded. */
  params = {};
  #headers;

  constructor([method, url, remoteAddress, rawHeaders]) {
    this.method = method;
    this.url = url;
    this.rawHeaders = rawHeaders;
    this.socket = peer(remoteAddress);
  }

  /** Names in lower case, repeated fields joined. */
  get headers() {
    if (this.#headers) return this.#headers;
    this.#headers = {};
    for (let i = 0; i + 1 < this.rawHeaders.length; i += 2) {
      const name = this.rawHeaders[i].toLowerCase();
      const value = this.rawHeaders[i + 1];
      const before = this.#headers[name];
      if (before === undefined) this.#headers[name] = value;
      else this.#headers[name] = before + (name === 'cookie' ? '; ' : ', ') + value;
    }
    return this.#headers;
  }

  get connection() { return this.socket; }
}

/** What a pattern's ":name" parts stand for in `url`. */
export function parametersOf(pattern, url) {
  const parts = url.split('?', 1)[0].split('/');
  const params = {};
  pattern.split('/').forEach((name, i) => {
    if (!name.startsWith(':')) return;
    try {
      params[name.slice(1)] = decodeURIComponent(parts[i] ?? '');
    } catch {
      params[name.slice(1)] = parts[i];
    }
  });
  return params;
}
