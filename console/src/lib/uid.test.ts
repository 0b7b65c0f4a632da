import { expect, test } from 'vitest'
import { parseUid, uidText } from './uid.ts'

test('what is written as a uid is read as the same', () => {
  for (const uid of [
    { type: 'Person', id: '0190' },
    { type: 'Shop::Order', id: 'a "b" \\ c\nd' },
    { type: 'Folder', id: 'x::y' },
  ]) {
    expect(parseUid(uidText(uid))).toEqual(uid)
  }
})

test('quotes may be left out, and what is no uid is none', () => {
  expect(parseUid(' Order::42 ')).toEqual({ type: 'Order', id: '42' })
  expect(parseUid('Shop::Order::42')).toEqual({ type: 'Shop::Order', id: '42' })
  for (const text of ['', '42', 'Order', 'Order::', 'Order::"4', '::"4"', '7up::"4"', 'Order::"4"x']) {
    expect(parseUid(text), text).toBeNull()
  }
})
