import { X509Certificate } from 'node:crypto'

/** Two self-signed certificates, of own.example and foreign.example. What they certify ends in 2126. */
const own =
  'MIIBizCCATGgAwIBAgIUey2E8strbuGUBqu2MAxXS+VhiD0wCgYIKoZIzj0EAwIwDjEMMAoGA1UEAwwDb3duMCAXDTI2MTEyMjEw' +
  'MDc0MloYDzIxMjYxMDI5MTAwNzQyWjAOMQwwCgYDVQQDDANvd24wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARsWcpHxhgn/3fS' +
  'Xg/04MUQfQyPDRzBAxUWjkzH7KoMvw+c3PQ5Qp35PnQTCKFqOuGAVzZnv+6FOGpphDBc0x+So2swaTAdBgNVHQ4EFgQUD3qW5fqU' +
  'YdQGeA+Q4xNHWQ322kkwHwYDVR0jBBgwFoAUD3qW5fqUYdQGeA+Q4xNHWQ322kkwDwYDVR0TAQH/BAUwAwEB/zAWBgNVHREEDzAN' +
  'ggtvd24uZXhhbXBsZTAKBggqhkjOPQQDAgNIADBFAiBQ3Al15e/cs70zOb73Fd8yw6SjnFhYCj08NR1lcj07iAIhANg4iZd47B9p' +
  'YSnzYpbsWoYEnHE4TSvW3z0HIzqhSQjp'
const foreign =
  'MIIBlzCCAT2gAwIBAgIURbmoYJv/PUUwJWFk0izVtXCFAewwCgYIKoZIzj0EAwIwEjEQMA4GA1UEAwwHZm9yZWlnbjAgFw0yNjEx' +
  'MjIxMDA3NDJaGA8yMTI2MTAyOTEwMDc0MlowEjEQMA4GA1UEAwwHZm9yZWlnbjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBqM' +
  'ZA7KHIikJVff7XNHKynt7/oGSAaweQMu5YPYZhkf9Zpi4ylnrnc87JZJeVxglGpKd8hq58Bp7HOmXBZe3fejbzBtMB0GA1UdDgQW' +
  'BBTSruyr0O9LQdLRlwgu6iYl5vX34TAfBgNVHSMEGDAWgBTSruyr0O9LQdLRlwgu6iYl5vX34TAPBgNVHRMBAf8EBTADAQH/MBoG' +
  'A1UdEQQTMBGCD2ZvcmVpZ24uZXhhbXBsZTAKBggqhkjOPQQDAgNIADBFAiEA/xP7hW5Gd72cz3avBFV9EQrdB9bYiVbnwwxbJYpI' +
  'RwcCIBwI/9OR1N6PKUdHHu4uK2nz7+YCGYmdw74nYdqulyFv'

export const certificates = {
  own: new X509Certificate(Buffer.from(own, 'base64')),
  foreign: new X509Certificate(Buffer.from(foreign, 'base64')),
} as const
