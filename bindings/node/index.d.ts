// The types of @parley/websocket. The interfaces of the standard are as TypeScript's own DOM library has them; what
// stands under "Ours" is what a browser does not have.
/// <reference types="node" />

import type { EventEmitter } from 'node:events';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { ReadableStream, WritableStream } from 'node:stream/web';
import type { Duplex } from 'node:stream';

export type BinaryType = 'blob' | 'arraybuffer';
export type Data = string | ArrayBuffer | ArrayBufferView | Blob;
/** Milliseconds. */
export type Milliseconds = number;
export type HeadersLike = Headers | Record<string, string | string[]> | Iterable<[string, string]> | string[];

export interface TlsOptions {
  /** Certificates (PEM) of the authorities that are trusted. Default: those of Node, with NODE_EXTRA_CA_CERTS. */
  ca?: string | Uint8Array | (string | Uint8Array)[];
  caFile?: string;
  caPem?: string;
  crlFile?: string;
  /** "sha256//" and the base64 of the SHA-256 of a public key that the server must have. */
  pins?: string[];
  verification?: 'full' | 'dangerously-off';
  /** false: as verification "dangerously-off". */
  rejectUnauthorized?: boolean;
  certificateFile?: string;
  keyFile?: string;
  keyPassword?: string;
  serverName?: string;
  alpn?: string[];
  minVersion?: 'TLSv1.2' | 'TLSv1.3';
  resumption?: 'on' | 'off';
  keyLogFile?: string;
}

/** permessage-deflate (RFC 7692). */
export interface CompressionOptions {
  mode?: 'on' | 'off';
  level?: 'fast' | 'best';
  threshold?: number;
  serverNoContextTakeover?: boolean;
  clientNoContextTakeover?: boolean;
  serverMaxWindowBits?: number;
  clientMaxWindowBits?: number;
  releaseAfter?: Milliseconds | null;
}

export interface ProxyOptions {
  mode?: 'environment' | 'none' | 'explicit';
  url?: string;
  noProxy?: string[];
}

/** What a browser does not let you choose. */
export interface WebSocketOptions {
  /** Base of relative URLs. Default: globalThis.location.href, if there is one. */
  baseUrl?: string;
  headers?: HeadersLike;
  origin?: string;
  /** Connect to this unix socket. */
  unixPath?: string;
  maxRedirects?: number;
  tls?: TlsOptions;
  /** A proxy's URL, false for none. Default: as the environment says. */
  proxy?: string | false | ProxyOptions;
  resolve?: { host: string; port?: number | null; addresses: string[] }[];
  connectingLimit?: 'one-per-address' | 'none';
  /** Default true: it is offered, as browsers do. */
  compression?: boolean | CompressionOptions;
  blockedPorts?: 'fail' | 'throw' | 'allow';
  invalidText?: 'replace' | 'throw';
  maxMessageSize?: number;
  maxFragments?: number;
  maxHandshakeSize?: number;
  handshakeTimeout?: Milliseconds;
  resolveTimeout?: Milliseconds | null;
  connectTimeout?: Milliseconds | null;
  tlsTimeout?: Milliseconds | null;
  proxyTimeout?: Milliseconds | null;
  closeTimeout?: Milliseconds;
  pingAfter?: Milliseconds | null;
  pingTimeout?: Milliseconds;
  writeTimeout?: Milliseconds | null;
  idleTimeout?: Milliseconds | null;
}

/** Why a connection failed. */
export interface Failure {
  stage: 'url' | 'resolve' | 'connect' | 'proxy' | 'tls' | 'handshake' | 'open' | 'closing' | 'listen';
  /** One line for a person. */
  message: string;
  systemError?: number;
  attempts?: { address: string; systemError: number; text: string }[];
  tls?: { fault: string; alert?: number; alertName?: string; alertDirection?: 'sent' | 'received' };
  httpStatus?: number;
  /** [name, value, ...] */
  httpHeaders?: string[];
  httpBody?: string;
  closeCodeSent?: number;
  /** The option whose limit was hit. */
  limit?: string;
  closedFirst?: 'local' | 'remote';
}

export interface EventOptions {
  bubbles?: boolean;
  cancelable?: boolean;
  composed?: boolean;
}
export interface ListenerOptions {
  capture?: boolean;
  once?: boolean;
  passive?: boolean;
  signal?: AbortSignal;
}
export interface CloseEventInit extends EventOptions {
  wasClean?: boolean;
  code?: number;
  reason?: string;
}
export class CloseEvent extends Event {
  constructor(type: string, eventInitDict?: CloseEventInit);
  readonly wasClean: boolean;
  readonly code: number;
  readonly reason: string;
}

