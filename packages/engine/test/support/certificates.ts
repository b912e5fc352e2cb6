import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A certificate and its key, as PEM. */
export interface Certified {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateWishes {
  /** Names and IPv4 addresses that it is for; the first is its common name. */
  readonly names: readonly string[];
  readonly from?: Date;
  readonly until?: Date;
}

const DAY_MS = 24 * 3600_000;

/** An authority that certifies whatever a test needs. */
export class Authority {
  readonly cert: string;
  readonly #name: Buffer;
  readonly #key: KeyObject;

  constructor(name: string) {
    const { privateKey, publicKey } = keyPair();
    this.#name = nameOf(name);
    this.#key = privateKey;
    this.cert = pem(
      certificate({
        issuer: this.#name,
        issuerKey: privateKey,
        subject: this.#name,
        publicKey,
        extensions: [AUTHORITY],
        ...validity({}),
      }),
    );
  }

  certify(wishes: CertificateWishes): Certified {
    return certify(wishes, { issuer: this.#name, issuerKey: this.#key });
  }
}

/** A certificate that nobody but itself has signed. */
export function selfSigned(wishes: CertificateWishes): Certified {
  return certify(wishes, undefined);
}

function certify(
  wishes: CertificateWishes,
  by: { readonly issuer: Buffer; readonly issuerKey: KeyObject } | undefined,
): Certified {
  const { privateKey, publicKey } = keyPair();
  const subject = nameOf(wishes.names[0] ?? '');
  const { issuer, issuerKey } = by ?? { issuer: subject, issuerKey: privateKey };
  const extensions = [namesExtension(wishes.names)];
  const encoded = certificate({
    issuer,
    issuerKey,
    subject,
    publicKey,
    extensions,
    ...validity(wishes),
  });
  return {
    cert: pem(encoded),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function keyPair(): { privateKey: KeyObject; publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function validity({ from, until }: Partial<CertificateWishes>): { from: Date; until: Date } {
  const now = Date.now();
  return { from: from ?? new Date(now - DAY_MS), until: until ?? new Date(now + DAY_MS) };
}

interface CertificateFacts {
  readonly issuer: Buffer;
  readonly issuerKey: KeyObject;
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly from: Date;
  readonly until: Date;
  readonly extensions: readonly Buffer[];
}

/** RFC 5280, as far as TLS asks for it. */
function certificate(facts: CertificateFacts): Buffer {
  const { extensions, from, issuer, issuerKey, publicKey, subject, until } = facts;
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    issuer,
    sequence(time(from), time(until)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  return sequence(body, ECDSA_WITH_SHA256, bits(sign('sha256', body, issuerKey)));
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function bits(bytes: Buffer): Buffer {
  return der(0x03, Buffer.from([0]), bytes);
}

function oid(...bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

function time(at: Date): Buffer {
  const digits = at.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return der(0x18, Buffer.from(digits));
}

function nameOf(name: string): Buffer {
  return sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from(name)))));
}

function namesExtension(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    isIPv4(name)
      ? der(0x87, Buffer.from(name.split('.').map(Number)))
      : der(0x82, Buffer.from(name)),
  );
  return sequence(oid(0x55, 0x1d, 0x11), der(0x04, sequence(...entries)));
}

const ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
/** Basic constraints, critical: it may certify others. */
const AUTHORITY = sequence(
  oid(0x55, 0x1d, 0x13),
  der(0x01, Buffer.from([0xff])),
  der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
);

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
