import { generateKeyPairSync, sign } from 'node:crypto';

export interface Written {
  cn: string;
  hosts: readonly string[];
  from: Date;
  until: Date;
}

/** A certificate that nobody but itself has signed, and its key, as PEM. */
export function testCertificate({ cn, hosts, from, until }: Written): { cert: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name = sequence(set(sequence(commonName, text(cn))));
  const body = sequence(
    tagged(0xa0, integer(2)),
    integer(1),
    signature,
    name,
    sequence(time(from), time(until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(sequence(alternativeNames, octets(sequence(...hosts.map(dnsName)))))),
  );
  const signed = tagged(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const base64 = sequence(body, signature, signed).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return {
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** DER: a tag, a length and the parts. */
function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, ...parts);
const set = (...parts: Buffer[]): Buffer => tagged(0x31, ...parts);
const octets = (part: Buffer): Buffer => tagged(0x04, part);
const integer = (value: number): Buffer => tagged(0x02, Buffer.from([value]));
const text = (value: string): Buffer => tagged(0x0c, Buffer.from(value));
const dnsName = (host: string): Buffer => tagged(0x82, Buffer.from(host));
const time = (date: Date): Buffer =>
  tagged(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\.\d+Z$/g, '')}Z`));

const commonName = Buffer.from('0603550403', 'hex');
const alternativeNames = Buffer.from('0603551d11', 'hex');
/** ecdsa-with-SHA256 */
const signature = sequence(Buffer.from('06082a8648ce3d040302', 'hex'));