export interface MessageEventInit<T = any> extends EventOptions {
  data?: T;
  origin?: string;
  lastEventId?: string;
  source?: object | null;
  ports?: object[];
}
export class MessageEvent<T = any> extends Event {
  constructor(type: string, eventInitDict?: MessageEventInit<T>);
  readonly data: T;
  readonly origin: string;
  readonly lastEventId: string;
  readonly source: object | null;
  readonly ports: readonly object[];
  /** Not in Node 18, whose events can't be initialised again. */
  initMessageEvent?(type: string, bubbles?: boolean, cancelable?: boolean, data?: any, origin?: string,
    lastEventId?: string, source?: object | null, ports?: object[]): void;
}

export interface WebSocketEventMap {
  open: Event;
  message: MessageEvent;
  error: Event;
  close: CloseEvent;
}
/** The listeners of npm's `ws`. */
export interface WsListeners {
  open: () => void;
  message: (data: Buffer, isBinary: boolean) => void;
  ping: (data: Buffer) => void;
  pong: (data: Buffer) => void;
  drain: () => void;
  error: (error: Error & { failure?: Failure }) => void;
  close: (code: number, reason: Buffer) => void;
}

export class WebSocket extends EventTarget {
  static readonly CONNECTING: 0;
  static readonly OPEN: 1;
  static readonly CLOSING: 2;
  static readonly CLOSED: 3;
  constructor(url: string | URL, protocols?: string | Iterable<string>, options?: WebSocketOptions);
  constructor(url: string | URL, options: WebSocketOptions & { protocols?: string | Iterable<string> });
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
  readonly url: string;
  readonly readyState: 0 | 1 | 2 | 3;
  readonly bufferedAmount: number;
  readonly extensions: string;
  readonly protocol: string;
  binaryType: BinaryType;
  onopen: ((this: WebSocket, event: Event) => any) | null;
  onmessage: ((this: WebSocket, event: MessageEvent) => any) | null;
  onerror: ((this: WebSocket, event: Event) => any) | null;
  onclose: ((this: WebSocket, event: CloseEvent) => any) | null;
  close(code?: number, reason?: string): void;
  send(data: Data): void;
  addEventListener<K extends keyof WebSocketEventMap>(type: K,
    listener: ((this: WebSocket, event: WebSocketEventMap[K]) => any) | { handleEvent(event: WebSocketEventMap[K]): any } | null,
    options?: boolean | ListenerOptions): void;
  addEventListener(type: string, listener: ((event: Event) => any) | { handleEvent(event: Event): any } | null,
    options?: boolean | ListenerOptions): void;

  // ---- Ours ----
  /** Why the connection failed; null unless it did. */
  readonly failure: Failure | null;
  /** The round trip of the last answered Ping; null if there was none. */
  readonly latency: Milliseconds | null;
  readonly remoteAddress: string;
  ping(data?: string | ArrayBuffer | ArrayBufferView, mask?: boolean, callback?: (error?: Error) => void): void;
  /** Drops the connection; error and close 1006 follow. */
  terminate(): void;
  /** Stops reading, so that the peer has to wait. */
  pause(): void;
  resume(): void;
  send(data: Data, callback: (error?: Error) => void): void;
  send(data: Data, options: { binary?: boolean }, callback?: (error?: Error) => void): void;
  on<K extends keyof WsListeners>(type: K, listener: WsListeners[K]): this;
  once<K extends keyof WsListeners>(type: K, listener: WsListeners[K]): this;
  off<K extends keyof WsListeners>(type: K, listener: WsListeners[K]): this;
  addListener<K extends keyof WsListeners>(type: K, listener: WsListeners[K]): this;
  removeListener<K extends keyof WsListeners>(type: K, listener: WsListeners[K]): this;
  removeAllListeners(type?: keyof WsListeners): this;
  emit(type: string, ...values: any[]): boolean;
  listenerCount(type: string): number;
}
export default WebSocket;

export interface WebSocketCloseInfo {
  closeCode?: number;
  reason?: string;
}
export class WebSocketError extends DOMException {
  constructor(message?: string, init?: WebSocketCloseInfo);
  readonly closeCode: number | null;
  readonly reason: string;
}

export interface WebSocketStreamOptions extends WebSocketOptions {
  protocols?: Iterable<string>;
  /** Aborts the handshake; without effect once the connection is open. */
  signal?: AbortSignal;
}
export interface WebSocketOpenInfo {
  readable: ReadableStream<string | Uint8Array>;
  writable: WritableStream<string | ArrayBuffer | ArrayBufferView>;
  extensions: string;
  protocol: string;
}
export class WebSocketStream {
  constructor(url: string | URL, options?: WebSocketStreamOptions);
  readonly url: string;
  readonly opened: Promise<WebSocketOpenInfo>;
  readonly closed: Promise<{ closeCode: number; reason: string }>;
  close(closeInfo?: WebSocketCloseInfo): void;
}

