import { type AddressInfo, type Server } from 'node:net'
import mysql from 'mysql2'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { guardSql, sql, traceRequest } from '../sql-guard.ts'

// The driver's own server speaks MySQL's protocol to it and keeps what arrives: there is no MySQL here. What the texts mean to a real one
// (MariaDB 10.11) was tried by hand, see docs/guide/sql-guard.md.
const arrived: string[] = []
/** What the types of the driver leave out. */
interface Serving {
  sequenceId: number
  serverHandshake(options: object): void
  writeOk(): void
  on(event: 'query', call: (text: string) => void): void
  on(event: 'error', call: () => void): void
}
const server = (mysql.createServer as () => ReturnType<typeof mysql.createServer>)()
const listening = () => Reflect.get(server, '_server') as Server
let pool: mysql.Pool
let naive: mysql.Pool

function serve(connection: Serving): void {
  const begin = { protocolVersion: 10, serverVersion: '8.0.0', connectionId: 1, statusFlags: 2, characterSet: 8 }
  const authCallback = (_: unknown, done: (error: null) => void) => {
    done(null)
    connection.sequenceId = 0
  }
  connection.serverHandshake({ ...begin, capabilityFlags: 0xffffff, authCallback })
  connection.on('query', (text) => {
    arrived.push(text)
    connection.writeOk()
    connection.sequenceId = 0
  })
  connection.on('error', () => {})
}

beforeAll(async () => {
  server.on('connection', (connection: unknown) => serve(connection as Serving))
  await new Promise<void>((done) => (server.listen as (port: number, call: () => void) => void)(0, done))
  const { port } = listening().address() as AddressInfo
  const options = { host: '127.0.0.1', port, user: 'u', password: '', database: 'd', connectionLimit: 2 }
  naive = mysql.createPool(options)
  pool = guardSql(mysql.createPool(options), { dialect: 'mysql' })
})
afterAll(async () => {
  for (const each of [pool, naive]) await each?.promise().end()
  await new Promise<void>((closed) => listening().close(() => closed()))
})
beforeEach(() => void arrived.splice(0))

const asking = <T>(id: string, call: () => T) => traceRequest({ headers: {}, body: { id } }, call)
const attack = '1 OR 1=1 -- '
const text = `SELECT * FROM people WHERE id = ${attack} AND mine`

describe('a pool of mysql2', () => {
  it('sends an attack without the guard, and not with it', async () => {
    await asking(attack, () => naive.promise().query(text))
    expect(arrived).toEqual([text])
    await expect(asking(attack, () => pool.promise().query(text))).rejects.toMatchObject({ code: 'query_refused' })
    await expect(asking(attack, () => pool.promise().execute(text))).rejects.toMatchObject({ code: 'query_refused' })
    expect(arrived).toEqual([text])
  })

  it('guards its connections, callbacks and options too', async () => {
    const connection = await pool.promise().getConnection()
    await expect(asking(attack, () => connection.query(text))).rejects.toMatchObject({ code: 'query_refused' })
    await expect(asking(attack, () => connection.prepare(text))).rejects.toMatchObject({ code: 'query_refused' })
    connection.release()
    const told = await asking(attack, () => new Promise((tell) => pool.query({ sql: text }, (error) => tell(error))))
    expect(told).toMatchObject({ code: 'query_refused' })
    expect(() => asking(attack, () => pool.query(text))).toThrow('The query was not sent.')
    expect(arrived).toEqual([])
  })

  it('sends values as parameters, what was escaped, and templates', async () => {
    await asking(attack, async () => {
      const value = `1' OR 'x`
      await asking(value, async () => {
        await pool.promise().query('SELECT ?', [value])
        await pool.promise().query(`SELECT ${mysql.escape(value)}`)
        const template = sql`SELECT ${value} AS ${sql.identifier('a`b')}`.for('mysql')
        await pool.promise().query(template)
      })
    })
    const literal = String.raw`'1\' OR \'x'`
    expect(arrived).toEqual([`SELECT ${literal}`, `SELECT ${literal}`, `SELECT ${literal} AS \`a\`\`b\``])
  })

  it('asks once, with the request that the query was given in', async () => {
    const held = await Promise.all([pool.promise().getConnection(), pool.promise().getConnection()])
    const waiting = asking('5', () => pool.promise().query('SELECT 5 OR 6'))
    asking('5 OR 6', () => {
      for (const connection of held) connection.release()
    })
    await waiting
    expect(arrived).toEqual(['SELECT 5 OR 6'])
  })
})
