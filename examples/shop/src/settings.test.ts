import { describe, expect, it } from 'vitest'
import { readSettings } from './settings.ts'

const URL = { SHOP_DATABASE_URL: 'postgres://shop@localhost/shop' }

describe('the settings', () => {
  it('have safe defaults', () => {
    expect(readSettings(URL, '127.0.0.1:7410')).toEqual({
      databaseUrl: URL.SHOP_DATABASE_URL,
      host: '127.0.0.1',
      port: 7410,
      accept: ['identity'],
      people: {},
    })
  })

  it.each([
    [{}, 'SHOP_DATABASE_URL'],
    [{ ...URL, SHOP_LISTEN: 'nowhere' }, 'SHOP_LISTEN'],
    [{ ...URL, SHOP_ACCEPT: 'identity,anything' }, 'SHOP_ACCEPT'],
    [{ ...URL, SHOP_ACCEPT: '' }, 'SHOP_ACCEPT'],
    [{ ...URL, SHOP_PEOPLE: '{"ada":' }, 'SHOP_PEOPLE'],
    [{ ...URL, SHOP_PEOPLE: '{"ada":"not a uuid"}' }, 'SHOP_PEOPLE'],
  ])('%j is refused for %s', (env, name) => {
    expect(() => readSettings(env, '127.0.0.1:7410')).toThrow(name)
  })
})
