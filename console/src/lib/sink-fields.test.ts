import { describe, expect, it } from 'vitest'
import { draftOf, headersOf, isWhole, secretsOf, settingsOf, sinkFields } from './sink-fields.ts'

describe('a draft of a sink', () => {
  it('says the settings that it was made of, for every kind', () => {
    const settings = {
      otlp: { url: 'https://c.example/v1/logs', encoding: 'json', compression: 'none', timeoutSeconds: 5 },
      syslog: { host: 'log.example', port: 6514, protocol: 'tls', acknowledge: 'sent', facility: 10 },
      file: { path: 'a.ndjson', rotateDaily: false, rotateBytes: 65_536, keepFiles: 3 },
      webhook: { url: 'https://h.example', batch: 100 },
    } as const
    for (const [kind, given] of Object.entries(settings)) {
      const name = kind as keyof typeof settings
      expect(settingsOf(name, draftOf(name, given))).toMatchObject(given)
    }
  })

  it('begins with what is usual, and leaves out what is empty', () => {
    expect(settingsOf('file', { ...draftOf('file'), path: ' x.ndjson ' })).toEqual({
      path: 'x.ndjson',
      rotateDaily: true,
      rotateBytes: 104_857_600,
      keepFiles: 0,
    })
    expect(isWhole('file', draftOf('file'))).toBe(false)
    expect(isWhole('webhook', { ...draftOf('webhook'), url: 'https://h' })).toBe(true)
  })

  it('says nothing of what does not apply', () => {
    const draft = {
      ...draftOf('syslog'),
      host: 'h',
      protocol: 'udp',
      serverName: 'x',
      clientKey: 'k',
      caCertificate: 'c',
    }
    expect(settingsOf('syslog', draft)).not.toHaveProperty('serverName')
    expect(settingsOf('syslog', draft)).not.toHaveProperty('acknowledge')
    expect(secretsOf('syslog', draft)).toBeUndefined()
  })

  it('never shows a secret again, and sends one only when it was typed', () => {
    expect(draftOf('otlp', { headers: 'what' })['headers']).toBe('')
    expect(secretsOf('otlp', draftOf('otlp'))).toBeUndefined()
    expect(secretsOf('otlp', { ...draftOf('otlp'), headers: 'authorization: Bearer a:b' })).toEqual({
      headers: { authorization: 'Bearer a:b' },
    })
    expect(settingsOf('otlp', { ...draftOf('otlp'), headers: 'a: b' })).not.toHaveProperty('headers')
  })

  it('leaves a number that is none to the server, which says what is wrong', () => {
    expect(settingsOf('syslog', { ...draftOf('syslog'), port: 'many' })).toMatchObject({ port: 'many' })
  })

  it('has no two fields of one name', () => {
    for (const fields of Object.values(sinkFields)) {
      expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length)
    }
  })
})

it('reads headers, one a line', () => {
  expect(headersOf('a: 1\n\n b:2 \nc')).toEqual({ a: '1', b: '2', c: '' })
})
