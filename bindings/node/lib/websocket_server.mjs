// Parley's server, in the shape that programs know from npm's `ws`, and with routes.
import { EventEmitter } from 'node:events';
import { STATUS_CODES } from 'node:http';

import { ServerConnection, native } from './native.mjs';
import { adopt } from './server_adopt.mjs';
import { flatHeaders, routeOptions, tlsOptions } from './server_options.mjs';
import { ServerRequest, parametersOf } from './server_request.mjs';
import { WebSocket, connectionOf, kAccepted } from './websocket.mjs';

const kShutdownTime = 10_000;

/** A handshake that waits for a decision. */
class Upgrade {
  #id;

  constructor(id, request, protocols) {
    this.#id = id;
    this.request = request;
    this.protocols = protocols;
  }

  /** @returns {boolean} is the client still there? */
  accept({ protocol = null, headers } = {}) {
    return native.acceptUpgrade(this.#id, protocol || null, flatHeaders(headers));
  }

  reject(status = 401, body = STATUS_CODES[status] ?? '', headers = undefined) {
    native.rejectUpgrade(this.#id, status, body, flatHeaders(headers));
  }
}

class ServerCore extends ServerConnection {
  routes = [];
  clients = null;
  /** Requests of another server's connections, by what stands for them in the head that is handed on. */
  handed = new Map();
  whenShutDown = () => {};
  #server;

  constructor(server, options) {
    super();
    this.#server = server;
    this.id = native.makeServer(this, options);
  }

  addRoute(pattern, options, handler) {
    native.addRoute(this.id, pattern, routeOptions(options));
    this.routes.push({ pattern, options, handler });
  }

  /** The request of a native one; with the callback of handleUpgrade() if it came that way. */
  #requestOf(route, native_, take) {
    const made = new ServerRequest(native_);
    const handed = adopt.find(made, this.handed, take);
    const request = handed?.request ?? made;
    request.params ??= {};
    Object.assign(request.params, parametersOf(route.pattern, request.url));
    return { request, callback: handed?.callback };
  }

  onUpgrade(index, id, requestParts, protocols) {
    const route = this.routes[index];
    const { request } = this.#requestOf(route, requestParts, 'keep');
    const upgrade = new Upgrade(id, request, protocols);
    const { verifyClient, handleProtocols, onupgrade } = route.options;
    if (onupgrade) {
      onupgrade(upgrade);
      return;
    }
    const decide = (isVerified, status = 401, body = undefined, headers = undefined) => {
      if (!isVerified) return upgrade.reject(status, body, headers);
      const chosen = handleProtocols && protocols.length > 0 ? handleProtocols(new Set(protocols), request) : protocols[0];
      return upgrade.accept({ protocol: chosen });
    };
    if (!verifyClient) {
      decide(true);
      return;
    }
    const info = { origin: request.headers.origin, secure: this.#server.isSecure, req: request };
    if (verifyClient.length === 2) verifyClient(info, decide);
    else decide(verifyClient(info));
  }

  onConnection(index, id, requestParts) {
    const route = this.routes[index];
    const { request, callback } = this.#requestOf(route, requestParts, 'take');
    const socket = new WebSocket(kAccepted, id);
    if (this.clients) {
      this.clients.add(socket);
      connectionOf(socket).whenClosed = () => this.clients.delete(socket);
    }
    if (callback) callback(socket, request);
    else if (route.handler) route.handler(socket, request);
    else this.#server.emit('connection', socket, request);
  }

  onShutDown() {
    this.whenShutDown();
  }
}

function listenError(failure, options) {
  const code = /address already in use/.test(failure.message) ? 'EADDRINUSE' : 'ELISTEN';
  return Object.assign(new Error(failure.message), {
    code, errno: failure.systemError && -failure.systemError, syscall: 'listen', port: options.port, failure,
  });
}

export class WebSocketServer extends EventEmitter {
  #core;
  #options;
  #state = 'new';
  #stopListeningToServer = () => {};

  /**
   * @param {object} options one of `port`, `unixPath`, `server` and `noServer`, and what the declarations say
   * @param {() => void} callback for `listening`
   */
  constructor(options = {}, callback = undefined) {
    super();
    const ways = [options.port, options.unixPath, options.server, options.noServer || undefined];
    if (ways.filter((way) => way !== undefined && way !== null).length !== 1) {
      throw new TypeError('one and only one of the options port, unixPath, server and noServer must be given');
    }
    this.#options = options;
    this.#core = new ServerCore(this, options);
    if (options.clientTracking !== false) this.#core.clients = new Set();
    for (const [pattern, route] of Object.entries(options.routes ?? {})) this.route(pattern, route);
    if (!options.routes) this.#core.addRoute(options.path ?? '/*', options);
    if (callback) this.on('listening', callback);
    if (options.server) this.#serveFor(options.server);
    else if (!options.noServer) this.#listen();
  }

  get options() { return this.#options; }
  /** The open sockets; undefined if `clientTracking` is false. @type {Set<WebSocket> | undefined} */
  get clients() { return this.#core.clients ?? undefined; }
  get isSecure() { return this.#options.tls !== undefined; }
  get counters() { return native.counters(this.#core.id); }

  /**
   * Serves WebSockets at a pattern: "/chat", "/chat/:room", "/feed/*".
   * @param {object | ((socket: WebSocket, request: object) => void)} route options with `onconnection`, or that alone
   */
  route(pattern, route) {
    const options = typeof route === 'function' ? { onconnection: route } : route;
    this.#core.addRoute(pattern, { ...this.#options, ...options }, options.onconnection);
    return this;
  }

  #listen() {
    const { port, host, unixPath, tls } = this.#options;
    const failure = native.listen(this.#core.id, { port, host, path: unixPath, tls: tlsOptions(tls) });
    if (!failure) this.#state = 'listening';
    process.nextTick(() => {
      if (failure) this.emit('error', listenError(failure, this.#options));
      else if (this.#state === 'listening') this.emit('listening');
    });
  }

  #serveFor(server) {
    adopt.checkServer(server);
    const listeners = {
      listening: () => this.emit('listening'),
      error: (error) => this.emit('error', error),
      upgrade: (request, socket, head) => this.handleUpgrade(request, socket, head),
    };
    for (const [type, listener] of Object.entries(listeners)) server.on(type, listener);
    this.#stopListeningToServer = () => {
      for (const [type, listener] of Object.entries(listeners)) server.off(type, listener);
    };
    this.#state = 'listening';
  }

  /** @returns {{ address: string, family: string, port: number } | string | null} */
  address() {
    const { server, noServer, unixPath, host } = this.#options;
    if (noServer) throw new Error('The server is operating in "noServer" mode');
    if (server) return server.address();
    if (this.#state !== 'listening') return null;
    if (unixPath) return unixPath;
    const address = host ?? '::';
    return { address, family: address.includes(':') ? 'IPv6' : 'IPv4', port: native.port(this.#core.id) };
  }

  /** Would a request for this path be let in? For programs that overwrite it, as `ws` has them do. */
  shouldHandle(request) {
    const { path } = this.#options;
    return !path || path.includes('*') || path.includes(':') || request.url.split('?', 1)[0] === path;
  }

  /**
   * Takes a connection over from an http.Server, in its `upgrade` event. Parley answers it.
   * @param {(socket: WebSocket, request: import('node:http').IncomingMessage) => void} callback by default, what the
   *   route says, or the event `connection`
   */
  handleUpgrade(request, socket, head, callback = undefined) {
    if (this.#state === 'closing' || this.#state === 'closed') {
      adopt.refuse(socket, 503);
      return;
    }
    if (!this.shouldHandle(request)) {
      adopt.refuse(socket, 400);
      return;
    }
    adopt.take(this.#core, request, socket, head, callback);
  }

  /** Ends it: nobody is let in any more, open sockets are closed (1001), and cut after ten seconds. */
  close(callback = undefined) {
    if (callback) {
      if (this.#state === 'closed') {
        process.nextTick(callback, new Error('The server is not running'));
        return;
      }
      this.once('close', callback);
    }
    if (this.#state === 'closing' || this.#state === 'closed') return;
    this.#state = 'closing';
    this.#stopListeningToServer();
    this.#core.whenShutDown = () => {
      this.#state = 'closed';
      this.emit('close');
    };
    native.shutDown(this.#core.id, kShutdownTime);
  }

  /** Reads the certificates again, for connections to come. */
  reloadTls() {
    const failure = native.reloadTls(this.#core.id);
    if (failure) throw Object.assign(new Error(failure.message), { failure });
  }
}
