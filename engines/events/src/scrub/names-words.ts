import type { Kind } from './marker.ts'

/**
 * Stems that make a secret of any name that holds them, also where words are joined (`dbpassword`). Written without
 * separators.
 */
export const STEMS: readonly (readonly [stem: string, kind: Kind])[] = [
  ...each('password', [
    'password',
    'passwd',
    'passphrase',
    'passcode',
    'passwort',
    'kennwort',
    'contrasena',
    'contrasenia',
  ]),
  ...each('password', [
    'motdepasse',
    'wachtwoord',
    'losenord',
    'salasana',
    'parola',
    'пароль',
    '密码',
    '密碼',
    'パスワード',
    '비밀번호',
  ]),
  ...each('secret', [
    'clientsecret',
    'sharedsecret',
    'secretkey',
    'appsecret',
    'secretaccess',
    'consumersecret',
    'secretvalue',
  ]),
  ...each('key', [
    'apikey',
    'privatekey',
    'accesskey',
    'authkey',
    'masterkey',
    'encryptionkey',
    'signingkey',
    'storagekey',
    'subscriptionkey',
  ]),
  ...each('token', [
    'accesstoken',
    'authtoken',
    'refreshtoken',
    'idtoken',
    'bearertoken',
    'sessiontoken',
    'csrftoken',
    'xsrftoken',
    'apitoken',
    'samlresponse',
  ]),
  ...each('card', [
    'cardnumber',
    'cardno',
    'creditcardnum',
    'ccnumber',
    'ccnum',
    'primaryaccountnumber',
    'trackdata',
    'magstripe',
  ]),
  ...each('cvv', ['cardcvc', 'cardcvv', 'cardsecuritycode', 'cardverification', 'securitycode']),
  ...each('code', [
    'onetimecode',
    'verificationcode',
    'recoverycode',
    'backupcode',
    'authorizationcode',
    'pincode',
    'otpcode',
    'smscode',
  ]),
  ...each('phrase', ['seedphrase', 'recoveryphrase', 'mnemonic', 'secretphrase']),
]

/** Words that make a secret of a name that has them. */
export const WORDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...each('password', [
    'pwd',
    'pw',
    'pass',
    'passwords',
    'passwds',
    'passphrases',
    'psw',
    'pswd',
    'senha',
    'mdp',
    'haslo',
    'parol',
  ]),
  ...each('secret', ['secret', 'secrets', 'sekret']),
  ...each('token', ['token', 'tokens', 'jwt', 'jwts', 'bearer', 'sas']),
  ...each('cookie', ['cookie', 'cookies', 'cookie2', 'phpsessid', 'jsessionid', 'sessid']),
  ...each('authorization', ['authorization', 'authorisation', 'authorizations']),
  ...each('credential', ['credential', 'credentials', 'creds', 'cred']),
  ...each('cvv', ['cvv', 'cvv2', 'cvc', 'cvc2', 'csc', 'cvn', 'cav2', 'cid2']),
  ...each('code', ['otp', 'otps', 'totp', 'hotp', 'pin', 'pins', 'mfacode']),
  ...each('card', ['track1', 'track2']),
])

/** Words that do so only at the end of a name. */
export const LAST_WORDS: ReadonlyMap<string, Kind> = new Map<string, Kind>(each('card', ['pan', 'dpan', 'fpan']))

/** What stands before `key` in the name of a key that is secret. */
export const KEY_WORDS: ReadonlySet<string> = new Set(
  (
    'api app application private secret access auth encryption decryption encrypt crypto signing sign ' +
    'signature master root service storage shared host session symmetric hmac ssh rsa dsa ecdsa pgp gpg tls ' +
    'ssl deploy webhook license licence account client consumer server admin integration subscription ' +
    'functions write read sdk rest data derivation wrapping seal unseal recovery activation security preshared ' +
    'psk wifi network developer dev prod production live test bot team org organization user personal'
  ).split(' '),
)

/** What stands before `key` where it opens nothing. */
export const PLAIN_KEY_WORDS: ReadonlySet<string> = new Set(
  (
    'public pub idempotency cache primary foreign sort partition range hash object routing lookup composite ' +
    'translation message group row column map unique index search property field config setting feature flag ' +
    'locale natural business event dedup deduplication duplicate bucket image media s3 file json storagepath ' +
    'event i18n order parent child pivot shard surrogate record entity item resource dataset ledger'
  ).split(' '),
)

/** At the end of a name they say something of a secret, not the secret itself. */
export const DESCRIBING: ReadonlySet<string> = new Set(
  (
    'id ids uid type types kind count counts name names at on length len prefix suffix path paths url urls uri ' +
    'uris endpoint endpoints policy policies required enabled disabled expires expired expiry expiration ttl ' +
    'age lifetime strength reset resets changed version versions algorithm alg algs format state status valid ' +
    'invalid limit limits usage used max min size scope scopes issuer provider providers ref reference ' +
    'rotation rotated created updated deleted revoked field fields param params parameter header headers regex ' +
    'pattern rule rules method methods supported location file filename dir directory index indexes exists ' +
    'missing present set label decision decisions effect outcome result reason action labels title description ' +
    'domain samesite consent banner less login manager store storage backend engine class interface schema ' +
    'model details detail requests request server service attempts attempt errors error failed failure ' +
    'failures policyid per minute seconds ms days hours date time timestamp source generator validator ' +
    'validation check checks checked question page link button form input placeholder screen mode option ' +
    'options settings owner user username email subject audience sub aud iss exp iat kid fingerprint ' +
    'thumbprint digestalgorithm'
  ).split(' '),
)

/** The describing words that also end a joined name (`passwordless`, `tokentype`). */
export const JOINED_DESCRIBING: RegExp =
  /(?:less|type|count|name|length|path|url|uri|endpoint|policy|required|enabled|disabled|expires|expiry|expired|expiration|lifetime|strength|reset|changed|version|algorithm|format|status|valid|limit|usage|scope|issuer|provider|field|header|rule|method|length|izer|ize|ized|izing|ization|ary|aries|ariat|at|id)$/

function each(kind: Kind, words: readonly string[]): [string, Kind][] {
  return words.map((word) => [word, kind])
}
