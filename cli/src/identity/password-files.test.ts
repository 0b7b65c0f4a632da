import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../failure.ts'
import { fileFormats, readPeople } from './password-files.ts'

describe('people of another system', () => {
  it('by the line, as an array, or under a name; what is not understood is left out', () => {
    const ada = { email: 'ada@x.example', passwordHash: '$2b$10$x' }
    const ben = { id: '01900000-0000-7000-8000-00000000000a', passwordHash: 'h', setAt: '2026' }
    const expected = { people: [ada, { id: ben.id, passwordHash: 'h' }], without: 1 }
    const all = [ada, ben, { email: 'no-hash@x.example' }]
    expect(readPeople(`\n${all.map((one) => JSON.stringify(one)).join('\n')}\n`, 'lines')).toEqual(expected)
    expect(readPeople(JSON.stringify(all), 'lines')).toEqual(expected)
    expect(readPeople(JSON.stringify({ users: all }), 'lines')).toEqual(expected)
    expect(readPeople(JSON.stringify(ada), 'lines')).toEqual({ people: [ada], without: 0 })
  })

  it('of Firebase, with the parameters of its project', () => {
    const users = [
      { localId: 'a', email: 'a@x.example', displayName: 'A', passwordHash: 'lSrfV15-_w==', salt: '42xEC+ixf3L2lw==' },
      { localId: 'b', email: 'b@x.example', providerUserInfo: [] },
    ]
    const parameters = `hash_config {
      algorithm: SCRYPT,
      base64_signer_key: jxspr8Ki0RYycVU8zykbdA==,
      base64_salt_separator: Bw==,
      rounds: 8,
      mem_cost: 14,
    }`
    const passwordHash = '$firebase-scrypt$ln=14,r=8,sep=Bw,key=jxspr8Ki0RYycVU8zykbdA$42xEC+ixf3L2lw$lSrfV15+/w'
    expect(readPeople(JSON.stringify({ users }), 'firebase', parameters)).toEqual({
      people: [{ email: 'a@x.example', name: 'A', passwordHash }],
      without: 1,
    })
    expect(() => readPeople('{"users":[]}', 'firebase')).toThrow(Failure)
    expect(() => readPeople('{"users":[]}', 'firebase', 'rounds: 8')).toThrow(Failure)
  })

  it('of a realm of Keycloak', () => {
    const credential = (algorithm: string, more: object = {}) => ({
      type: 'password',
      credentialData: JSON.stringify({ hashIterations: 5, algorithm, additionalParameters: {}, ...more }),
      secretData: JSON.stringify({ value: 'dmFsdWU=', salt: 'c2FsdA==' }),
    })
    const parameters = { type: ['id'], version: ['1.3'], memory: ['7168'], parallelism: ['1'] }
    const users = [
      {
        username: 'a',
        email: 'a@x.example',
        firstName: 'A',
        lastName: 'B',
        credentials: [credential('pbkdf2-sha512')],
      },
      {
        username: 'c',
        email: 'c@x.example',
        credentials: [{ type: 'otp' }, credential('argon2', { additionalParameters: parameters })],
      },
      { username: 'd', email: 'd@x.example', credentials: [credential('md5')] },
    ]
    expect(readPeople(JSON.stringify({ realm: 'shop', users }), 'keycloak')).toEqual({
      people: [
        { email: 'a@x.example', name: 'A B', passwordHash: '$pbkdf2-sha512$i=5$c2FsdA$dmFsdWU' },
        { email: 'c@x.example', name: 'c', passwordHash: '$argon2id$v=19$m=7168,t=5,p=1$c2FsdA$dmFsdWU' },
      ],
      without: 1,
    })
  })

  it('whatever the file holds, is read or refused in words', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `{"users":[${json}]}`),
    )
    fc.assert(
      fc.property(text, fc.constantFrom(...fileFormats), (given, format) => {
        try {
          const { people, without } = readPeople(
            given,
            format,
            'base64_signer_key: a base64_salt_separator: b rounds: 8 mem_cost: 1',
          )
          expect(people.length + without).toBeGreaterThanOrEqual(0)
        } catch (error) {
          expect(error).toBeInstanceOf(Failure)
        }
      }),
    )
  })
})
