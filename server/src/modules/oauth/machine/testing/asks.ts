import fc from 'fast-check'

/** A request at the token endpoint, letter by letter. */
export interface Asked {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Who asks; `secret` is what it shows for it. */
export interface Asker {
  readonly id: string
  readonly secret: string
}

type Fields = readonly (readonly [name: string, value: string])[]

const base64 = (text: string) => Buffer.from(text).toString('base64')
const basic = (id: string, secret: string) => ({ authorization: `Basic ${base64(`${id}:${secret}`)}` })
const percent = (text: string) =>
  text.replaceAll(/[^A-Za-z0-9]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)

const good: Readonly<Record<string, (asker: Asker) => readonly [headers: Asked['headers'], fields: Fields]>> = {
  basic: ({ id, secret }) => [basic(id, secret), []],
  form: ({ id, secret }) => [
    {},
    [
      ['client_id', id],
      ['client_secret', secret],
    ],
  ],
  basicAndName: ({ id, secret }) => [basic(id, secret), [['client_id', id]]],
  encoded: ({ id, secret }) => [basic(percent(id), percent(secret)), []],
  lowerCase: ({ id, secret }) => [
    { authorization: basic(id, secret).authorization.toLowerCase().slice(0, 6) + base64(`${id}:${secret}`) },
    [],
  ],
}

const odd: typeof good = {
  unpadded: ({ id, secret }) => [{ authorization: basic(id, secret).authorization.replaceAll('=', '') }, []],
  wrong: ({ id, secret }) => [basic(id, `${secret.slice(0, -1)}.`), []],
  empty: ({ id }) => [basic(id, ''), []],
  both: ({ id, secret }) => [basic(id, secret), [['client_secret', secret]]],
  another: ({ id, secret }) => [basic(id, secret), [['client_id', 'both']]],
  nobody: () => [{}, []],
  nameOnly: ({ id }) => [{}, [['client_id', id]]],
  bearer: ({ secret }) => [{ authorization: `Bearer ${secret}` }, []],
  encodedColon: ({ id, secret }) => [{ authorization: `Basic ${base64(`${id}%3A${secret}`)}` }, []],
  twoSpaces: ({ id, secret }) => [{ authorization: `Basic  ${base64(`${id}:${secret}`)}` }, []],
  notAscii: ({ id, secret }) => [basic(id, `${secret}\u00e9`), []],
  nul: ({ id, secret }) => [basic(id, `${secret}%00`), []],
  broken: ({ id, secret }) => [basic(id, `${secret}%`), []],
  plus: ({ id, secret }) => [basic(id, `+${secret}`), []],
  secretTwice: ({ id, secret }) => [
    {},
    [
      ['client_id', id],
      ['client_secret', secret],
      ['client_secret', secret],
    ],
  ],
}

const words = fc.array(fc.constantFrom('a', 'b', 'c:d', 'read', 'x', 'openid', 'zzz'), { minLength: 1, maxLength: 4 })
const tooMany = Array.from({ length: 101 }, (_, n) => `s${n}`).join(' ')
const tooLong = `a ${'b'.repeat(4_095)}`
const scopes = fc.oneof(
  { weight: 4, arbitrary: words.map((all) => all.join(' ')) },
  { weight: 1, arbitrary: fc.constantFrom('', 'a  b', ' a', '"a"', 'ä', 'a\\b', 'a\tb', 'a\0', tooMany, tooLong) },
)

const orders = 'https://orders.example/'
const unknown = ['', 'https://orders.example', 'https://unknown.example/', 'nothing', `${orders}#x`].map((each) => [
  each,
])
const resources = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom('urn:holdfast:application:basic', 'https://basic.example/api', orders)
      .map((each) => [each]),
  },
  { weight: 1, arbitrary: fc.constantFrom(...unknown, [orders, orders], [orders, 'https://basic.example/api']) },
)

