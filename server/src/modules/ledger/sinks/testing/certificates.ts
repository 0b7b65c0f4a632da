import { readFileSync } from 'node:fs'

const read = (name: string) => readFileSync(new URL(`certificates/${name}`, import.meta.url), 'utf8')

/** An authority of our own for tests, what it certified (receiver.test, localhost, 127.0.0.1; a client), and their keys. */
export const certificates = {
  authority: read('ca.pem'),
  server: read('server.pem'),
  serverKey: read('server.key'),
  client: read('client.pem'),
  clientKey: read('client.key'),
  otherKey: read('other.key'),
} as const
