import { Client } from 'pg'
import { expect } from 'vitest'
import { addPerson, type Credentials, quickSignIn, signInAs, type Visitor } from '../../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../../testing/whole-server.ts'

export interface Somebody extends Credentials {
  readonly browser: Visitor
}

export type Json = Record<string, unknown>

export interface House {
  readonly whole: WholeServer
  /** by the bootstrap token */
  call(method: string, path: string, body?: unknown, expected?: number): Promise<Json>
  /** by a person who is signed in */
  as(who: Somebody, method: string, path: string, body?: unknown, expected?: number): Promise<Json>
  person(name: string, groups?: readonly string[]): Promise<Somebody>
  /** as a superuser */
  execute(statement: string): Promise<void>
  close(): Promise<void>
}

export const hour = 3600

/** A whole server with people at browsers. */
export async function openHouse(postgresUrl: string): Promise<House> {
  const whole = await startWholeServer(postgresUrl, quickSignIn)
  return {
    whole,
    async call(method, path, body, expected = 200) {
      const { status, json } = await whole.call(method, path, body)
      expect(status, `${method} ${path} ${JSON.stringify(json)}`).toBe(expected)
      return json
    },
    async as(who, method, path, body, expected = 200) {
      const { status, json } = await who.browser.api(method, path, body)
      expect(status, `${method} ${path} ${JSON.stringify(json)}`).toBe(expected)
      return json
    },
    async person(name, groups = []) {
      const credentials = await addPerson(whole, name, groups)
      return { ...credentials, browser: await signInAs(whole.url, credentials) }
    },
    async execute(statement) {
      const admin = new Client({ connectionString: whole.databaseUrl })
      await admin.connect()
      await admin.query(statement)
      await admin.end()
    },
    close: () => whole.close(),
  }
}

export const itemsOf = (json: Json) => json['items'] as Json[]
export const idOf = (json: Json) => json['id'] as string
