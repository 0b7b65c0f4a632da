import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decoyOf, readHash, verifyHash } from './forms.ts'

/** Published by others, not made here: where each stands is said with it. */
const vectors: readonly (readonly [from: string, hash: string, password: string])[] = [
  [
    'argon2id, reference implementation (test.c)',
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    'password',
  ],
  [
    'argon2i, reference implementation (test.c)',
    '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA',
    'password',
  ],
  ['bcrypt, Openwall (wrapper.c)', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
  [
    'bcrypt of more than 72 bytes, Openwall',
    '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui',
    '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored',
  ],
  [
    'scrypt, passlib’s documentation',
    '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
    'password',
  ],
  [
    'scrypt, RFC 7914 section 12',
    `$scrypt$ln=14,r=8,p=1$${Buffer.from('SodiumChloride').toString('base64').replaceAll('=', '')}$${Buffer.from(
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
      'hex',
    )
      .toString('base64')
      .replaceAll('=', '')}`,
    'pleaseletmein',
  ],
  [
    'Firebase scrypt, its README',
    '$firebase-scrypt$ln=14,r=8,sep=Bw,key=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA$42xEC+ixf3L2lw$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ',
    'user1password',
  ],
  [
    'PBKDF2 with SHA-1, RFC 6070',
    `$pbkdf2-sha1$i=4096$c2FsdA$${Buffer.from('4b007901b765489abead49d926f721d065a429c1', 'hex').toString('base64')}`,
    'password',
  ],
  [
    'PBKDF2 with SHA-256, RFC 7914 section 11: 64 bytes, of which one block is kept',
    `$pbkdf2-sha256$i=1$c2FsdA$${Buffer.from(
      '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbcd4d44f0dca2c68dd4e1b7a1d2b3a4b8f',
      'hex',
    )
      .toString('base64')
      .replaceAll('=', '')}`,
    'passwd',
  ],
  [
    'PBKDF2, passlib’s documentation',
    '$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A.WF/Z5JZv.lfCIhXXN33N23OSgQYThBYRfk',
    'toomanysecrets',
  ],
  [
    'Django 4.0 (tests/auth_tests/test_hashers.py)',
    'pbkdf2_sha256$320000$seasalt$Toj2II2rBvFiGQcPmUml1Nlni2UtvyRWwz/jz4q6q/4=',
    'lètmein',
  ],
  [
    'ASP.NET Core Identity, version 3 (PasswordHasherTest.cs)',
    'AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==',
    'my password',
  ],
  [
    'ASP.NET Identity, version 2 (PasswordHasherTest.cs)',
    'AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==',
    'my password',
  ],
]

function read(text: string) {
  const hash = readHash(text)
  if (typeof hash === 'string') throw new Error(`${hash}: ${text}`)
  return hash
}

describe('a hash from elsewhere', () => {
  it.each(vectors)('%s', async (_, text, password) => {
    const hash = read(text)
    expect(await verifyHash(hash.text, password)).toBe(true)
    expect(await verifyHash(hash.text, `!${password}`)).toBe(false)
    // What is given out again is read again, as the same.
    expect(read(hash.text)).toEqual(hash)
    expect(await verifyHash(decoyOf(hash.form), password)).toBe(false)
    expect(read(decoyOf(hash.form)).form).toBe(hash.form)
  })
})

describe('what is not taken', () => {
  it.each([
    ['plain text', 'hunter2', 'unknown'],
    ['a bare digest, which is guessed in no time', '5f4dcc3b5aa765d61d8327deb882cf99', 'unknown'],
    ['salted SHA-1 of LDAP', '{SSHA}DkMTwBl+a/3DQTxCYEApdUtNXGgdUac3', 'unknown'],
    ['crypt with SHA-512', '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO', 'unknown'],
    ['bcrypt as PHP made it wrong', '$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'malformed'],
    ['bcrypt of cost 31: a day', '$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'too_costly'],
    ['bcrypt cut off', '$2b$10$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0Xou', 'malformed'],
    ['argon2 of 4 GiB', '$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8', 'too_costly'],
    [
      'argon2 of many passes',
      '$argon2id$v=19$m=19456,t=9999,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8',
      'too_costly',
    ],
    [
      'argon2 of many lanes',
      '$argon2id$v=19$m=19456,t=1,p=200$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8',
      'too_costly',
    ],
    [
      'argon2 with too little memory for its lanes',
      '$argon2id$v=19$m=8,t=1,p=2$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm',
      'malformed',
    ],
    ['scrypt of 1 TiB', '$scrypt$ln=30,r=8,p=1$c2FsdA$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E', 'too_costly'],
    [
      'scrypt of many lanes',
      '$scrypt$ln=15,r=8,p=999$c2FsdA$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
      'too_costly',
    ],
    [
      'Firebase with too much',
      '$firebase-scrypt$ln=28,r=8,sep=Bw,key=AAAAAAAAAAAAAAAAAAAAAA$AA$AAAAAAAAAAAAAAAAAAAAAA',
      'too_costly',
    ],
    [
      'Firebase whose key is not as long as its hash',
      '$firebase-scrypt$ln=14,r=8,sep=Bw,key=AAAAAAAAAAAAAAAAAAAAAA$AA$AAAAAAAAAAAAAAAAAAAAAAAA',
      'malformed',
    ],
    ['PBKDF2 of many iterations', '$pbkdf2-sha256$i=99999999$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAA', 'too_costly'],
    ['PBKDF2 of none', '$pbkdf2-sha256$i=0$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAA', 'malformed'],
    ['PBKDF2 with a key that is soon hit', '$pbkdf2-sha256$i=1000$c2FsdA$AAAA', 'malformed'],
    [
      'Django with many iterations',
      'pbkdf2_sha256$99999999$seasalt$Toj2II2rBvFiGQcPmUml1Nlni2UtvyRWwz/jz4q6q/4=',
      'too_costly',
    ],
    ['Werkzeug with an N that is none', 'scrypt:32767:8:1$salt$00112233445566778899aabbccddeeff', 'malformed'],
    ['an endless one', `$pbkdf2-sha256$i=1$${'A'.repeat(100_000)}$AAAA`, 'malformed'],
  ])('%s', (_, text, problem) => expect(readHash(text)).toBe(problem))

  it('whatever is sent is read or refused, and what is read can be compared with and is read the same again', async () => {
    const field = fc.oneof(fc.stringMatching(/^[A-Za-z0-9+/.=]{0,90}$/), fc.nat().map(String), fc.string())
    const start = fc.constantFrom(
      '$argon2id$v=19',
      '$2b$04',
      '$scrypt',
      '$firebase-scrypt',
      '$pbkdf2-sha512',
      'pbkdf2_sha1',
      'pbkdf2:sha1:1',
      'scrypt:2:1:1',
      '',
    )
    const costs = fc.constantFrom(
      'm=8,t=1,p=1',
      'ln=1,r=1,p=1',
      'ln=1,r=1,sep=,key=AAAAAAAAAAAAAAAAAAAAAA',
      'i=1',
      '1',
      '2',
    )
    const texts = fc
      .tuple(start, fc.oneof(costs, field), fc.array(field, { maxLength: 3 }))
      .map(([a, b, c]) => [a, b, ...c].join('$'))
    const bytes = fc
      .uint8Array({ minLength: 40, maxLength: 90 })
      .map((all) =>
        Buffer.from([all[0]! % 2, 0, 0, 0, all[4]! % 4, 0, 0, 0, 1, 0, 0, 0, 16, ...all]).toString('base64'),
      )
    let taken = 0
    await fc.assert(
      fc.asyncProperty(fc.oneof(texts, bytes), fc.string(), async (text, password) => {
        const hash = readHash(text)
        if (typeof hash === 'string') return
        taken += 1
        expect(readHash(hash.text)).toEqual(hash)
        expect(readHash(decoyOf(hash.form))).toMatchObject({ form: hash.form })
        expect(typeof (await verifyHash(hash.text, password))).toBe('boolean')
      }),
      { numRuns: 1000 },
    )
    expect(taken).toBeGreaterThan(50)
  })
})
