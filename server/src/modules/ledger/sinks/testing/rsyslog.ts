import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../../../testing/free-port.ts'
import { certificates } from './certificates.ts'

const program = process.env['HOLDFAST_RSYSLOGD'] ?? '/usr/sbin/rsyslogd'

/** Debian: `apt-get install rsyslog rsyslog-openssl`. Elsewhere HOLDFAST_RSYSLOGD and HOLDFAST_RSYSLOG_MODULES say where. */
export const hasRsyslog: boolean = existsSync(program)

export interface Rsyslog {
  readonly ports: { readonly tcp: number; readonly udp: number; readonly tls: number }
  /** what it wrote: a line for each message */
  lines(): { readonly msgid: string; readonly structured: string; readonly message: string }[]
  close(): Promise<void>
}

/** A real rsyslogd that listens on loopback over TCP, UDP and TLS with client certificates. */
export async function startRsyslog(): Promise<Rsyslog> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-rsyslog-'))
  const file = (name: string, text = '') => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  const ports = { tcp: await freePort(), udp: await freePort(), tls: await freePort() }
  const out = file('out.log')
  const config = `
global(workDirectory="${folder}" maxMessageSize="64k"
  defaultNetstreamDriverCAFile="${file('ca.pem', certificates.authority)}"
  defaultNetstreamDriverCertFile="${file('server.pem', certificates.server)}"
  defaultNetstreamDriverKeyFile="${file('server.key', certificates.serverKey)}")
module(load="imtcp")
module(load="imudp")
template(name="parts" type="list") {
  property(name="msgid") constant(value="\\t") property(name="structured-data") constant(value="\\t")
  property(name="msg" position.from="1") constant(value="\\n")
}
action(type="omfile" file="${out}" template="parts" asyncWriting="off" flushOnTXEnd="on")
input(type="imtcp" address="127.0.0.1" port="${ports.tcp}")
input(type="imtcp" address="127.0.0.1" port="${ports.tls}" streamDriver.name="ossl" streamDriver.mode="1"
  streamDriver.authMode="x509/name" permittedPeer="holdfast-sink")
input(type="imudp" address="127.0.0.1" port="${ports.udp}")
`
  const modules = process.env['HOLDFAST_RSYSLOG_MODULES']
  const args = ['-n', '-C', '-f', file('rsyslog.conf', config), '-i', join(folder, 'pid')]
  const child = spawn(program, modules === undefined ? args : [...args, '-M', modules], { stdio: 'ignore' })
  const ended = new Promise((done) => child.once('close', done))
  await listening(ports.tls)
  return {
    ports,
    lines: () =>
      readFileSync(out, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => {
          const [msgid = '', structured = '', ...rest] = line.split('\t')
          return { msgid, structured, message: rest.join('\t').trimStart() }
        }),
    async close() {
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const reached = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        done(true)
      })
      socket.on('error', () => done(false))
    })
    if (reached) return
    await sleep(50)
  }
  throw new Error('rsyslogd does not listen')
}
