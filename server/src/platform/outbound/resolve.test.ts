import { describe, expect, test } from 'vitest'
import { AddressRefused, fixedLookup, resolveChecked } from './resolve.ts'

describe('a name is resolved once, and all that it says is checked', () => {
  const resolving = (...addresses: string[]) => ({
    allowPrivate: false,
    resolve: async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
  })

  test('a name with a public address and one of metadata is refused, whichever would be taken', async () => {
    await expect(resolveChecked('evil.test', resolving('1.1.1.1', '169.254.169.254'))).rejects.toThrow(AddressRefused)
    await expect(resolveChecked('evil.test', resolving('1.1.1.1', '127.0.0.1'))).rejects.toThrow('private network')
  })

  test('private addresses only where they are allowed; metadata and link-local nowhere', async () => {
    const allowed = { allowPrivate: true }
    await expect(resolveChecked('127.0.0.1', { allowPrivate: false })).rejects.toThrow(AddressRefused)
    await expect(resolveChecked('[::1]', { allowPrivate: false })).rejects.toThrow(AddressRefused)
    expect(await resolveChecked('127.0.0.1', allowed)).toEqual([{ address: '127.0.0.1', family: 4 }])
    expect(await resolveChecked('[::1]', allowed)).toEqual([{ address: '::1', family: 6 }])
    await expect(resolveChecked('169.254.169.254', allowed)).rejects.toThrow(AddressRefused)
    await expect(resolveChecked('[::ffff:169.254.169.254]', allowed)).rejects.toThrow(AddressRefused)
  })

  test.each(['2130706433', '0x7f000001', '017700000001', '127.1', 'localhost'])(
    'the system takes %s for loopback, and so do we',
    async (host) => {
      await expect(resolveChecked(host, { allowPrivate: false })).rejects.toThrow()
    },
  )

  test('the connection gets the addresses that were checked, and asks nobody again', async () => {
    let asked = 0
    const rebinding = {
      allowPrivate: false,
      resolve: async () => {
        asked += 1
        return [{ address: asked === 1 ? '1.1.1.1' : '127.0.0.1', family: 4 }]
      },
    }
    const lookup = fixedLookup(await resolveChecked('rebinding.test', rebinding))
    for (let n = 0; n < 2; n += 1) {
      const found = await new Promise((resolve) => {
        lookup('rebinding.test', { all: true }, (_, addresses) => resolve(addresses))
      })
      expect(found).toEqual([{ address: '1.1.1.1', family: 4 }])
    }
    expect(asked).toBe(1)
  })
})
