/** Why a URI is refused: a stable name, and a sentence. */
export interface UriProblem {
  readonly rule:
    | 'uri_invalid'
    | 'uri_fragment'
    | 'uri_userinfo'
    | 'uri_wildcard'
    | 'uri_http'
    | 'uri_scheme'
    | 'uri_loopback'
    | 'uri_private_scheme'
  readonly message: string
}

/** 127.0.0.1, [::1], localhost and what lies below it (RFC 6761, section 6.3). */
export function isLoopback(hostname: string): boolean {
  return hostname === '127.0.0.1' || hostname === '[::1]' || hostname === 'localhost' || hostname.endsWith('.localhost')
}

/**
 * RFC 6749 section 3.1.2: absolute, without a fragment. RFC 9700 section 4.1.3: compared exactly, so that nothing in it may
 * stand for something else. RFC 8252 sections 7 and 8.4: native applications may have a loopback address on any port, or a scheme of
 * their own that is a domain of theirs turned round.
 */
export function redirectProblem(text: string, applicationType: 'web' | 'native'): UriProblem | undefined {
  const common = commonProblem(text)
  if (common !== undefined) return common
  const { protocol, hostname } = new URL(text)
  if (protocol === 'https:') {
    return applicationType === 'native' && isLoopback(hostname)
      ? { rule: 'uri_loopback', message: 'a native application uses http, not https, on a loopback address' }
      : undefined
  }
  if (protocol === 'http:') {
    return isLoopback(hostname)
      ? undefined
      : { rule: 'uri_http', message: 'http is for loopback addresses only; use https' }
  }
  if (applicationType !== 'native') {
    return {
      rule: 'uri_scheme',
      message: 'only https, or http on a loopback address; other schemes are for native applications',
    }
  }
  return /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:$/.test(protocol)
    ? undefined
    : {
        rule: 'uri_private_scheme',
        message: 'a scheme of its own is a domain name turned round, such as com.example.app',
      }
}

/** Where we ourselves, or a browser, may be sent for a page, a key set or a logout: https, or http on loopback. */
export function webUriProblem(text: string): UriProblem | undefined {
  const common = commonProblem(text)
  if (common !== undefined) return common
  const { protocol, hostname } = new URL(text)
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return undefined
  return protocol === 'http:'
    ? { rule: 'uri_http', message: 'http is for loopback addresses only; use https' }
    : { rule: 'uri_scheme', message: 'only https, or http on a loopback address' }
}

/** RFC 8707, section 2: an absolute URI without a fragment. Names (urn) and addresses, nothing that a browser would run. */
export function identifierProblem(text: string): UriProblem | undefined {
  const common = commonProblem(text)
  if (common !== undefined) return common
  if (/^urn:[a-z0-9][a-z0-9-]{1,31}:[!-~]+$/i.test(text)) return undefined
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
    ? undefined
    : { rule: 'uri_scheme', message: 'an https URI or a urn' }
}

function commonProblem(text: string): UriProblem | undefined {
  if (!/^[!-~]+$/.test(text) || !URL.canParse(text) || /["<>\\^`{|}]/.test(text)) {
    return { rule: 'uri_invalid', message: 'not an absolute URI (RFC 3986)' }
  }
  // A port is no wildcard either: loopback addresses of native applications have any, by rule and not by a star.
  if (text.includes('*')) return { rule: 'uri_wildcard', message: 'wildcards are not matched; name each URI' }
  if (text.includes('#')) return { rule: 'uri_fragment', message: 'it has a fragment' }
  const url = new URL(text)
  if (url.username !== '' || url.password !== '')
    return { rule: 'uri_userinfo', message: 'it has a user name or a password' }
  return undefined
}
