// An authority of our own and the certificates it signs, good ones and faulty ones, made with the
// openssl program in a temporary folder.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const year = 365 * 24 * 3600 * 1000;
const stamp = (time) => new Date(time).toISOString().replace(/[-:T]/g, '').slice(0, 14) + 'Z';

/** A folder with authorities and certificates; `remove()` it in the end. */
export class Certificates {
  #authorities = new Map();

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'parley-certificates-'));
    this.authority('root');
  }

  remove() { rmSync(this.folder, { recursive: true, force: true }); }

  /** A self-signed authority, or one that `signer` vouches for. */
  authority(name, signer) {
    const home = join(this.folder, `ca-${name}`);
    mkdirSync(home);
    writeFileSync(join(home, 'index.txt'), '');
    writeFileSync(join(home, 'serial'), '1000\n');
    writeFileSync(join(home, 'crlnumber'), '01\n');
    writeFileSync(join(home, 'ca.cnf'), [
      '[ca]', 'default_ca = this', '[this]', `dir = ${home}`, 'database = $dir/index.txt', 'serial = $dir/serial',
      'crlnumber = $dir/crlnumber', 'new_certs_dir = $dir', 'default_md = sha256', 'policy = any', 'default_crl_days = 30',
      'unique_subject = no', `certificate = ${join(home, 'chain.pem')}`, `private_key = ${join(home, 'key.pem')}`,
      '[any]', 'commonName = supplied', ''].join('\n'));
    const authority = { name, home, key: join(home, 'key.pem'), certificate: join(home, 'certificate.pem') };
    this.#authorities.set(name, authority);
    const extensions = ['basicConstraints=critical,CA:true', 'keyUsage=critical,keyCertSign,cRLSign', 'subjectKeyIdentifier=hash'];
    this.#make(authority, `Parley test authority ${name}`, extensions, signer ?? name, {});
    const above = signer ? readFileSync(this.#authorities.get(signer).certificate, 'utf8') : '';
    // What openssl signs with is the first certificate of the file.
    writeFileSync(join(home, 'chain.pem'), readFileSync(authority.certificate, 'utf8') + above);
    return authority.certificate;
  }

  /** The file of the authority's certificate, to be trusted. */
  trusted(name = 'root') { return this.#authorities.get(name).certificate; }

  /**
   * A server's (or client's) certificate: `{ key, chain }`, the files.
   * `names` is its subjectAltName ("DNS:a.test,IP:127.0.0.1"); none without it.
   */
  issue(name, { names, commonName = name, signer = 'root', from = Date.now() - year / 12, until = Date.now() + year, selfSigned = false } = {}) {
    const made = { key: join(this.folder, `${name}.key`), certificate: join(this.folder, `${name}.crt`), chain: join(this.folder, `${name}.pem`) };
    const extensions = ['basicConstraints=CA:false', ...(names ? [`subjectAltName=${names}`] : [])];
    this.#make(made, commonName, extensions, selfSigned ? undefined : signer, { from, until });
    const above = selfSigned || signer === 'root' ? '' : readFileSync(join(this.#authorities.get(signer).home, 'chain.pem'), 'utf8');
    writeFileSync(made.chain, readFileSync(made.certificate, 'utf8') + above);
    return { key: made.key, chain: made.chain };
  }

  /** Takes back a certificate that `signer` gave; the new list is part of `revocations()`. */
  revoke(certificate, signer = 'root') {
    openssl('ca', '-config', join(this.#authorities.get(signer).home, 'ca.cnf'), '-revoke', certificate);
  }

  /** A file with the revocation lists of all authorities. */
  revocations() {
    const lists = [...this.#authorities.values()].map(({ home }) => {
      openssl('ca', '-config', join(home, 'ca.cnf'), '-gencrl', '-out', join(home, 'crl.pem'));
      return readFileSync(join(home, 'crl.pem'), 'utf8');
    });
    const file = join(this.folder, 'revocations.pem');
    writeFileSync(file, lists.join(''));
    return file;
  }

  /** The pin of a certificate: "sha256//" and the hash of its public key. */
  pin({ chain }) {
    const key = execFileSync('openssl', ['x509', '-in', chain, '-noout', '-pubkey']);
    const der = execFileSync('openssl', ['pkey', '-pubin', '-outform', 'der'], { input: key });
    return 'sha256//' + execFileSync('openssl', ['dgst', '-sha256', '-binary'], { input: der }).toString('base64');
  }

  #make(files, commonName, extensions, signer, { from = Date.now() - year, until = Date.now() + 2 * year }) {
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', files.key);
    const request = `${files.certificate}.csr`;
    openssl('req', '-new', '-key', files.key, '-subj', `/CN=${commonName}`, '-out', request);
    const extensionFile = `${files.certificate}.ext`;
    writeFileSync(extensionFile, `[x]\n${extensions.join('\n')}\n`);
    const common = ['-in', request, '-out', files.certificate, '-extfile', extensionFile, '-extensions', 'x'];
    if (signer === undefined) {
      openssl('x509', '-req', '-signkey', files.key, '-days', '365', ...common);
      return;
    }
    const authority = this.#authorities.get(signer);
    const self = authority.certificate === files.certificate ? ['-selfsign'] : [];
    openssl('ca', '-config', join(authority.home, 'ca.cnf'), '-batch', '-notext', ...self, '-keyfile', authority.key,
      '-startdate', stamp(from), '-enddate', stamp(until), ...common);
  }
}

function openssl(...args) {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
