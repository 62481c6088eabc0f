// The options argument, as the addon takes it.
import { existsSync, readFileSync } from 'node:fs';
import * as tls from 'node:tls';

/** [name, value, ...] of a Headers, an iterable of pairs, a flat array as Node's rawHeaders, or an object. */
export function flatHeaders(headers) {
  if (headers === undefined || headers === null) return [];
  if (Array.isArray(headers) && typeof headers[0] === 'string') return headers.map(String);
  if (typeof headers !== 'object') throw new TypeError('headers must be an object');
  const pairs = typeof headers[Symbol.iterator] === 'function' ? [...headers] : Object.entries(headers);
  return pairs.flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one) => [String(name), String(one)]));
}

function readExtraCertificates() {
  const file = process.env.NODE_EXTRA_CA_CERTS;
  return file && existsSync(file) ? readFileSync(file, 'latin1') : '';
}

/** Does this process take OpenSSL's own store, which is the system's and the library's default? */
function usesSystemStore() {
  const flags = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)];
  return flags.includes('--use-openssl-ca');
}

let nodeAuthorities;

/** The certificates that Node's own sockets trust, as PEM; undefined: the system's. */
function authoritiesOfNode() {
  if (nodeAuthorities === undefined) {
    if (usesSystemStore()) nodeAuthorities = null;
    else if (tls.getCACertificates) nodeAuthorities = tls.getCACertificates('default').join('\n');
    else nodeAuthorities = `${tls.rootCertificates.join('\n')}\n${readExtraCertificates()}`;
  }
  return nodeAuthorities ?? undefined;
}

function pem(value) {
  const parts = Array.isArray(value) ? value : [value];
  return parts.map((part) => (typeof part === 'string' ? part : Buffer.from(part).toString('latin1'))).join('\n');
}

function tlsOptions(given) {
  const options = { ...given };
  if (options.ca !== undefined) options.caPem = pem(options.ca);
  if (options.rejectUnauthorized === false) options.verification = 'dangerously-off';
  if (options.caFile === undefined && options.caPem === undefined) options.caPem = authoritiesOfNode();
  if (options.verification === undefined && process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    options.verification = 'dangerously-off';
  }
  return options;
}

/** The base of relative URLs (HTML section 8.1.3.2, "API base URL"), where the global has one. */
function baseUrl() {
  const href = globalThis.location?.href;
  return typeof href === 'string' && href !== '' && href !== 'about:blank' ? href : undefined;
}

const kNone = Object.freeze({});

/** @param {string} url to know whether certificates are needed at all: reading them takes time */
export function socketOptions(given, url) {
  const base = given?.baseUrl ?? baseUrl();
  const needsTls = /^\s*(wss|https):/i.test(url) || /^(wss|https):/i.test(base ?? '') ||
    given?.tls !== undefined || given?.proxy !== undefined || given?.maxRedirects > 0;
  if (given === undefined && !needsTls) return base === undefined ? kNone : { baseUrl: base };
  const options = { ...given, baseUrl: base };
  if (given?.headers !== undefined) options.headers = flatHeaders(given.headers);
  if (needsTls) options.tls = tlsOptions(given?.tls);
  return options;
}

const kOptionNames = new Set([
  'protocols', 'headers', 'origin', 'baseUrl', 'unixPath', 'maxRedirects', 'tls', 'proxy', 'resolve', 'connectingLimit',
  'compression', 'blockedPorts', 'invalidText', 'maxMessageSize', 'maxFragments', 'maxHandshakeSize',
  'handshakeTimeout', 'resolveTimeout', 'connectTimeout', 'tlsTimeout', 'proxyTimeout', 'closeTimeout', 'pingAfter',
  'pingTimeout', 'writeTimeout', 'idleTimeout',
]);

/** Is a second argument that is an object meant as options? One without any option is a string to the standard. */
export function isOptions(value) {
  return typeof value === 'object' && value !== null && Object.keys(value).some((name) => kOptionNames.has(name));
}
