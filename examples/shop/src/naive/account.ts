import { Hono } from 'hono'
import { deleteCookie, setCookie } from 'hono/cookie'
import { OPENING_BALANCE } from '../database/catalogue.ts'
import type { Database } from '../database/connection.ts'
import { readBody, wantsPage, type NaiveAccount } from './request.ts'

/** Sign-in by hand. Guarded: none of this file; the gateway's `/.holdfast/sign-in` does it. */
export function accountRoutes(database: Database): Hono {
  return (
    new Hono()
      .post('/register', async (c) => {
        const body = await readBody(c)
        // BAD: `12345` is a fine password here, and it is stored as typed and sent back.
        // Guarded: Holdfast refuses weak passwords (422 password_weak) and keeps an argon2id hash.
        const { rows } = await database.query<{ person_id: string }>(
          `INSERT INTO profiles (display_name, email, password, card_number)
           VALUES ('${body['name'] ?? body['email']}', '${body['email']}', '${body['password']}', '${body['card'] ?? ''}')
           RETURNING *`,
        )
        await database.query(`INSERT INTO wallets VALUES ('${rows[0]?.person_id}', ${OPENING_BALANCE})`)
        return c.json(rows[0], 201)
      })
      .post('/login', async (c) => {
        const body = await readBody(c)
        // BAD: SQL from strings (`' OR 1=1 --` signs in as the first person), no hash, no limit on guesses.
        // Guarded: Holdfast's sign-in: bound parameters, argon2id, limits, an event for each refusal.
        const { rows } = await database.query<NaiveAccount & { password: string }>(
          `SELECT * FROM profiles WHERE email = '${body['email']}' AND password = '${body['password']}'`,
        )
        const account = rows[0]
        if (account === undefined) return c.json({ error: 'wrong e-mail or password' }, 401)
        const session = await database.query<{ token: number }>(
          `INSERT INTO sessions (person_id) VALUES ('${account.person_id}') RETURNING token`,
        )
        const token = String(session.rows[0]?.token)
        console.log(`signed in ${body['email']} with ${body['password']}, session ${token}`)
        // BAD: readable by every script, sent over plain HTTP, without end; the role beside it for the page to edit.
        // Guarded: a __Host- cookie, HttpOnly and Secure, that the shop itself never sees.
        setCookie(c, 'session', token, { path: '/' })
        setCookie(c, 'role', account.role, { path: '/' })
        // BAD: goes on to wherever the link says: the sign-in page of this shop ends at a copy of it that asks again.
        // Guarded: the gateway goes on to a path of this host and nowhere else.
        return wantsPage(c) ? c.redirect(c.req.query('return') ?? '/', 303) : c.json({ token, ...account })
      })
      // BAD: only the page forgets the token; whoever copied it is still signed in, for ever.
      // Guarded: the session ends in the database, and every edge hears of it within seconds.
      .post('/logout', (c) => {
        deleteCookie(c, 'session', { path: '/' })
        deleteCookie(c, 'role', { path: '/' })
        return wantsPage(c) ? c.redirect('/', 303) : c.body(null, 204)
      })
  )
}
