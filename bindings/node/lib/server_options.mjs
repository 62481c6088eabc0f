// The options of a WebSocketServer: Parley's own, and the names that `ws` has for some of them.
import { flatHeaders } from './options.mjs';

/** `ws` has perMessageDeflate for it. */
function compressionOf({ compression, perMessageDeflate }) {
  if (compression !== undefined) return compression;
  if (typeof perMessageDeflate !== 'object' || perMessageDeflate === null) return !!perMessageDeflate;
  const { threshold, serverNoContextTakeover, clientNoContextTakeover, ...rest } = perMessageDeflate;
  const bits = (value) => (typeof value === 'number' ? value : undefined);
  return {
    threshold,
    serverNoContextTakeover,
    clientNoContextTakeover,
    serverMaxWindowBits: bits(rest.serverMaxWindowBits),
    clientMaxWindowBits: bits(rest.clientMaxWindowBits),
  };
}

/** "any", "same-host", a list of origins, or the addon's own object. */
function originsOf(origins) {
  if (origins === undefined || (typeof origins === 'object' && !Array.isArray(origins))) return origins;
  if (Array.isArray(origins)) return { rule: 'same-host', allowed: origins };
  return { rule: String(origins) };
}

/** @param {object} given of the server, or of the route over it */
export function routeOptions(given) {
  return {
    ...given,
    maxMessageSize: given.maxMessageSize ?? given.maxPayload,
    compression: compressionOf(given),
    origins: originsOf(given.origins),
    isDecided: Boolean(given.verifyClient || given.handleProtocols || given.onupgrade),
    selectsFirst: given.protocols === undefined,
  };
}

/** The certificate as file names; one identity may be written without the list around it. */
export function tlsOptions(tls) {
  if (tls === undefined || tls.identities) return tls;
  const { certificateChainFile, keyFile, keyPassword, ...rest } = tls;
  return { identities: [{ certificateChainFile, keyFile, keyPassword }], ...rest };
}

export { flatHeaders };