/** A handshake's request; of an http.Server's, it is that server's own. */
export interface ServerRequest {
  method: string;
  url: string;
  httpVersion: string;
  headers: Record<string, string>;
  rawHeaders: string[];
  socket: { remoteAddress?: string; remotePort?: number; remoteFamily?: 'IPv4' | 'IPv6' };
  /** What the ":name" parts of the route's pattern stand for. */
  params: Record<string, string>;
}
/** A handshake that waits for a decision: one of the two, once. */
export interface Upgrade {
  request: ServerRequest | (IncomingMessage & { params: Record<string, string> });
  protocols: string[];
  /** @returns is the client still there? */
  accept(options?: { protocol?: string | null; headers?: HeadersLike }): boolean;
  reject(status?: number, body?: string, headers?: HeadersLike): void;
}
export type ConnectionHandler = (socket: WebSocket, request: Upgrade['request']) => void;

export interface RouteOptions {
  onconnection?: ConnectionHandler;
  /** Decides on each handshake that passed the checks. */
  onupgrade?: (upgrade: Upgrade) => void;
  /** Sub-protocols, the most wanted first. Default: the first that the client offers. */
  protocols?: string[];
  /** Which pages may connect. Default "same-host"; a list is of others that may, too. */
  origins?: 'same-host' | 'any' | string[] | { rule?: 'same-host' | 'allow-list' | 'any'; allowed?: string[]; hosts?: string[] };
  /** Default false. */
  compression?: boolean | CompressionOptions;
  maxMessageSize?: number;
  maxFragments?: number;
  maxBufferedAmount?: number;
  slowConsumer?: 'close' | 'drop-newest' | 'wait';
  closeTimeout?: Milliseconds;
  pingAfter?: Milliseconds | null;
  pingTimeout?: Milliseconds;
  writeTimeout?: Milliseconds | null;
  idleTimeout?: Milliseconds | null;
  // The names of `ws`.
  maxPayload?: number;
  perMessageDeflate?: boolean | object;
  verifyClient?: ((info: { origin?: string; secure: boolean; req: Upgrade['request'] }) => boolean) |
    ((info: { origin?: string; secure: boolean; req: Upgrade['request'] },
      callback: (isVerified: boolean, status?: number, message?: string, headers?: HeadersLike) => void) => void);
  handleProtocols?: (protocols: Set<string>, request: Upgrade['request']) => string | false;
}

export interface TlsServerOptions {
  certificateChainFile?: string;
  keyFile?: string;
  keyPassword?: string;
  /** Several certificates, by the names in them. */
  identities?: { certificateChainFile: string; keyFile?: string; keyPassword?: string }[];
  clientCertificates?: 'ignore' | 'request' | 'require';
  clientCaFile?: string;
  minVersion?: 'TLSv1.2' | 'TLSv1.3';
  sessionTickets?: 'on' | 'off';
  keyLogFile?: string;
}

/** One of `port`, `unixPath`, `server` and `noServer` must be there. */
export interface WebSocketServerOptions extends RouteOptions {
  port?: number;
  host?: string;
  /** Listen on this unix socket. */
  unixPath?: string;
  /** Take the upgrades of this server. */
  server?: HttpServer;
  /** Only handleUpgrade(). */
  noServer?: boolean;
  /** Speak TLS: wss:. */
  tls?: TlsServerOptions;
  /** The only path, without `routes`. Default: every one. */
  path?: string;
  routes?: Record<string, RouteOptions | ConnectionHandler>;
  /** Default true. */
  clientTracking?: boolean;
  maxHandshakeSize?: number;
  handshakeTimeout?: Milliseconds;
  maxConnections?: number;
}

export interface ServerCounters {
  connections: number;
  accepted: number;
  rejected: number;
  requests: number;
  open: number;
  droppedMessages: number;
  closedSlow: number;
  failedTlsHandshakes: number;
}

export class WebSocketServer extends EventEmitter {
  constructor(options: WebSocketServerOptions, callback?: () => void);
  readonly options: WebSocketServerOptions;
  readonly clients: Set<WebSocket> | undefined;
  readonly isSecure: boolean;
  readonly counters: ServerCounters;
  route(pattern: string, route: RouteOptions | ConnectionHandler): this;
  address(): { address: string; family: string; port: number } | string | null;
  shouldHandle(request: { url: string }): boolean;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer,
    callback?: (socket: WebSocket, request: IncomingMessage) => void): void;
  close(callback?: (error?: Error) => void): void;
  reloadTls(): void;
  on(type: 'connection', listener: ConnectionHandler): this;
  on(type: 'listening' | 'close', listener: () => void): this;
  on(type: 'error', listener: (error: Error & { code?: string; failure?: Failure }) => void): this;
}