/** What is added to a form, or done to it as it is sent. */
const spoils: Readonly<Record<string, (body: string) => string>> = {
  grantTwice: (body) => `${body}&grant_type=client_credentials`,
  scopeTwice: (body) => `${body}&scope=a&scope=b`,
  unknownField: (body) => `${body}&audience=x`,
  otherGrantsField: (body) => `${body}&code=x&refresh_token=y`,
  assertion: (body) => `${body}&client_assertion=x`,
  trailing: (body) => `${body}&`,
  upperCase: (body) => body.replace('grant_type', 'Grant_Type'),
  encodedName: (body) => body.replace('grant_type', 'grant%5Ftype'),
  encodedValue: (body) => body.replace('client_credentials', 'client%5fcredentials'),
  brokenValue: (body) => body.replace('client_credentials', 'client_credentials%'),
  notUtf8: (body) => `${body}&scope=%ff`,
  noValue: (body) => `${body}&scope`,
  noGrant: (body) => body.replace('grant_type=client_credentials', ''),
  emptyGrant: (body) => body.replace('client_credentials', ''),
  password: (body) => body.replace('client_credentials', 'password'),
  refresh: (body) => body.replace('client_credentials', 'refresh_token'),
  raw: (body) => body.replaceAll('%20', ' ').replaceAll('%3A', ':'),
  plus: (body) => body.replaceAll('%20', '+'),
  reversed: (body) => body.split('&').toReversed().join('&'),
  nothing: () => '',
}

const telling: readonly Asked['headers'][] = [
  { 'content-type': 'application/x-www-form-urlencoded;charset=iso-8859-1' },
  { 'content-type': 'Application/X-WWW-Form-Urlencoded' },
  { 'content-type': 'application/json' },
  { 'content-type': '' },
  { origin: 'https://both.example' },
  { cookie: '__Host-holdfast=hfs_x' },
  { 'oauth-client-attestation': 'x' },
]
const harmless: readonly Asked['headers'][] = [
  {},
  { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
  { 'user-agent': 'batch/1.0' },
  { accept: 'text/html' },
  { 'content-encoding': 'gzip' },
]

interface Drawn {
  readonly asker: Asker
  readonly way: string
  readonly scope: string | undefined
  readonly resource: readonly string[]
  readonly spoil: string
  readonly header: Asked['headers']
}

const of = (named: Readonly<Record<string, unknown>>) => fc.constantFrom(...Object.keys(named))

/**
 * Half of them as a program of a good asker writes them, the others odd in one way or in several.
 * @param known of all askers, those that may have tokens
 */
export function asks(askers: readonly Asker[], known: readonly Asker[]): fc.Arbitrary<Asked> {
  const common = { scope: fc.oneof(fc.constant(undefined), scopes), resource: resources }
  const plain = fc.record<Drawn>({
    ...common,
    asker: fc.constantFrom(...known),
    way: of(good),
    spoil: fc.constant(''),
    header: fc.constantFrom(...harmless),
  })
  const odder = fc.record<Drawn>({
    ...common,
    asker: fc.constantFrom(...askers, ...known),
    way: fc.oneof(of(good), of(odd)),
    spoil: fc.oneof(fc.constant(''), of(spoils)),
    header: fc.oneof(fc.constantFrom(...harmless), fc.constantFrom(...telling)),
  })
  return fc.oneof(plain, odder).map(written)
}

function written({ asker, way, scope, resource, spoil, header }: Drawn): Asked {
  const [shown, own] = (good[way] ?? odd[way])?.(asker) ?? [{}, []]
  const fields: Fields = [
    ['grant_type', 'client_credentials'],
    ...own,
    ...(scope === undefined ? [] : [['scope', scope] as const]),
    ...resource.map((each) => ['resource', each] as const),
  ]
  const body = fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  return { headers: { ...form, ...shown, ...header }, body: spoils[spoil]?.(body) ?? body }
}
